import { useMemo } from 'react';
import type { JobView, RectoApp } from '#app/recto-app.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';

const NONE: JobView[] = [];

/** Jobs that ended, the newest first. */
export function useHistory(app: RectoApp): JobView[] {
  const history$ = useMemo(() => app.observeHistory(), [app]);
  return useObservable(history$, NONE);
}
