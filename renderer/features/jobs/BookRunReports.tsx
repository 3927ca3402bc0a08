import { useEffect, useRef } from 'react';
import type { UsageEntry } from '#app/store/usage-ledger.ts';
import type { BookRun } from '#app/recto-app.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { goTo } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import { describeRun, describeUsage } from './describe-job.ts';

const NO_RUNS: BookRun[] = [];
const NO_USAGE: readonly UsageEntry[] = [];

/** Says, wherever the author is, what a run over a whole book came to and what it took. */
export function BookRunReports() {
  const app = useApp();
  const { show } = useToast();
  const runs = useObservable(app.bookRuns$, NO_RUNS);
  const usage = useObservable(app.usage$, NO_USAGE);
  /** Runs that were seen going on in this window. */
  const going = useRef(new Set<string>());
  useEffect(() => {
    for (const run of runs) {
      if (run.endedAt === null) going.current.add(run.id);
      else if (going.current.delete(run.id)) show(report(run, usage));
    }
  }, [runs, usage, show]);
  return null;
}

function report(run: BookRun, usage: readonly UsageEntry[]) {
  const took = describeUsage(usage.filter(({ jobId }) => run.chapters.some((chapter) => chapter.jobId === jobId)));
  const hasFailed = run.chapters.some(({ end }) => end === 'failed');
  return {
    message: `${describeRun(run)}${took ? ` It took ${took}.` : ''}`,
    action: { name: 'Show', run: () => goTo({ name: 'processors' }) },
    tone: hasFailed ? ('warning' as const) : ('plain' as const),
    stays: hasFailed,
  };
}
