import { useState, type FormEvent } from 'react';
import { deleteAccount } from '#app/use-cases/delete-account.ts';
import { hostOf } from '#schemas/server-address.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { goTo } from '#renderer/shell/router.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog, DialogActions } from '#renderer/ui/Dialog.tsx';
import { TextField } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

/** The end of the account: it can't be undone, so it asks for the password. */
export function DeleteAccount({ server }: { server: string }) {
  const [open, setOpen] = useState(false);
  return (
    <section className="account-part" aria-labelledby="account-delete">
      <h2 id="account-delete">Delete the account</h2>
      <p className="account-quiet">Everything of it on {hostOf(server)} is deleted at once and can’t be brought back from there. Your books stay on this device.</p>
      <div>
        <Button onClick={() => setOpen(true)}>Delete the account…</Button>
      </div>
      <DeleteDialog open={open} server={server} onOpenChange={setOpen} />
    </section>
  );
}

function DeleteDialog({ open, server, onOpenChange }: { open: boolean; server: string; onOpenChange(open: boolean): void }) {
  const app = useApp();
  const { show } = useToast();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const remove = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const { deletedAt, books } = await deleteAccount(app, { password });
      goTo({ name: 'library' });
      const when = new Date(deletedAt).toLocaleString('en', { dateStyle: 'long', timeStyle: 'short' });
      show({ message: `The account was deleted from ${hostOf(server)} with everything in it on ${when}. ${formatCount(books, 'book')} stayed on this device.`, stays: true });
      onOpenChange(false);
    } catch (thrown) {
      setError(describeError(thrown));
    } finally {
      setPassword('');
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void remove();
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} busy={busy} title="Delete the account?" description={`Your books and their history go from ${hostOf(server)}, for all your devices. This one first fetches what it lacks, and keeps every book in its library without an account. Backups that whoever runs the server made before are theirs to delete.`}>
      <form className="form" onSubmit={submit} noValidate>
        <TextField label="Password" type="password" autoComplete="current-password" value={password} error={error} onChange={(event) => setPassword(event.target.value)} />
        {busy && <output className="field-hint">Fetching what is not here yet, and deleting the account …</output>}
        <DialogActions>
          <Button onClick={() => onOpenChange(false)} disabled={busy}>
            Keep the account
          </Button>
          <Button kind="primary" type="submit" disabled={busy || password === ''}>
            Delete the account
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
