import { RectoError } from '#schemas/errors.ts';
import type { ImportedManuscript, ReadManuscript } from '../contract/manuscript.ts';
import type { FromImportWorker } from './serve-import.ts';

/**
 * Reads manuscripts in a worker of their own, one for each import; an abort ends it at once, wherever it is.
 * @param startWorker starts a worker whose script calls `serveImport`, such as import-worker-entry.ts
 * @returns `readManuscript` with the errors of that, and processor_crashed
 */
export function createImportWorker(startWorker: () => Worker): ReadManuscript {
  return async (input, { signal, onProgress }) => {
    if (signal.aborted) throw cancelled();
    const worker = startWorker();
    try {
      return await new Promise<ImportedManuscript>((resolve, reject) => {
        const crash = (why: string): void => reject(new RectoError('processor_crashed', `Reading “${input.name}” stopped unexpectedly${why && ` (${why})`}. Nothing was imported.`));
        signal.addEventListener('abort', () => reject(cancelled()), { once: true });
        worker.addEventListener('error', (event) => {
          event.preventDefault?.();
          crash(event.message ?? '');
        });
        worker.addEventListener('messageerror', () => crash('a message could not be read'));
        worker.addEventListener('message', ({ data }: MessageEvent<FromImportWorker>) => {
          if (data.type === 'progress') {
            if (!signal.aborted) onProgress(data.progress);
          } else if (data.type === 'done') resolve(data.manuscript);
          else reject(RectoError.fromProblem(data.problem));
        });
        worker.postMessage(input, []);
      });
    } finally {
      worker.terminate();
    }
  };
}

function cancelled(): RectoError {
  return new RectoError('cancelled', 'The import was cancelled; nothing was imported.');
}
