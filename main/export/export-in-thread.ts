import { Worker } from 'node:worker_threads';
import type { ExportOptions, ExportReport } from '#processors/contract/library-source.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ExportRequest } from './export-library.ts';
import type { FromExportThread } from './export-thread.ts';

/**
 * `exportLibrary` in a thread of its own.
 * @param threadFile export-thread, as it was built
 * @throws what exportLibrary throws, and processor_crashed
 */
export async function exportInThread(threadFile: string, request: ExportRequest, { signal, onProgress }: ExportOptions): Promise<ExportReport> {
  const worker = new Worker(threadFile, { workerData: request, trackUnmanagedFds: false }); // see readHeader of main/mirror/library-connection.ts
  const cancel = (): void => worker.postMessage('cancel', []);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return await new Promise<ExportReport>((resolve, reject) => {
      const crash = (cause?: unknown): void => reject(new RectoError('processor_crashed', 'The export stopped unexpectedly. Your library is as it was; try it again.', { cause }));
      worker.on('error', crash);
      worker.on('exit', () => crash());
      worker.on('message', (message: FromExportThread) => {
        if (message.type === 'progress') onProgress(message);
        else if (message.type === 'done') resolve(message.report);
        else reject(RectoError.fromProblem(message.problem));
      });
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}
