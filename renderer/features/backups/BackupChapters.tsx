import { useMemo, useState } from 'react';
import type { BackupBook } from '#schemas/ipc.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatNumber } from '#renderer/shell/format-count.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { compareChapters, formatChange } from './compare-book.ts';

/** What a book's chapters were then and are now; read when it is opened. */
export function BackupChapters({ book, isHere }: { book: BackupBook; isHere: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="backup-chapters" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Chapters</summary>
      {open && <ChapterTable book={book} isHere={isHere} />}
    </details>
  );
}

function ChapterTable({ book, isHere }: { book: BackupBook; isHere: boolean }) {
  const app = useApp();
  const now$ = useMemo(() => app.observeBook(book.id), [app, book.id]);
  const now = useObservable(now$, null);
  const rows = compareChapters(book.chapters, now?.chapters ?? null);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Chapter</th>
          <th scope="col">Words then</th>
          {isHere && <th scope="col">Words now</th>}
          {isHere && <th scope="col">Since then</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, title, kept, now: wordsNow, change }) => (
          <tr key={id}>
            <th scope="row">{title || 'Untitled'}</th>
            <td>{formatNumber(kept)}</td>
            {isHere && <td>{wordsNow === null ? 'not there' : formatNumber(wordsNow)}</td>}
            {isHere && <td className="backup-change">{formatChange(change)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
