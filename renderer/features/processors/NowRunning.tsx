import type { BookRun, JobView } from '#app/recto-app.ts';
import { cancelJob } from '#app/use-cases/cancel-job.ts';
import { stopBookRun } from '#app/use-cases/stop-book-run.ts';
import { bookOf, countEnded, describeProgress, nameJob } from '#renderer/features/jobs/describe-job.ts';
import { useTitles } from '#renderer/features/jobs/use-titles.ts';
import { WorkRow } from '#renderer/features/jobs/WorkRow.tsx';
import { useApp } from '#renderer/shell/app-context.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import '#renderer/features/jobs/jobs.css';

/** What runs and what waits. Nothing while there is none. */
export function NowRunning({ jobs, runs }: { jobs: readonly JobView[]; runs: readonly BookRun[] }) {
  const app = useApp();
  const { showError } = useToast();
  const going = runs.filter(({ endedAt }) => endedAt === null);
  const titles = useTitles([...going.map(({ bookId }) => bookId), ...jobs.map(bookOf)]);
  if (jobs.length === 0 && going.length === 0) return null;
  return (
    <section className="processor" aria-label="Running now">
      <h2>Running now</h2>
      <ul className="work-list processor-work">
        {going.map((run) => (
          <WorkRow key={run.id} name={`Expanding all of “${titles.book(run.bookId)}”`} detail={`${countEnded(run)} of ${run.chapters.length} chapters`} done={countEnded(run)} total={run.chapters.length} onStop={() => void stopBookRun(app, run.id).catch(showError)} />
        ))}
        {jobs.map((job) => (
          <WorkRow key={job.id} name={nameJob(job, titles)} detail={describeProgress(job)} done={job.progress?.done ?? 0} total={job.progress?.total ?? 0} onStop={() => void cancelJob(app, job.id).catch(showError)} />
        ))}
      </ul>
    </section>
  );
}
