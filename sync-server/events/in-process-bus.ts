import { wait } from '#processors/contract/timers.ts';
import type { OutboxEvent } from '../state-service/blob-store.ts';
import { toBlobEvent, type EventBus, type EventBusOptions } from './event-bus.ts';

const RETRY_MS = 500;
/** Handled at a time; the database commits them together. */
const BATCH = 64;

/** The bus of a server that runs alone. Events of one blob are handled one after the other, in order. */
export function createInProcessBus({ handle, onRecorded, onFailure }: EventBusOptions): EventBus {
  const queue: OutboxEvent[] = [];
  const abort = new AbortController();
  let running: Promise<void> | undefined;
  let isStarted = false;

  const deliver = async (event: OutboxEvent): Promise<void> => {
    const blobEvent = toBlobEvent(event);
    while (blobEvent && !abort.signal.aborted) {
      try {
        await handle(blobEvent);
        break;
      } catch (error) {
        onFailure(error);
        await wait(RETRY_MS, abort.signal);
      }
    }
    if (!abort.signal.aborted || !blobEvent) onRecorded(event.id);
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0 && !abort.signal.aborted) await Promise.all(queue.splice(0, countDistinct(queue)).map(deliver));
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
    },
  };
}

/** How many of the first events are each another blob's. */
function countDistinct(queue: readonly OutboxEvent[]): number {
  const blobs = new Set<string>();
  for (const [index, { user_id, blob_id }] of queue.slice(0, BATCH).entries()) {
    const key = `${user_id}/${blob_id}`;
    if (blobs.has(key)) return index;
    blobs.add(key);
  }
  return blobs.size;
}
