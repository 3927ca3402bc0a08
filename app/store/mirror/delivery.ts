/** Delivers what is owed, one step after the other, and tries again what fails, until it is there. */
import { RectoError } from '#schemas/errors.ts';

export interface MirrorTiming {
  /** Between a failure and the next try. */
  retryMs: number;
  /** An answer that takes longer is shown as a failure, though it is waited for. */
  answerWithinMs: number;
}

export interface DeliveryOptions {
  timing: MirrorTiming;
  isOwing(): boolean;
  /** Delivers the next part. */
  step(): Promise<void>;
  /** How many writes there were; every write up to `confirmed` is there. */
  writes(): number;
  confirmed(): number;
  /** A step failed; it is tried again. */
  onFailure(error: RectoError): void;
  /** Something is owed, or is no longer, or a failure came or went. */
  onChange(): void;
}

export interface Delivery {
  /** Null: as far as is known it can be delivered. */
  readonly failure: RectoError | null;
  fail(error: RectoError): void;
  /** Does nothing where it runs already. */
  run(): Promise<void>;
  /** Resolves when all that is owed now is there. @throws RectoError when the next try fails, or there is none */
  settled(): Promise<void>;
  /** Resolves those who wait for what is there. */
  settleWaiters(): void;
  readonly stopped: boolean;
  stop(): void;
}

const STOPPED = new RectoError('storage_failed', 'The library is being closed. What was not written into its file yet goes there at the next start.');

export function createDelivery({ timing, isOwing, step, writes, confirmed, onFailure, onChange }: DeliveryOptions): Delivery {
  let failure: RectoError | null = null;
  let running = false;
  let stopped = false;
  let wake: (() => void) | null = null;
  let waiters: { target: number; resolve(): void; reject(error: RectoError): void }[] = [];

  const fail = (error: RectoError): void => {
    failure = error;
    const waiting = waiters;
    waiters = [];
    for (const waiter of waiting) waiter.reject(error);
    onChange();
  };

  const settleWaiters = (): void => {
    const upTo = confirmed();
    const done = waiters.filter(({ target }) => target <= upTo);
    waiters = waiters.filter(({ target }) => target > upTo);
    for (const waiter of done) waiter.resolve();
  };

  /** Nothing more goes there in this run of the app. */
  const giveUp = (): void => {
    settleWaiters();
    const left = waiters;
    waiters = [];
    for (const waiter of left) waiter.reject(failure ?? STOPPED);
  };

  const tryOnce = async (): Promise<void> => {
    const late = setTimeout(() => fail(new RectoError('storage_failed', 'The library file has not answered for a while. What is on the screen is safe while this window is open; saving goes on as soon as it answers.')), timing.answerWithinMs);
    try {
      await step();
      failure = null;
    } catch (thrown) {
      const error = RectoError.from(thrown, 'storage_failed', 'The library file could not be written. What is on the screen is safe while this window is open; saving is tried again by itself.');
      onFailure(error);
      fail(error);
    } finally {
      clearTimeout(late);
    }
  };

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, timing.retryMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    get failure() {
      return failure;
    },
    get stopped() {
      return stopped;
    },
    fail,
    settleWaiters,
    async run() {
      if (running || stopped) return;
      running = true;
      onChange();
      // What is written in the same turn goes in one batch.
      await Promise.resolve();
      while (isOwing() && !stopped) {
        await tryOnce();
        settleWaiters();
        if (failure && !stopped) await pause();
      }
      running = false;
      if (stopped) giveUp();
      // Nothing is owed (any more): what can't be written is no trouble.
      if (!stopped) failure = null;
      settleWaiters();
      onChange();
    },
    settled() {
      if (!isOwing()) return Promise.resolve();
      if (stopped) return Promise.reject(failure ?? STOPPED);
      const target = writes();
      return new Promise((resolve, reject) => {
        waiters.push({ target, resolve, reject });
        // Whoever waits learns at once whether it can be delivered now.
        wake?.();
      });
    },
    stop() {
      stopped = true;
      wake?.();
      if (!running) giveUp();
    },
  };
}
