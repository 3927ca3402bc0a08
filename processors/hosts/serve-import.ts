import { RectoError } from '#schemas/errors.ts';
import type { Problem } from '#schemas/generated/types.ts';
import { readManuscript } from '../book-import/read-manuscript.ts';
import type { ImportedManuscript, ImportInput } from '../contract/manuscript.ts';
import type { Progress } from '../contract/processor.ts';

/** What a worker that imports says; it is sent an `ImportInput`, once. */
export type FromImportWorker = { type: 'progress'; progress: Progress } | { type: 'done'; manuscript: ImportedManuscript } | { type: 'failed'; problem: Problem };

/** The worker's side of a message channel. */
export interface ImportScope {
  postMessage(message: FromImportWorker, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: ImportInput }) => void): void;
}

/** Reads the manuscript that the other end sends. To cancel, the other end terminates the worker. */
export function serveImport(scope: ImportScope): void {
  const send = (message: FromImportWorker): void => scope.postMessage(message, []);
  const read = async (input: ImportInput): Promise<void> => {
    try {
      const manuscript = await readManuscript(input, {
        signal: new AbortController().signal,
        onProgress: (progress) => send({ type: 'progress', progress }),
      });
      send({ type: 'done', manuscript });
    } catch (thrown) {
      send({ type: 'failed', problem: RectoError.from(thrown, 'import_damaged').toProblem() });
    }
  };
  scope.addEventListener('message', ({ data }) => void read(data));
}
