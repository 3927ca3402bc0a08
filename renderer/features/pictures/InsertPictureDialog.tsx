import { useEffect, useRef, useState, type FormEvent } from 'react';
import { describeError } from '#renderer/shell/describe-error.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog, DialogActions } from '#renderer/ui/Dialog.tsx';
import { TextField } from '#renderer/ui/Field.tsx';
import type { PreparedPicture } from './prepare-picture.ts';

interface InsertPictureDialogProps {
  picture: PreparedPicture;
  /** @param alt empty: it only decorates */
  onInsert(alt: string): Promise<void>;
  onClose(): void;
}

/** The picture, and what is said to whoever can't see it. */
export function InsertPictureDialog({ picture, onInsert, onClose }: InsertPictureDialogProps) {
  const [alt, setAlt] = useState('');
  const [error, setError] = useState<string | null>(null);
  const preview = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([new Uint8Array(picture.file.bytes)]));
    if (preview.current) preview.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [picture]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    await onInsert(alt).catch((thrown: unknown) => setError(describeError(thrown)));
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Insert picture" {...(picture.note && { description: picture.note })}>
      <form className="form" onSubmit={(event) => void submit(event)} noValidate>
        <img className="picture-preview" ref={preview} alt="" />
        <TextField
          label="Alternative text"
          value={alt}
          error={error}
          maxLength={1000}
          hint="What it shows, for readers who can’t see it. Leave it empty if it only decorates."
          onChange={(event) => setAlt(event.target.value)}
        />
        <DialogActions>
          <Button kind="primary" type="submit">
            Insert
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
