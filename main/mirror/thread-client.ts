import { Worker } from 'node:worker_threads';
import { RectoError } from '#schemas/errors.ts';
import type { ThreadAnswer, ThreadCall, ThreadMethods } from './thread-messages.ts';

export interface ThreadClient<M> {
  /** @throws RectoError of the method; storage_failed when the thread ends before it answers */
  call<K extends keyof M & string>(method: K, ...args: M[K] extends (...args: infer A) => unknown ? A : never): Promise<M[K] extends (...args: never[]) => infer R ? Awaited<R> : never>;
  /** Ends it; calls from now on fail. */
  end(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: RectoError): void;
}

/**
 * A worker thread that is called by method. It starts with the first call; one that died is started again by the next.
 * @param file the thread's entry
 * @param data what it gets as workerData, asked for at each start
 */
export function createThreadClient<M extends ThreadMethods<M>>(file: string, data: () => unknown): ThreadClient<M> {
  let worker: Worker | null = null;
  let ended = false;
  let calls = 0;
  let waiting = new Map<number, Waiting>();

  const failAll = (of: Worker, cause: unknown): void => {
    if (worker !== of) return;
    worker = null;
    const left = waiting;
    waiting = new Map();
    for (const { reject } of left.values()) {
      reject(new RectoError('storage_failed', 'The part of Recto that writes the library’s file stopped. What you write is safe in this window; it is started again and saved by itself.', { cause }));
    }
  };

  const start = (): Worker => {
    // What readHeader keeps open stays open when a thread dies.
    const started = new Worker(file, { workerData: data(), trackUnmanagedFds: false });
    started.on('message', (answer: ThreadAnswer) => {
      const caller = waiting.get(answer.call);
      waiting.delete(answer.call);
      if (answer.ok) caller?.resolve(answer.value);
      else caller?.reject(RectoError.fromProblem(answer.error));
    });
    started.on('error', (cause) => failAll(started, cause));
    started.on('exit', (code) => failAll(started, new Error(`The thread ended with ${code}.`)));
    return started;
  };

  return {
    call(method, ...args) {
      return new Promise((resolve, reject) => {
        if (ended) {
          reject(new RectoError('storage_failed', 'Recto is about to end: the library’s file is closed.'));
          return;
        }
        worker ??= start();
        calls += 1;
        waiting.set(calls, { resolve: resolve as (value: unknown) => void, reject });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        worker.postMessage({ call: calls, method, args } satisfies ThreadCall);
      });
    },
    async end() {
      ended = true;
      await worker?.terminate();
    },
  };
}
