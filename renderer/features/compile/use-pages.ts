import { useEffect, useState } from 'react';
import { compileBook, type CompileRequest } from '#app/use-cases/compile-book.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError, isCancelled } from '#renderer/shell/describe-error.ts';
import { readPages } from './read-pages.ts';

/** So that a pause in typing shows what was typed, not each letter. */
const QUIET_MS = 300;

interface Shown {
  request: CompileRequest;
  pages: HTMLElement[];
  error: string | null;
}

/**
 * The pages of a request, made anew when it is another one: in the compiler's own worker, so that typing goes on. The last ones stay until the next are there.
 * @param request the same object for as long as nothing changed
 */
export function usePages(request: CompileRequest): { pages: HTMLElement[]; error: string | null; busy: boolean } {
  const app = useApp();
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const make = async (): Promise<void> => {
      try {
        const { bytes } = await compileBook(app, request, { signal: stop.signal, onProgress: () => undefined });
        if (!stop.signal.aborted) setShown({ request, pages: readPages(new TextDecoder().decode(bytes)), error: null });
      } catch (thrown) {
        if (!stop.signal.aborted && !isCancelled(thrown)) setShown({ request, pages: [], error: describeError(thrown) });
      }
    };
    const timer = setTimeout(() => void make(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [app, request]);
  return { pages: shown?.pages ?? [], error: shown?.error ?? null, busy: shown?.request !== request };
}
