import { wait } from '#processors/contract/timers.ts';
import type { OutboxEvent } from '../state-service/blob-store.ts';
import { toBlobEvent, type EventBus, type EventBusOptions } from './event-bus.ts';

const RETRY_MS = 500;
/** Handled at a time; the database commits them together. As many blobs may fail before the others wait for them. */
const BATCH = 64;

/** The bus of a server that runs alone. Events of one blob are handled one after the other, in order; one that fails holds up no other blob's. */
export function createInProcessBus({ handle, onRecorded, onFailure }: EventBusOptions): EventBus {
  const queue: OutboxEvent[] = [];
  /** Blobs with an event that failed: until it and those behind it have had their effect. */
  const failing = new Map<string, Promise<void>>();
  const abort = new AbortController();
  let running: Promise<void> | undefined;
  let isStarted = false;

  const attempt = async (event: OutboxEvent): Promise<boolean> => {
    const blobEvent = toBlobEvent(event);
    try {
      if (blobEvent) await handle(blobEvent);
    } catch (error) {
      onFailure(error);
      return false;
    }
    onRecorded(event.id);
    return true;
  };

  const insist = async (event: OutboxEvent, before: Promise<void>): Promise<void> => {
    await before;
    while (!abort.signal.aborted && !(await attempt(event))) await wait(RETRY_MS, abort.signal);
  };

  const deliver = async (event: OutboxEvent): Promise<void> => {
    const blob = blobOf(event);
    const before = failing.get(blob) ?? ((await attempt(event)) ? null : wait(RETRY_MS, abort.signal));
    if (!before) return;
    const insisting: Promise<void> = insist(event, before).finally(() => {
      if (failing.get(blob) === insisting) failing.delete(blob);
    });
    failing.set(blob, insisting);
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0 && !abort.signal.aborted) {
      if (failing.size >= BATCH) await Promise.race(failing.values());
      else await Promise.all(queue.splice(0, countDistinct(queue)).map(deliver));
    }
    running = undefined;
  };

  const run = (): void => {
    if (isStarted && !abort.signal.aborted) running ??= Promise.resolve().then(drain);
  };

  return {
    carry: (events) => {
      queue.push(...events);
      run();
    },
    refresh: () => {},
    start: () => {
      isStarted = true;
      run();
    },
    trouble: () => null,
    stop: async () => {
      abort.abort();
      await running;
      await Promise.all(failing.values());
    },
  };
}

/** How many of the first events are each another blob's. */
function countDistinct(queue: readonly OutboxEvent[]): number {
  const blobs = new Set<string>();
  for (const [index, event] of queue.slice(0, BATCH).entries()) {
    const key = blobOf(event);
    if (blobs.has(key)) return index;
    blobs.add(key);
  }
  return blobs.size;
}

function blobOf({ user_id, blob_id }: OutboxEvent): string {
  return `${user_id}/${blob_id}`;
}
