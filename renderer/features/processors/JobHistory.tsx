import { useState } from 'react';
import type { JobView } from '#app/recto-app.ts';
import { retryJob } from '#app/use-cases/retry-job.ts';
import { bookOf, formatTime, nameSubject } from '#renderer/features/jobs/describe-job.ts';
import { useTitles, type Titles } from '#renderer/features/jobs/use-titles.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { formatPlace } from '#renderer/shell/router.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

const FIRST = 6;

/** What it did, the newest first; what failed says why, and can be tried again. */
export function JobHistory({ name, history }: { name: string; history: readonly JobView[] }) {
  const [all, setAll] = useState(false);
  // What failed is not hidden behind what went well.
  const shown = all ? history : history.filter(({ state }, place) => place < FIRST || state === 'failed');
  const titles = useTitles(history.map(bookOf));
  if (history.length === 0) return <p className="processor-quiet">It has not run yet.</p>;
  return (
    <>
      <ul className="processor-jobs" aria-label={`What ${name} did`}>
        {shown.map((job) => (
          <EndedJob key={job.id} job={job} titles={titles} />
        ))}
      </ul>
      {history.length > shown.length && (
        <Button kind="quiet" className="processor-more" onClick={() => setAll(true)}>
          Show {formatCount(history.length - shown.length, 'more run')}
        </Button>
      )}
    </>
  );
}

/** Why it failed, and that the draft is safe, where the failure itself does not say so. */
function describeFailure({ error }: JobView): string {
  const why = error?.message ?? '';
  return /draft is as it was/i.test(why) ? why : `${why} Your draft is as it was.`.trim();
}

function EndedJob({ job, titles }: { job: JobView; titles: Titles }) {
  const app = useApp();
  const { showError } = useToast();
  const subject = nameSubject(job, titles);
  const bookId = bookOf(job);
  return (
    <li className="processor-job" data-state={job.state}>
      <a href={bookId === undefined ? '#/library' : formatPlace({ name: 'book', bookId, chapterId: job.chapterId ?? null, tab: 'view' })}>{subject}</a>
      <span className="processor-quiet">{job.chapterId === undefined ? '' : titles.book(bookId)}</span>
      <time className="processor-quiet" dateTime={new Date(job.endedAt ?? job.askedAt).toISOString()}>
        {formatTime(job.endedAt ?? job.askedAt)}
      </time>
      {job.state === 'failed' && (
        <p className="processor-failure">
          <span>
            Failed{job.attempts > 1 && ` after ${formatCount(job.attempts, 'attempt')}`}: {describeFailure(job)}
          </span>
          <Button aria-label={`Retry: ${subject}`} onClick={() => void retryJob(app, job.id).catch(showError)}>
            Retry
          </Button>
        </p>
      )}
    </li>
  );
}
