import type { Database } from '../db/database.ts';
import type { OutboxEvent } from '../state-service/blob-store.ts';

export interface Relay {
  /** Takes over the events of a commit, in order; they wait for the start. */
  push(events: readonly OutboxEvent[]): void;
  /** Begins with what an earlier run of the server left behind; resolves when that is read. */
  start(): Promise<void>;
  /** Resolves when all that was pushed has been published. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export interface RelayOptions {
  database: Database;
  /** At least once, in order. An event whose publishing fails is tried again. */
  publish(event: OutboxEvent): Promise<void> | void;
  onFailure(error: unknown): void;
}

const RETRY_MS = 500;
/** Published rows are deleted together, once it is quiet: a delete for each would cost a write to the disk for each. */
const TRIM_MS = 1000;

/**
 * Carries events from the outbox to the bus. Rows stay in the outbox until they were published, so that a crash
 * repeats events rather than losing them.
 */
export function createRelay({ database, publish, onFailure }: RelayOptions): Relay {
  const queue: OutboxEvent[] = [];
  const abort = new AbortController();
  let running: Promise<void> | undefined;
  let trimTimer: NodeJS.Timeout | undefined;
  let publishedUpTo = 0;
  let isStarted = false;

  const trim = async (): Promise<void> => {
    clearTimeout(trimTimer);
    trimTimer = undefined;
    if (publishedUpTo > 0) await database.query.deleteFrom('outbox').where('id', '<=', publishedUpTo).execute();
  };

  const drain = async (): Promise<void> => {
    let next = 0;
    while (next < queue.length && !abort.signal.aborted) {
      const event = queue[next]!;
      try {
        const pending = publish(event);
        if (pending) await pending;
        publishedUpTo = event.id;
        next += 1;
      } catch (error) {
        onFailure(error);
        await waitFor(RETRY_MS, abort.signal);
      }
    }
    queue.splice(0, next);
    running = undefined;
    if (queue.length > 0 && !abort.signal.aborted) return run();
    trimTimer ??= setTimeout(() => void trim().catch(onFailure), TRIM_MS);
  };

  const run = (): Promise<void> => {
    running ??= Promise.resolve().then(drain);
    return running;
  };

  return {
    push: (events) => {
      if (events.length === 0) return;
      queue.push(...events);
      // Before the start they wait: what an earlier run left comes first.
      if (isStarted) void run();
    },
    start: async () => {
      const rows = await database.query.selectFrom('outbox').selectAll().orderBy('id').execute();
      const left = rows.filter(({ id }) => id < (queue[0]?.id ?? Infinity));
      queue.unshift(...left.map((row) => ({ ...row, type: row.type as OutboxEvent['type'] })));
      isStarted = true;
      void run();
    },
    idle: async () => {
      while (running) await running;
    },
    stop: async () => {
      abort.abort();
      await running;
      await trim();
    },
  };
}

function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
