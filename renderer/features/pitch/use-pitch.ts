import { useMemo } from 'react';
import { distinctUntilChanged, map } from 'rxjs';
import type { JobView, RectoApp } from '#app/recto-app.ts';
import { observePitch, type PitchView } from '#app/use-cases/observe-pitch.ts';
import { isStaleSentence } from '#processors/contract/pitch.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';

/** Undefined while it is not known. */
export function usePitch(app: RectoApp, bookId: string): PitchView | null | undefined {
  const pitch$ = useMemo(() => observePitch(app, bookId), [app, bookId]);
  return useObservable<PitchView | null | undefined>(pitch$, undefined);
}

/** The book's pitch that is being made, or the last one; null where there was none. */
export function usePitchJob(app: RectoApp, bookId: string): JobView | null {
  const job$ = useMemo(() => app.jobs$.pipe(map((jobs) => jobs.findLast((job) => job.processorId === 'pitch-builder' && job.blobId === bookId) ?? null), distinctUntilChanged()), [app, bookId]);
  return useObservable<JobView | null>(job$, null);
}

export function countStale({ blob, today }: PitchView): number {
  return blob ? blob.data.parts.reduce((sum, part) => sum + part.sentences.filter((sentence) => isStaleSentence(blob.data, sentence, today)).length, 0) : 0;
}
