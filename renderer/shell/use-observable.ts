import { useEffect, useState } from 'react';
import type { Observable } from 'rxjs';

/**
 * The latest value of a stream; `initial` until there is one, and again when another stream is given.
 * A stream's error is thrown into React, where the nearest boundary shows it.
 */
export function useObservable<T>(source: Observable<T>, initial: T): T {
  const [state, setState] = useState<{ source: Observable<T>; value: T; error?: unknown }>({ source, value: initial });
  useEffect(() => {
    const subscription = source.subscribe({
      next: (value) => setState({ source, value }),
      error: (error: unknown) => setState((old) => ({ ...old, source, error })),
    });
    return () => subscription.unsubscribe();
  }, [source]);
  if (state.source !== source) return initial;
  if ('error' in state) throw state.error;
  return state.value;
}
