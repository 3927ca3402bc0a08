import { useState, type FormEvent } from 'react';
import { createBook } from '#app/use-cases/create-book.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { goTo } from '#renderer/shell/router.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog, DialogActions } from '#renderer/ui/Dialog.tsx';
import { TextField } from '#renderer/ui/Field.tsx';

interface NewBookDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
}

/** A title page to fill in; the book opens at its first, empty chapter. */
export function NewBookDialog({ open, onOpenChange }: NewBookDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="New book" description="Both can be changed at any time.">
      <NewBookForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function NewBookForm({ onDone }: { onDone: () => void }) {
  const app = useApp();
  const [title, setTitle] = useState('');
  const [author, setAuthor] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [making, setMaking] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (making) return;
    if (title.trim() === '') {
      setError('Give the book a title; a working title will do.');
      return;
    }
    setMaking(true);
    try {
      const { bookId, chapterId } = await createBook(app, { title: title.trim(), author: author.trim(), language: navigator.language });
      onDone();
      goTo({ name: 'book', bookId, chapterId, tab: 'write' });
    } catch (thrown) {
      setError(describeError(thrown));
      setMaking(false);
    }
  };

  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      <TextField label="Title" value={title} error={error} onChange={(event) => setTitle(event.target.value)} maxLength={500} />
      <TextField label="Author" value={author} onChange={(event) => setAuthor(event.target.value)} maxLength={500} autoComplete="name" />
      <DialogActions>
        <Button kind="primary" type="submit" disabled={making}>
          Create book
        </Button>
      </DialogActions>
    </form>
  );
}
