import { Progress as RadixProgress } from 'radix-ui';
import type { BookRun, JobView } from '#app/recto-app.ts';
import { cancelJob } from '#app/use-cases/cancel-job.ts';
import { stopBookRun } from '#app/use-cases/stop-book-run.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { countEnded, describeProgress, nameJob } from './describe-job.ts';
import type { Titles } from './use-titles.ts';
import '#renderer/ui/progress.css';
import './jobs.css';

interface WorkListProps {
  jobs: readonly JobView[];
  runs: readonly BookRun[];
  titles: Titles;
  className?: string;
}

/** What runs and what waits, runs over whole books first; each can be stopped. */
export function WorkList({ jobs, runs, titles, className = '' }: WorkListProps) {
  const app = useApp();
  const { showError } = useToast();
  return (
    <ul className={`work-list ${className}`}>
      {runs.map((run) => (
        <WorkRow key={run.id} name={`Expanding all of “${titles.book(run.bookId)}”`} detail={`${countEnded(run)} of ${run.chapters.length} chapters`} done={countEnded(run)} total={run.chapters.length} onStop={() => void stopBookRun(app, run.id).catch(showError)} />
      ))}
      {jobs.map((job) => (
        <WorkRow key={job.id} name={nameJob(job, titles)} detail={describeProgress(job)} done={job.progress?.done ?? 0} total={job.progress?.total ?? 0} onStop={() => void cancelJob(app, job.id).catch(showError)} />
      ))}
    </ul>
  );
}

interface WorkRowProps {
  /** 'Expanding “Dusk”' */
  name: string;
  /** '3 of 12' */
  detail: string;
  done: number;
  /** 0 while it is not known. */
  total: number;
  onStop(): void;
}

/** One piece of work in a list: what it is, how far, and Stop. */
function WorkRow({ name, detail, done, total, onStop }: WorkRowProps) {
  const share = total > 0 ? Math.min(100, Math.round((100 * done) / total)) : null;
  return (
    <li className="work-row">
      <span className="work-name">{name}</span>
      <span className="work-detail">{detail}</span>
      <Button kind="quiet" className="work-stop" aria-label={`Stop: ${name}`} onClick={onStop}>
        Stop
      </Button>
      <RadixProgress.Root className="progress-bar work-bar" value={share} aria-label={name}>
        <RadixProgress.Indicator className="progress-done" style={share === null ? undefined : { width: `${share}%` }} />
      </RadixProgress.Root>
    </li>
  );
}
