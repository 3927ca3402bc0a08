import type { JobView } from '#app/recto-app.ts';
import { cancelJob } from '#app/use-cases/cancel-job.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useToast } from '#renderer/ui/toast.tsx';

const NONE: JobView[] = [];

const NAMES: Record<string, string> = { 'text-expansion': 'Expanding', 'book-compiler': 'Compiling' };

function describe(job: JobView): string {
  const name = NAMES[job.processorId] ?? job.processorId;
  if (!job.progress || job.progress.total === 0) return `${name}…`;
  return `${name}: ${job.progress.done} of ${job.progress.total}`;
}

/** Work under way, and how to stop it. */
export function JobsStatus() {
  const app = useApp();
  const { showError } = useToast();
  const jobs = useObservable(app.jobs$, NONE).filter((job) => job.state === 'running' || job.state === 'queued');
  const first = jobs.find((job) => job.state === 'running') ?? jobs[0];
  if (!first) return null;
  const cancelAll = (): void => {
    for (const job of jobs) cancelJob(app, job.id).catch(showError);
  };
  return (
    <span className="status-job">
      <span className="status-job-name">
        {describe(first)}
        {jobs.length > 1 && `, and ${jobs.length - 1} more`}
      </span>
      <button type="button" className="status-button" onClick={cancelAll}>
        Cancel
      </button>
    </span>
  );
}
