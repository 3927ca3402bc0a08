/**
 * Node's worker threads in the shape of web workers, so that one host serves both. Node itself is not imported here: the
 * server, which has threads, hands them in.
 */
import type { WorkerScope } from './serve-worker.ts';
import type { ToWorker } from './worker-messages.ts';

/** `Worker` of node:worker_threads, as far as it is used. */
export interface NodeWorker {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error' | 'messageerror', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

/** `parentPort` of node:worker_threads, as far as it is used. */
export interface NodeParentPort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: ToWorker) => void): unknown;
}

type Listener = (event: unknown) => void;

/** For `createWorkerRunner`. A thread that exits by itself counts as crashed; a web worker can't tell of that. */
export function shapeNodeWorker(worker: NodeWorker): Worker {
  const shaped = {
    postMessage: (message: unknown, transfer: ArrayBuffer[]) => worker.postMessage(message, transfer),
    terminate: () => void worker.terminate(),
    addEventListener(type: string, listener: Listener) {
      if (type === 'message') worker.on('message', (data) => listener({ data }));
      if (type === 'messageerror') worker.on('messageerror', () => listener({}));
      if (type !== 'error') return;
      worker.on('error', (error) => listener({ message: error.message }));
      worker.on('exit', (code) => listener({ message: `exit code ${code}` }));
    },
  };
  // The host uses these four members of Worker and no other.
  return shaped as unknown as Worker;
}

/** For `serveWorker`, in the thread. */
export function shapeParentPort(port: NodeParentPort): WorkerScope {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer as ArrayBuffer[]),
    addEventListener: (_type, listener) => void port.on('message', (data) => listener({ data })),
  };
}
