import { useMemo, useRef, type ReactNode } from 'react';
import type { BookView, JobView, RectoApp } from '#app/recto-app.ts';
import { cancelJob } from '#app/use-cases/cancel-job.ts';
import { makePitch, type PitchRequest } from '#app/use-cases/make-pitch.ts';
import type { PitchView } from '#app/use-cases/observe-pitch.ts';
import { findNewChapters, PITCH_KINDS, type PitchKind } from '#processors/contract/pitch.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Progress } from '#renderer/ui/Progress.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { describeMaking, PART_NAMES } from './pitch-names.ts';
import { PitchCost } from './PitchCost.tsx';
import { PitchPartSection } from './PitchPartSection.tsx';
import { countStale, usePitch, usePitchJob } from './use-pitch.ts';
import './pitch.css';

interface PitchPageProps {
  app: RectoApp;
  book: BookView;
}

/** What sells the book: each part beside the chapters that it rests on. */
export function PitchPage({ app, book }: PitchPageProps) {
  const view = usePitch(app, book.id);
  const job = usePitchJob(app, book.id);
  const { showError } = useToast();
  const page = useRef<HTMLDivElement>(null);
  const running = job?.state === 'queued' || job?.state === 'running';
  const make = useMemo(() => (wish: Omit<PitchRequest, 'bookId'> = {}) => void makePitch(app, { bookId: book.id, ...wish }).catch(showError), [app, book.id, showError]);
  const stale = view ? countStale(view) : 0;
  const missing = view?.blob ? findNewChapters(view.blob.data, view.today).length : 0;
  const made = view?.blob !== null && view !== undefined && view !== null;

  useCommands([
    { id: 'pitch.make', name: made ? 'Make again what is stale in the pitch' : 'Make the pitch', group: 'Book', disabled: running || (made && stale + missing === 0), keywords: ['synopsis', 'logline', 'query'], run: () => make() },
    { id: 'pitch.anew', name: 'Make the whole pitch anew', group: 'Book', disabled: running || !made, run: () => make({ again: true }) },
  ]);
  if (!view) return <div className="pitch" aria-busy="true" />;

  const toPart = (kind: PitchKind): void => {
    const heading = page.current?.querySelector<HTMLElement>(`[data-part="${kind}"] h2`);
    heading?.scrollIntoView({ block: 'start' });
    heading?.focus({ preventScroll: true });
  };
  return (
    <div className="pitch" ref={page}>
      {running && (
        <div className="pitch-work">
          <Progress label={job.progress?.message ?? (job.state === 'queued' ? 'The pitch waits for what runs before it' : 'Making the pitch')} work={job.progress} onCancel={() => void cancelJob(app, job.id).catch(showError)} />
        </div>
      )}
      {job?.state === 'failed' && job.error && (
        <p role="alert" className="sentence-error pitch-failed">
          {job.error.message}
        </p>
      )}
      {view.blob ? (
        <>
          <PitchState cost={<PitchCost app={app} bookId={book.id} view={view} />} view={view} stale={stale} missing={missing} running={running} make={make} />
          <nav className="pitch-nav" aria-label="Parts of the pitch">
            {PITCH_KINDS.map((kind) => (
              <button key={kind} type="button" onClick={() => toPart(kind)}>
                {PART_NAMES[kind]}
              </button>
            ))}
          </nav>
          {PITCH_KINDS.map((kind) => {
            const part = view.blob?.data.parts.find((candidate) => candidate.kind === kind);
            return part && view.blob && <PitchPartSection key={kind} app={app} book={book} pitch={view.blob.data} part={part} today={view.today} running={running} onMake={() => make({ again: true, parts: [kind] })} />;
          })}
        </>
      ) : (
        !running && <EmptyPitch cost={<PitchCost app={app} bookId={book.id} view={view} />} view={view} job={job} make={make} />
      )}
    </div>
  );
}

interface PitchStateProps {
  cost: ReactNode;
  view: PitchView;
  stale: number;
  missing: number;
  running: boolean;
  make(wish?: Omit<PitchRequest, 'bookId'>): void;
}

/** How it was made, what of it is stale, and what can be done about that. */
function PitchState({ cost, view, stale, missing, running, make }: PitchStateProps) {
  const news = [stale > 0 && `${formatCount(stale, 'sentence')} ${stale === 1 ? 'rests' : 'rest'} on chapters that have changed`, missing > 0 && `${formatCount(missing, 'new chapter')} ${missing === 1 ? 'is' : 'are'} not told yet`].filter(Boolean);
  return (
    <header className="pitch-state">
      <div>
        <p className="pitch-making">{view.blob && describeMaking(view.blob.data)}</p>
        {news.length > 0 && <p className="pitch-news">{news.join('; ')}.</p>}
        {cost}
      </div>
      <div className="pitch-actions">
        {news.length > 0 && (
          <Button kind="primary" disabled={running} onClick={() => make()}>
            Make again what is stale
          </Button>
        )}
        <Button kind="quiet" disabled={running} onClick={() => make({ again: true })}>
          Make all anew
        </Button>
      </div>
    </header>
  );
}

function EmptyPitch({ cost, view, job, make }: { cost: ReactNode; view: PitchView; job: JobView | null; make(): void }) {
  if (view.today.size === 0) return <p className="pitch-empty pitch-empty-word">Write a chapter first. A pitch is made from what your chapters say.</p>;
  return (
    <div className="pitch-empty">
      <p className="pitch-empty-word">This book has no pitch yet.</p>
      <p className="pitch-empty-hint">
        A logline, a back cover, two synopses, a query letter and keywords, each sentence with the chapters it rests on. With no model chosen, they are sentences of your own book. Your chapters stay as they are.
      </p>
      {cost}
      <Button kind="primary" onClick={() => make()}>
        {job?.state === 'failed' ? 'Try again' : 'Make the pitch'}
      </Button>
    </div>
  );
}
