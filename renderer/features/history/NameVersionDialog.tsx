import { useState, type FormEvent } from 'react';
import type { ChapterVersion } from '#app/recto-app.ts';
import { nameVersion } from '#app/use-cases/name-version.ts';
import { formatMoment } from '#renderer/features/backups/group-by-day.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog, DialogActions } from '#renderer/ui/Dialog.tsx';
import { TextField } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import type { ChapterPlace } from './Version.tsx';

interface NameVersionDialogProps {
  open: boolean;
  /** Null: what the chapter says now. */
  version: ChapterVersion | null;
  place: ChapterPlace;
  onClose(): void;
}

/** A name keeps a version for ever. */
export function NameVersionDialog({ open, version, place, onClose }: NameVersionDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title="Name a version"
      description={`${version ? `The version of ${formatMoment(version.at)}` : 'The chapter as it is now'} is kept under this name for ever.`}
    >
      <NameForm version={version} place={place} onClose={onClose} />
    </Dialog>
  );
}

function NameForm({ version, place, onClose }: Omit<NameVersionDialogProps, 'open'>) {
  const app = useApp();
  const { show, showError } = useToast();
  const [name, setName] = useState(version?.name ?? '');
  const [error, setError] = useState<string | null>(null);
  const keep = async (): Promise<void> => {
    await app.flush();
    await nameVersion(app, { ...place, name: name.trim(), ...(version && { versionId: version.id }) });
    onClose();
    show({ message: `It is kept as “${name.trim()}”.` });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() === '') setError('Give it a name first, such as “Before the cut”.');
    else void keep().catch(showError);
  };
  return (
    <form onSubmit={submit} noValidate>
      <TextField label="Name" value={name} error={error} maxLength={200} placeholder="Before the cut" onChange={(event) => setName(event.target.value)} />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit">
          Keep
        </Button>
      </DialogActions>
    </form>
  );
}
