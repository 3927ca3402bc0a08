import { MoreHorizontal, Plus, Trash2 } from 'lucide-react';
import type { BookSummary } from '#app/recto-app.ts';
import { deleteBook } from '#app/use-cases/delete-book.ts';
import { restoreBook } from '#app/use-cases/restore-book.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { formatPlace } from '#renderer/shell/router.ts';
import { IconButton } from '#renderer/ui/Button.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { Cover } from './Cover.tsx';

/** The books, face out. */
export function Shelf({ books, onNew }: { books: readonly BookSummary[]; onNew: () => void }) {
  return (
    <ul className="shelf" aria-label="Books">
      {books.map((book) => (
        <ShelfBook key={book.id} book={book} />
      ))}
      <li className="shelf-item">
        <button type="button" className="shelf-new" onClick={onNew} aria-label="Start another book">
          <Plus size={28} strokeWidth={1.2} aria-hidden />
        </button>
      </li>
    </ul>
  );
}

function ShelfBook({ book }: { book: BookSummary }) {
  const app = useApp();
  const { show, showError } = useToast();
  const remove = async (): Promise<void> => {
    await deleteBook(app, book.id);
    show({ message: `“${book.title}” was deleted.`, undo: () => restoreBook(app, book.id) });
  };
  return (
    <li className="shelf-item">
      <a className="shelf-link" href={formatPlace({ name: 'book', bookId: book.id, chapterId: null, tab: 'write' })}>
        <Cover book={book} />
      </a>
      <div className="shelf-foot">
        <span>{formatCount(book.words, 'word')}</span>
        <Menu
          align="end"
          trigger={
            <IconButton label={`More about ${book.title}`} className="shelf-more">
              <MoreHorizontal size={16} aria-hidden />
            </IconButton>
          }
          groups={[[{ name: 'Delete book', icon: <Trash2 size={15} />, run: () => void remove().catch(showError) }]]}
        />
      </div>
    </li>
  );
}
