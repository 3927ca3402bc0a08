/** Node's worker threads in the shape of web workers: browsers' host of processors, where there is no browser. */
import { Worker as NodeWorker, type MessagePort, type Transferable } from 'node:worker_threads';
import type { WorkerScope } from '../serve-worker.ts';

type Listener = (event: unknown) => void;

/** For `createWorkerRunner`. A thread that exits by itself counts as crashed; a web worker can't tell of that. */
export function startNodeWorker(script: URL): Worker {
  // An error in the thread is the host's to see; it must not reach the test run's own output.
  const worker = new NodeWorker(script, { stderr: true });
  const shaped = {
    postMessage: (message: unknown, transfer: Transferable[]) => worker.postMessage(message, transfer),
    terminate: () => void worker.terminate(),
    addEventListener(type: string, listener: Listener) {
      if (type === 'message') worker.on('message', (data) => listener({ data }));
      if (type === 'messageerror') worker.on('messageerror', () => listener({}));
      if (type !== 'error') return;
      worker.on('error', ({ message }: Error) => listener({ message }));
      worker.on('exit', (code) => listener({ message: `exit code ${code}` }));
    },
  };
  // The host uses these three members of Worker and no other.
  return shaped as unknown as Worker;
}

/** For `serveWorker`, in the thread. */
export function shapeParentPort(port: MessagePort): WorkerScope {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer as Transferable[]),
    addEventListener: (_type, listener) => void port.on('message', (data) => listener({ data })),
  };
}
