import { flushCompileCache } from 'node:module';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Processor } from '#processors/contract/processor.ts';
import type { ProcessorHost } from '#processors/hosts/run-processor.ts';
import { serveWorker } from '#processors/hosts/serve-worker.ts';
import type { FromWorker, ToWorker } from '#processors/hosts/worker-messages.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Guarded } from './process-guard.ts';

/** Of one message without its file; what a run may make is far below. The server reads a message as a whole. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Runs processors in this process, which `startProcessWorker` started. It ends with the process that started it. */
export function serveProcess(processors: readonly Processor[], options: Pick<ProcessorHost, 'fetchFor' | 'typesetter'> = {}): void {
  const guarded: Guarded = { parentPid: process.ppid, maxResidentBytes: Number(process.argv[2]) };
  new Worker(new URL('./process-guard.ts', import.meta.url), { workerData: guarded }).unref();
  const leave = (): never => process.exit(0);
  if (!process.connected) leave();
  process.on('disconnect', leave);
  // A terminal or a service manager tells them to all processes; what runs is the server's to end.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  serveWorker(
    {
      postMessage: (message) => {
        checkSize(message);
        // A server that is gone hears nothing.
        process.send?.(message, undefined, {}, () => undefined);
      },
      addEventListener: (_type, listener) => void process.on('message', (data: ToWorker) => listener({ data })),
    },
    processors,
    options,
  );
  // At its end it would be too late: it is killed.
  flushCompileCache();
}

/** @throws RectoError processor_output_invalid, before the server has it in memory; an Error for what can't be cloned */
function checkSize(message: FromWorker): void {
  if (serialize(withoutFile(message)).byteLength <= MAX_MESSAGE_BYTES) return;
  throw new RectoError('processor_output_invalid', `The processor made more than ${MAX_MESSAGE_BYTES / 1024 / 1024} million bytes.`);
}

function withoutFile(message: FromWorker): unknown {
  if (message.type !== 'done' || !message.output.file) return message;
  const { file: _file, ...output } = message.output;
  return { ...message, output };
}
