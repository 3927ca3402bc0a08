import { useMemo } from 'react';
import type { BookView, RectoApp } from '#app/recto-app.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';

/** A book by its id; null while it is not known, or gone. */
export function useBookOf(app: RectoApp, bookId: string): BookView | null {
  const source = useMemo(() => app.observeBook(bookId), [app, bookId]);
  return useObservable(source, null);
}
