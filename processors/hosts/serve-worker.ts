import { RectoError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/blob.ts';
import type { Processor, ProcessorOutput } from '../contract/processor.ts';
import { createExpansionMemory } from './expansion-memory.ts';
import { runProcessor, type ProcessorHost } from './run-processor.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** The worker's side of a message channel. */
export interface WorkerScope {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: ToWorker }) => void): void;
}

interface Running {
  controller: AbortController;
  reads: Map<number, { resolve(blob: Blob | null): void; reject(error: RectoError): void }>;
}

/** Runs processors for the host at the other end. Errors cross with their codes; bytes are handed over, not copied. */
export function serveWorker(scope: WorkerScope, processors: readonly Processor[], options: Pick<ProcessorHost, 'completeSettings'> = {}): void {
  const host: ProcessorHost = { ...options, processors, memory: createExpansionMemory() };
  const runs = new Map<number, Running>();
  const send = (message: FromWorker, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);

  const sendOutput = (runId: number, output: ProcessorOutput): void => {
    if (!output.file || !('bytes' in output.file)) {
      send({ type: 'done', runId, output });
      return;
    }
    const bytes = ownBytes(output.file.bytes);
    send({ type: 'done', runId, output: { ...output, file: { ...output.file, bytes } } }, [bytes.buffer]);
  };

  const run = async ({ runId, request, settings }: ToWorker & { type: 'run' }): Promise<void> => {
    const running: Running = { controller: new AbortController(), reads: new Map() };
    runs.set(runId, running);
    let nextRead = 0;
    try {
      const output = await runProcessor(host, settings, request, {
        signal: running.controller.signal,
        onProgress: (progress) => send({ type: 'progress', runId, progress }),
        readBlob: (id) =>
          new Promise((resolve, reject) => {
            const readId = nextRead++;
            running.reads.set(readId, { resolve, reject });
            send({ type: 'read', runId, readId, id });
          }),
      });
      sendOutput(runId, output);
    } catch (thrown) {
      // Also an output that can't be cloned: DataCloneError.
      send({ type: 'failed', runId, problem: RectoError.from(thrown, 'processor_failed').toProblem() });
    } finally {
      runs.delete(runId);
    }
  };

  scope.addEventListener('message', ({ data: message }) => {
    switch (message.type) {
      case 'run':
        void run(message);
        break;
      case 'cancel':
        runs.get(message.runId)?.controller.abort(new RectoError('cancelled', 'Cancelled.'));
        break;
      case 'blob':
        runs.get(message.runId)?.reads.get(message.readId)?.resolve(message.blob);
        break;
      case 'read-failed':
        runs.get(message.runId)?.reads.get(message.readId)?.reject(RectoError.fromProblem(message.problem));
    }
  });
}

/** Bytes whose buffer holds nothing else, and so can be handed over. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
