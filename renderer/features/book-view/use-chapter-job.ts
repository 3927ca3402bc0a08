import { useMemo } from 'react';
import { scan } from 'rxjs';
import type { JobView, RectoApp } from '#app/recto-app.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';

export interface ChapterJob {
  job: JobView;
  /** The passage that was being written when it was last heard of. */
  passage: number | null;
}

/** The chapter's run of text expansion that is under way, or the last one; null where there was none. */
export function useChapterJob(app: RectoApp, chapterId: string): ChapterJob | null {
  const work$ = useMemo(() => app.jobs$.pipe(scan((before: ChapterJob | null, jobs) => findWork(before, jobs, chapterId), null)), [app, chapterId]);
  return useObservable(work$, null);
}

function findWork(before: ChapterJob | null, jobs: readonly JobView[], chapterId: string): ChapterJob | null {
  const own = jobs.filter((job) => job.chapterId === chapterId && job.processorId === 'text-expansion');
  const job = own.findLast((candidate) => candidate.state === 'running') ?? own.at(-1);
  if (!job) return null;
  // A failed job has no progress any more: where it failed is where it was.
  const passage = job.progress?.partial?.passage ?? (before?.job.id === job.id ? before.passage : null);
  return { job, passage };
}

export function isUnderWay(job: JobView): boolean {
  return job.state === 'queued' || job.state === 'running';
}
