import type { BookRun, JobView } from '#app/recto-app.ts';
import { bookOf } from '#renderer/features/jobs/describe-job.ts';
import { useTitles } from '#renderer/features/jobs/use-titles.ts';
import { WorkList } from '#renderer/features/jobs/WorkList.tsx';

/** What runs and what waits. Nothing while there is none. */
export function NowRunning({ jobs, runs }: { jobs: readonly JobView[]; runs: readonly BookRun[] }) {
  const going = runs.filter(({ endedAt }) => endedAt === null);
  const titles = useTitles([...going.map(({ bookId }) => bookId), ...jobs.map(bookOf)]);
  if (jobs.length === 0 && going.length === 0) return null;
  return (
    <section className="processor" aria-label="Running now">
      <h2>Running now</h2>
      <WorkList className="processor-work" jobs={jobs} runs={going} titles={titles} />
    </section>
  );
}
