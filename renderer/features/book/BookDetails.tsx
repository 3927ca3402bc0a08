import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { BookView } from '#app/recto-app.ts';
import { updateBook } from '#app/use-cases/update-book.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { IconButton } from '#renderer/ui/Button.tsx';
import { KeptArea, KeptField } from '#renderer/ui/KeptField.tsx';
import { Popover } from '#renderer/ui/Popover.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { BookCover } from './BookCover.tsx';

type Patch = Parameters<typeof updateBook>[2];

/** The book's title page and cover, and what a provider of text should know of its voice. Each field is kept when it is left. */
export function BookDetails({ book }: { book: BookView }) {
  const app = useApp();
  const { showError } = useToast();
  const [open, setOpen] = useState(false);
  useCommands([{ id: 'book.details', name: 'Book details: title, author, language, cover, style notes', group: 'Book', key: 'Mod+Alt+B', run: () => setOpen(true) }]);
  const keep = (patch: Patch): void => void updateBook(app, book.id, patch).catch(showError);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      align="start"
      label="Book details"
      trigger={
        <IconButton label="Book details" className="book-details">
          <Pencil size={14} aria-hidden />
        </IconButton>
      }
    >
      <KeptField label="Book title" value={book.title} onKeep={(title) => title !== '' && keep({ title })} />
      <KeptField label="Book author" value={book.author} onKeep={(author) => keep({ author })} />
      <KeptField label="Language" value={book.language} hint="As en-GB or de: for hyphens, quotes and compiled files" onKeep={(language) => keep({ language })} />
      <BookCover book={book} />
      <KeptArea label="Style notes" value={book.styleNotes} hint="What a model should know of this book’s voice" onKeep={(styleNotes) => keep({ styleNotes })} />
    </Popover>
  );
}
