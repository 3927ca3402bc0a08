import { useEffect, useState } from 'react';
import type { ConflictView } from '#app/sync/sync-types.ts';
import { formatMoment } from '#renderer/features/backups/group-by-day.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { formatPlace } from '#renderer/shell/router.ts';
import { SidePage, SidePageInvitation } from '#renderer/shell/SidePage.tsx';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Conflict } from './Conflict.tsx';
import { useConflictReading } from './use-conflict-reading.ts';
import './conflicts.css';

/** Texts that two devices changed in the same place; beside the list, what each had of one, and what can be done. */
export function ConflictsPage({ conflictId }: { conflictId: string | null }) {
  const { conflicts$ } = useApp();
  const conflicts = useObservable<ConflictView[] | null>(conflicts$, null);
  const [settled, setSettled] = useState(0);
  useEffect(() => {
    document.title = 'Conflicts';
  }, []);
  const chosen = conflicts?.find(({ id }) => id === conflictId) ?? conflicts?.[0] ?? null;
  return (
    <SidePage
      title="Conflicts"
      back={{ name: 'Library', href: formatPlace({ name: 'library' }) }}
      label="The conflict"
      side={
        <>
          <p className="side-page-about">Two devices changed the same words. The text holds both, and what each device had is kept until you have settled it, and after that in the history.</p>
          {conflicts && conflicts.length > 0 && (
            <ul className="side-page-list" aria-label={formatCount(conflicts.length, 'conflict')}>
              {conflicts.map((conflict) => (
                <ConflictRow key={conflict.id} conflict={conflict} isOpen={conflict === chosen} />
              ))}
            </ul>
          )}
        </>
      }
    >
      {chosen && <Conflict key={chosen.id} conflict={chosen} onSettled={() => setSettled((count) => count + 1)} />}
      {conflicts?.length === 0 && <SidePageInvitation>{settled > 0 ? 'All are settled. Each version stays in its chapter’s history.' : 'There is no conflict. When two devices change the same words, both are kept, and you choose here.'}</SidePageInvitation>}
    </SidePage>
  );
}

function ConflictRow({ conflict, isOpen }: { conflict: ConflictView; isOpen: boolean }) {
  const { reading } = useConflictReading(conflict);
  return (
    <li>
      <a className="side-page-row" href={formatPlace({ name: 'conflicts', conflictId: conflict.id })} aria-current={isOpen ? 'page' : undefined}>
        <span dir="auto">{reading ? reading.title || 'Untitled' : ' '}</span>
        <span className="side-page-quiet">
          {reading && reading.of === 'chapter' && reading.bookTitle ? `${reading.bookTitle} · ` : ''}
          {formatMoment(conflict.createdAt)}
        </span>
      </a>
    </li>
  );
}
