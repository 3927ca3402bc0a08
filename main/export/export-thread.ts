/** The thread that an export runs in: reading and writing a whole library never holds up the window's program. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ExportReport } from '#processors/contract/library-source.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Problem } from '#schemas/generated/types.ts';
import { exportLibrary, type ExportRequest } from './export-library.ts';

export type FromExportThread = { type: 'progress'; done: number; total: number } | { type: 'done'; report: ExportReport } | { type: 'failed'; problem: Problem };

/** Progress is for a person to see. */
const PROGRESS_EVERY_MS = 50;

const port = parentPort;
if (port) {
  const abort = new AbortController();
  let toldAt = 0;
  port.once('message', () => abort.abort());
  const tell = (message: FromExportThread): void => port.postMessage(message);
  try {
    const report = await exportLibrary(workerData as ExportRequest, {
      signal: abort.signal,
      onProgress({ done, total }) {
        if (Date.now() - toldAt < PROGRESS_EVERY_MS && done < total) return;
        toldAt = Date.now();
        tell({ type: 'progress', done, total });
      },
    });
    tell({ type: 'done', report });
  } catch (thrown) {
    tell({ type: 'failed', problem: RectoError.from(thrown, 'internal').toProblem() });
  }
  port.close();
}
