import { Worker as NodeWorker } from 'node:worker_threads';

type Listener = (event: unknown) => void;

/** A worker thread in the shape of the browser's Worker, as far as the web worker host uses it. */
export function startNodeWorker(script: URL): Worker {
  // An error in the thread is the host's to see; it must not reach the test run's own output.
  const worker = new NodeWorker(script, { stderr: true });
  const shaped = {
    postMessage: (message: unknown, transfer: ArrayBuffer[]) => worker.postMessage(message, transfer),
    terminate: () => void worker.terminate(),
    addEventListener(type: string, listener: Listener) {
      if (type === 'message') worker.on('message', (data) => listener({ data }));
      if (type === 'error') worker.on('error', (error: Error) => listener({ message: error.message }));
      if (type === 'messageerror') worker.on('messageerror', () => listener({}));
    },
  };
  return shaped as unknown as Worker;
}
