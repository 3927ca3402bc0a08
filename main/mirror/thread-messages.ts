/** How a thread is called: its methods by name, in order. What they throw travels as its problem. */
import type { MessagePort } from 'node:worker_threads';
import { RectoError } from '#schemas/errors.ts';
import type { Problem } from '#schemas/generated/types.ts';

/** A thread's methods. What goes in and out is cloned. */
export type ThreadMethods<M> = { [K in keyof M]: (...args: never[]) => unknown };

export interface ThreadCall {
  call: number;
  method: string;
  args: unknown[];
}

export type ThreadAnswer = { call: number; ok: true; value: unknown } | { call: number; ok: false; error: Problem };

/** Answers the calls on a port. One that waits does not keep the next ones waiting. */
export function serveMethods<M extends ThreadMethods<M>>(port: MessagePort, methods: M): void {
  const answer = async ({ call, method, args }: ThreadCall): Promise<ThreadAnswer> => {
    try {
      if (!Object.hasOwn(methods, method)) throw new RectoError('internal', `The thread has no method ${method}.`);
      const work = methods[method as keyof M] as unknown as (...args: unknown[]) => unknown;
      return { call, ok: true, value: await work(...args) };
    } catch (thrown) {
      return { call, ok: false, error: RectoError.from(thrown, 'storage_failed').toProblem() };
    }
  };
  port.on('message', (message: ThreadCall) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    void answer(message).then((answered) => port.postMessage(answered));
  });
}
