import { useEffect, useState } from 'react';
import type { BookSummary } from '#app/recto-app.ts';
import { readLibraryName } from '#app/use-cases/read-library-name.ts';
import type { BackupBook, BackupEntry } from '#schemas/ipc.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { BackupChapters } from './BackupChapters.tsx';
import { useBackups } from './BackupsProvider.tsx';
import { compareBook } from './compare-book.ts';
import { formatMoment, formatSize, KINDS } from './group-by-day.ts';

interface BackupContentsProps {
  backup: BackupEntry;
  /** Something was restored, and a backup made before it. */
  onReplaced(): void;
}

type Contents = { books: BackupBook[] } | { trouble: string };

/** What a backup holds, beside what the library has now. Nothing is replaced by looking. */
export function BackupContents({ backup, onReplaced }: BackupContentsProps) {
  const app = useApp();
  const { desktop } = useBackups();
  const { showError } = useToast();
  const now = useObservable<BookSummary[] | null>(app.books$, null);
  const [contents, setContents] = useState<Contents | null>(null);
  const [library, setLibrary] = useState<string | null>(null);
  useEffect(() => {
    readLibraryName(app).then(setLibrary, showError);
  }, [app, showError]);
  useEffect(() => {
    let shown = true;
    desktop.call('backups.inspect', { backupId: backup.id }).then(
      (found) => shown && setContents(found),
      (thrown: unknown) => shown && setContents({ trouble: describeError(thrown) }),
    );
    return () => {
      shown = false;
    };
  }, [desktop, backup.id]);
  return (
    <article className="sheet backup">
      <header className="sheet-head">
        <h2>{formatMoment(backup.takenAt)}</h2>
        <p className="backup-about">
          {backup.fileName} · {formatSize(backup.sizeBytes)} · {KINDS[backup.kind]}
        </p>
        <Button onClick={() => void desktop.call('backups.reveal', { backupId: backup.id }).catch(showError)}>Show in folder</Button>
      </header>
      {contents === null && <p className="backup-reading">Reading what it holds …</p>}
      {contents && 'trouble' in contents && (
        <p className="sentence-error" role="alert">
          {contents.trouble}
        </p>
      )}
      {contents && 'books' in contents && now && library && <Books books={contents.books} now={now} library={library} backup={backup} onReplaced={onReplaced} />}
    </article>
  );
}

interface BooksProps {
  books: readonly BackupBook[];
  now: readonly BookSummary[];
  /** The one that is open. */
  library: string;
  backup: BackupEntry;
  onReplaced(): void;
}

function Books({ books, now, library, backup, onReplaced }: BooksProps) {
  if (books.length === 0) return <p className="backup-reading">There was no book in the library when this was made.</p>;
  return (
    <ul className="backup-books" aria-label="Books in the backup">
      {books.map((book) => (
        <BackupBookPart key={`${book.library} ${book.id}`} book={book} now={now.find(({ id }) => id === book.id)} origin={describeOrigin(book.library, library)} backup={backup} onReplaced={onReplaced} />
      ))}
    </ul>
  );
}

/** Nothing for a book of the library that is open; restored, others come into it. */
function describeOrigin(of: string, open: string): string | null {
  if (of === open) return null;
  return of === 'recto-local' ? 'from the library without an account' : 'from another account’s library';
}

interface BackupBookProps {
  book: BackupBook;
  now: BookSummary | undefined;
  origin: string | null;
  backup: BackupEntry;
  onReplaced(): void;
}

function BackupBookPart({ book, now, origin, backup, onReplaced }: BackupBookProps) {
  const { restore, running } = useBackups();
  const { showError } = useToast();
  const difference = compareBook(book, now);
  const put = async (): Promise<void> => {
    await restore(backup, book);
    onReplaced();
  };
  return (
    <li className="backup-book">
      <div className="backup-book-name">
        <h3>{book.title || 'Untitled'}</h3>
        {(book.author || origin) && <p>{[book.author, origin].filter(Boolean).join(' · ')}</p>}
      </div>
      <p className="backup-book-words">
        {formatCount(book.words, 'word')} in {formatCount(book.chapters.length, 'chapter')}
        {' · '}
        <span className="backup-difference" data-kind={difference.kind}>
          {difference.text}
        </span>
      </p>
      {difference.kind !== 'same' && (
        <Button disabled={running !== null} aria-label={`Restore this book: ${book.title}`} onClick={() => void put().catch(showError)}>
          Restore this book
        </Button>
      )}
      {book.chapters.length > 0 && <BackupChapters book={book} isHere={now !== undefined} />}
    </li>
  );
}
