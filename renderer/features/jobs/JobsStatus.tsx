import { useState } from 'react';
import type { BookRun, JobView } from '#app/recto-app.ts';
import { cancelJob } from '#app/use-cases/cancel-job.ts';
import { stopBookRun } from '#app/use-cases/stop-book-run.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { goTo } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Popover } from '#renderer/ui/Popover.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { bookOf, countEnded, describeProgress, isUnderWay, nameJob } from './describe-job.ts';
import { useTitles, type Titles } from './use-titles.ts';
import { WorkList } from './WorkList.tsx';
import './jobs.css';

const NO_JOBS: JobView[] = [];
const NO_RUNS: BookRun[] = [];

/** Work under way: what runs and what waits, how far it is, and how to stop it. Nothing while there is none. */
export function JobsStatus() {
  const app = useApp();
  const { showError } = useToast();
  const [open, setOpen] = useState(false);
  const jobs = useObservable(app.jobs$, NO_JOBS).filter(isUnderWay);
  const runs = useObservable(app.bookRuns$, NO_RUNS).filter(({ endedAt }) => endedAt === null);
  const titles = useTitles([...runs.map(({ bookId }) => bookId), ...jobs.map(bookOf)]);
  const none = jobs.length === 0 && runs.length === 0;
  // What comes next opens nothing by itself.
  if (none && open) setOpen(false);
  const stopAll = (): void => {
    for (const { id } of runs) stopBookRun(app, id).catch(showError);
    for (const { id } of jobs) cancelJob(app, id).catch(showError);
  };
  useCommands([
    { id: 'jobs.open', name: 'What is running', group: 'Recto', key: 'Mod+Alt+J', keywords: ['jobs', 'progress', 'stop'], run: () => (none ? goTo({ name: 'processors' }) : setOpen(true)) },
    { id: 'jobs.stop-all', name: 'Stop all that is running', group: 'Recto', keywords: ['cancel', 'jobs'], disabled: none, run: stopAll },
  ]);
  if (none) return null;
  const isSingle = jobs.length === 1 && runs.length === 0;
  return (
    <span className="status-job">
      <Popover
        open={open}
        onOpenChange={setOpen}
        side="top"
        label="What is running"
        trigger={
          <button type="button" className="status-button status-job-name" data-tone="quiet">
            <Summary jobs={jobs} runs={runs} titles={titles} />
          </button>
        }
      >
        <WorkList jobs={jobs} runs={runs} titles={titles} />
        <div className="work-foot">
          <a href="#/processors" onClick={() => setOpen(false)}>
            Processors
          </a>
          {!isSingle && <Button onClick={stopAll}>Stop all</Button>}
        </div>
      </Popover>
      {isSingle && (
        <button type="button" className="status-button" onClick={stopAll}>
          Cancel
        </button>
      )}
    </span>
  );
}

/** One line for all of it: a long title is cut, how far it is never. */
function Summary({ jobs, runs, titles }: { jobs: readonly JobView[]; runs: readonly BookRun[]; titles: Titles }) {
  const [name, detail] = summarize(jobs, runs, titles);
  return (
    <>
      <span className="status-job-title">{name}</span>
      <span>· {detail}</span>
    </>
  );
}

/** What runs, and how far it is. */
function summarize(jobs: readonly JobView[], runs: readonly BookRun[], titles: Titles): [string, string] {
  const [run] = runs;
  if (run) return [`Expanding “${titles.book(run.bookId)}”`, `${countEnded(run)} of ${run.chapters.length} chapters`];
  const first = jobs.find(({ state }) => state === 'running') ?? jobs[0];
  if (!first) return ['', ''];
  const more = jobs.length > 1 ? `, and ${jobs.length - 1} more` : '';
  return [nameJob(first, titles), `${describeProgress(first)}${more}`];
}
