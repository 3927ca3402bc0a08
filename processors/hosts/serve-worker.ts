import { RectoError } from '#schemas/errors.ts';
import type { Processor, ProcessorOutput } from '../contract/processor.ts';
import { runProcessor, type ProcessorHost } from './run-processor.ts';
import type { CallerCall, CallerCalls, FromWorker, ToWorker } from './worker-messages.ts';

/** The worker's side of a message channel. */
export interface WorkerScope {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: ToWorker }) => void): void;
}

interface Running {
  controller: AbortController;
  calls: Map<number, { resolve(result: never): void; reject(error: RectoError): void }>;
}

/** Runs processors for the host at the other end. Errors cross with their codes; bytes are handed over, not copied. */
export function serveWorker(scope: WorkerScope, processors: readonly Processor[], options: Pick<ProcessorHost, 'completeSettings' | 'fetchFor' | 'typesetter'> = {}): void {
  const host: ProcessorHost = { ...options, processors };
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
    const running: Running = { controller: new AbortController(), calls: new Map() };
    runs.set(runId, running);
    const ask = callCaller(running, (callId, call) => send({ type: 'call', runId, callId, call }));
    try {
      const output = await runProcessor(host, settings, request, {
        signal: running.controller.signal,
        onProgress: (progress) => send({ type: 'progress', runId, progress }),
        onUsage: (usage) => send({ type: 'usage', runId, usage }),
        readBlob: (id) => ask('read-blob', id),
        answers: {
          get: (key) => ask('get-answer', key),
          set: async (key, answer) => void (await ask('set-answer', { key, answer })),
        },
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
      case 'result':
        // Of the call that it answers.
        runs.get(message.runId)?.calls.get(message.callId)?.resolve(message.result as never);
        break;
      case 'call-failed':
        runs.get(message.runId)?.calls.get(message.callId)?.reject(RectoError.fromProblem(message.problem));
    }
  });
}

/** Asks the run's caller, at the other end of the channel. */
function callCaller(running: Running, send: (callId: number, call: CallerCall) => void): <K extends keyof CallerCalls>(name: K, input: CallerCalls[K]['input']) => Promise<CallerCalls[K]['result']> {
  let next = 0;
  return (name, input) =>
    new Promise((resolve, reject) => {
      const callId = next++;
      running.calls.set(callId, { resolve, reject });
      // The pair of a name and its own input.
      send(callId, { name, input } as CallerCall);
    });
}

/** Bytes whose buffer holds nothing else, and so can be handed over. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
