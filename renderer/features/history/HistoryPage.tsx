import { useEffect, useMemo, useState } from 'react';
import type { BookView, ChapterVersion } from '#app/recto-app.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatPlace } from '#renderer/shell/router.ts';
import { SidePage, SidePageInvitation } from '#renderer/shell/SidePage.tsx';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { NameVersionDialog } from './NameVersionDialog.tsx';
import { Timeline } from './Timeline.tsx';
import { useHistoryCommands } from './use-history-commands.ts';
import { Version } from './Version.tsx';
import './history.css';

interface HistoryPageProps {
  bookId: string;
  chapterId: string;
  /** Null: the newest that is not what the chapter says now. */
  versionId: string | null;
}

/** A chapter's versions in time; beside them, one of them compared with another, and what can be brought back of it. */
export function HistoryPage({ bookId, chapterId, versionId }: HistoryPageProps) {
  const app = useApp();
  const book$ = useMemo(() => app.observeBook(bookId), [app, bookId]);
  const versions$ = useMemo(() => app.observeVersions(bookId, chapterId), [app, bookId, chapterId]);
  const book = useObservable<BookView | null | undefined>(book$, undefined);
  const versions = useObservable<ChapterVersion[] | null>(versions$, null);
  const [naming, setNaming] = useState<{ version: ChapterVersion | null } | null>(null);
  const [shown, setShown] = useState<ChapterVersion['of'] | 'both'>('both');
  const listed = useMemo(() => versions?.filter(({ of }) => shown === 'both' || of === shown) ?? null, [versions, shown]);
  const chosen = listed && (listed.find(({ id }) => id === versionId) ?? listed.find(({ isCurrent }) => !isCurrent) ?? listed[0] ?? null);
  const title = book?.chapters.find(({ id }) => id === chapterId)?.title ?? '';
  useEffect(() => {
    document.title = `History of ${title || 'Untitled'}`;
  }, [title]);
  useHistoryCommands({ bookId, chapterId, listed: listed ?? [], chosen: chosen ?? null, onName: () => setNaming({ version: null }) });
  const hasBoth = versions !== null && new Set(versions.map(({ of }) => of)).size > 1;
  return (
    <SidePage
      title={title || 'Untitled'}
      back={{ name: book?.title || 'The chapter', href: formatPlace({ name: 'book', bookId, chapterId, tab: 'write' }) }}
      label="The version"
      side={
        <>
          <div className="side-page-about history-about">
            <p>Every version of this chapter. Old ones thin out with age; those that you name stay.</p>
            <Button onClick={() => setNaming({ version: null })}>Name it as it is now…</Button>
            {hasBoth && <ShownChoice shown={shown} onShown={setShown} />}
          </div>
          {listed && <Timeline versions={listed} bookId={bookId} chapterId={chapterId} chosen={chosen?.id ?? null} showsBoth={hasBoth && shown === 'both'} />}
        </>
      }
    >
      {chosen && versions && <Version key={chosen.id} place={{ bookId, chapterId }} version={chosen} versions={versions} onName={() => setNaming({ version: chosen })} />}
      {versions?.length === 0 && <SidePageInvitation>{book === null ? 'This book is not in the library.' : 'Nothing is kept of this chapter yet. The first version is kept when you begin to write.'}</SidePageInvitation>}
      <NameVersionDialog open={naming !== null} version={naming?.version ?? null} place={{ bookId, chapterId }} onClose={() => setNaming(null)} />
    </SidePage>
  );
}

const CHOICES = [
  ['both', 'Both'],
  ['draft', 'Draft'],
  ['expansion', 'Expansion'],
] as const;

type Shown = (typeof CHOICES)[number][0];

function ShownChoice({ shown, onShown }: { shown: Shown; onShown: (shown: Shown) => void }) {
  return (
    <fieldset className="history-shown">
      <legend className="visually-hidden">Show versions of</legend>
      {CHOICES.map(([value, name]) => (
        <label key={value}>
          <input type="radio" name="history-shown" checked={shown === value} onChange={() => onShown(value)} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
