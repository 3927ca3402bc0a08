import { startTimer } from '#processors/contract/timers.ts';
import type { Database } from '../db/database.ts';
import type { OutboxEvent } from '../state-service/blob-store.ts';
import type { EventBus } from './event-bus.ts';

export interface Relay {
  /** Takes over the events of a commit, in order; they wait for the start. */
  push(events: readonly OutboxEvent[]): void;
  /** Begins with what an earlier run of the server left behind; resolves when the first of it is read. */
  start(): Promise<void>;
  /** Resolves when all that was pushed has had its effect. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export interface RelayOptions {
  database: Pick<Database, 'query' | 'sqlite' | 'exclusive'>;
  createBus(onRecorded: (eventId: number) => void): EventBus;
  onFailure(error: unknown): void;
}

/** Recorded rows are deleted together, once it is quiet: a delete for each would cost a write to the disk for each. */
const TRIM_MS = 1000;
/** Events that the bus has at a time; the others wait in the outbox, however long the bus is away. */
const WINDOW = 50_000;
const PAGE = 1000;
/** An outbox that can't be read is read again after this. */
const RETRY_MS = 1000;

/**
 * Carries events from the outbox to the bus. A row stays in the outbox until the event's effect is stored, so that a crash,
 * here or of the bus, repeats events rather than losing them.
 */
export function createRelay({ database, createBus, onFailure }: RelayOptions): Relay {
  /** With the bus; with their effect stored and their row not deleted yet. */
  const carried = new Set<number>();
  const recorded = new Set<number>();
  let readUpTo = 0;
  /** The outbox has rows that the bus was not given. */
  let isBehind = true;
  let isStarted = false;
  let reading: Promise<void> | undefined;
  let trimTimer: NodeJS.Timeout | undefined;
  let cancelRetry = (): void => {};
  let onIdle: (() => void)[] = [];

  const isIdle = (): boolean => carried.size === 0 && !isBehind && !reading;

  const noteIdle = (): void => {
    if (!isIdle()) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };

  const bus = createBus((eventId) => {
    if (!carried.delete(eventId)) return;
    recorded.add(eventId);
    trimTimer ??= setTimeout(() => void trim().catch(onFailure), TRIM_MS);
    catchUp();
    noteIdle();
  });

  const trim = async (): Promise<void> => {
    clearTimeout(trimTimer);
    trimTimer = undefined;
    const ids = [...recorded];
    if (ids.length === 0) return;
    await database.exclusive(() => database.sqlite.prepare('DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(ids)));
    for (const id of ids) recorded.delete(id);
  };

  const carry = (events: readonly OutboxEvent[]): void => {
    const fresh = events.filter(({ id }) => !carried.has(id) && !recorded.has(id));
    for (const { id } of fresh) carried.add(id);
    if (fresh.length > 0) bus.carry(fresh);
  };

  const readPages = async (): Promise<void> => {
    while (isStarted && isBehind && carried.size < WINDOW) {
      // What is committed while the page is read is behind again.
      isBehind = false;
      const rows = await database.query.selectFrom('outbox').selectAll().where('id', '>', readUpTo).orderBy('id').limit(PAGE).execute();
      readUpTo = rows.at(-1)?.id ?? readUpTo;
      if (rows.length === PAGE) isBehind = true;
      carry(rows.map((row) => ({ ...row, type: row.type as OutboxEvent['type'] })));
    }
  };

  const catchUp = (): void => {
    if (!isStarted || !isBehind || reading || carried.size >= WINDOW / 2) return;
    cancelRetry();
    reading = readPages().then(
      () => {
        reading = undefined;
        // What was pushed between the last page and this moment.
        catchUp();
        noteIdle();
      },
      (error: unknown) => {
        reading = undefined;
        isBehind = true;
        onFailure(error);
        cancelRetry = startTimer(RETRY_MS, catchUp);
      },
    );
  };

  return {
    push: (events) => {
      if (events.length === 0) return;
      // Before the start too: what an earlier run left comes first.
      if (isBehind || reading || carried.size >= WINDOW) {
        isBehind = true;
        catchUp();
        return;
      }
      readUpTo = Math.max(readUpTo, events.at(-1)!.id);
      carry(events);
    },
    start: async () => {
      isStarted = true;
      bus.start();
      catchUp();
      await reading;
    },
    idle: async () => {
      if (!isIdle()) await new Promise<void>((resolve) => onIdle.push(resolve));
    },
    stop: async () => {
      isStarted = false;
      await reading;
      cancelRetry();
      await bus.stop();
      // On a full disk, say. Events that stay are published again, which makes nothing twice; the rest of the stop must not wait for it.
      await trim().catch(onFailure);
    },
  };
}
