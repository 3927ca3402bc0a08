import { useEffect, useState } from 'react';
import { catchError, filter, from, map, merge, of, switchMap } from 'rxjs';
import type { ConflictView } from '#app/sync/sync-types.ts';
import { readConflict, type ConflictReading } from '#app/use-cases/read-conflict.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';

interface Read {
  reading: ConflictReading | null;
  /** A sentence, where it can't be read. */
  trouble: string | null;
}

/** A conflict as it is now: read anew when the text has been saved, since it can be mended beside it. */
export function useConflictReading(conflict: ConflictView): Read {
  const app = useApp();
  // The list gives the same conflict as a new object at each change.
  const key = JSON.stringify(conflict);
  const [read, setRead] = useState<Read>({ reading: null, trouble: null });
  useEffect(() => {
    const saved$ = app.saveStatus$.pipe(filter(({ state }) => state === 'saved'));
    const subscription = merge(of(null), saved$)
      .pipe(
        switchMap(() =>
          from(readConflict(app, JSON.parse(key) as ConflictView)).pipe(
            map((reading): Read => ({ reading, trouble: null })),
            // What is missing may still come.
            catchError((thrown: unknown) => of({ reading: null, trouble: describeError(thrown) })),
          ),
        ),
      )
      .subscribe(setRead);
    return () => subscription.unsubscribe();
  }, [app, key]);
  return read;
}
