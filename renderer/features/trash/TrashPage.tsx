import { useEffect, useMemo, useState } from 'react';
import type { TrashItem } from '#app/recto-app.ts';
import { restoreFromTrash } from '#app/use-cases/restore-from-trash.ts';
import { formatMoment } from '#renderer/features/backups/group-by-day.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { formatPlace, goTo } from '#renderer/shell/router.ts';
import { SidePage, SidePageInvitation } from '#renderer/shell/SidePage.tsx';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { daysLeft } from './days-left.ts';
import './trash.css';

/** What was deleted, the newest first; each comes back by one click. */
export function TrashPage() {
  const app = useApp();
  const trash$ = useMemo(() => app.observeTrash(), [app]);
  const items = useObservable<TrashItem[] | null>(trash$, null);
  useEffect(() => {
    document.title = 'Trash';
  }, []);
  return (
    <SidePage
      title="Trash"
      back={{ name: 'Library', href: formatPlace({ name: 'library' }) }}
      label="What was deleted"
      side={
        <p className="side-page-about">
          What you delete is here for 90 days, with its history; then it is gone for good.
          {items && items.length > 0 && ` ${formatCount(items.length, 'thing')} can be restored.`}
        </p>
      }
    >
      {items && items.length > 0 && (
        <ul className="trash" aria-label="Deleted books and chapters">
          {items.map((item) => (
            <Deleted key={item.id} item={item} />
          ))}
        </ul>
      )}
      {items?.length === 0 && <SidePageInvitation>Nothing is in the trash.</SidePageInvitation>}
    </SidePage>
  );
}

function Deleted({ item }: { item: TrashItem }) {
  const app = useApp();
  const { show, showError } = useToast();
  const [busy, setBusy] = useState(false);
  const { kind, bookTitle, words, deletedAt, goneAt } = item;
  const title = item.title || 'Untitled';
  const restore = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      const { bookId, chapterId } = await restoreFromTrash(app, { id: item.id });
      show({ message: `“${title}” is back.`, action: { name: 'Open it', run: () => goTo({ name: 'book', bookId, chapterId, tab: 'write' }) } });
    } catch (thrown) {
      setBusy(false);
      throw thrown;
    }
  };
  const left = daysLeft(goneAt, app.platform.clock.now());
  return (
    <li className="trash-item">
      <h2 dir="auto">{title}</h2>
      <p className="side-page-quiet">
        {kind === 'book' ? 'Book' : bookTitle ? `Chapter of “${bookTitle}”` : 'Chapter of a book that is gone'} · {formatCount(words, 'word')} · deleted {formatMoment(deletedAt)}
        <span data-soon={left <= 7 || undefined}>{left <= 1 ? ' · gone within a day' : ` · gone in ${formatCount(left, 'day')}`}</span>
      </p>
      <Button aria-disabled={busy} aria-label={`Restore: ${title}`} onClick={() => void restore().catch(showError)}>
        Restore
      </Button>
    </li>
  );
}
