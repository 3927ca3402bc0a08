/** A thread that can be made to die. */
import { parentPort, workerData } from 'node:worker_threads';
import { RectoError } from '#schemas/errors.ts';
import { serveMethods } from '../thread-messages.ts';

export interface FragileMethods {
  greet(name: string): string;
  refuse(): void;
  exit(): void;
  fail(): void;
  never(): Promise<void>;
}

serveMethods<FragileMethods>(parentPort!, {
  greet: (name) => `${String(workerData)} ${name}`,
  refuse() {
    throw new RectoError('storage_full', 'The disk is full.');
  },
  exit: () => process.exit(3),
  fail() {
    setImmediate(() => {
      throw new Error('a defect');
    });
  },
  never: () => new Promise(() => undefined),
});
