/** Keeps what comes from the server apart from what is being pushed, and from what is being merged. */
import { Subject, firstValueFrom } from 'rxjs';
import type { RxStorageInstance } from 'rxdb';
import { wait } from '#processors/contract/timers.ts';
import type { StoredBlob } from '../store/collections.ts';
import type { PulledPage } from './replication.ts';
import type { BlobState } from './wire-rows.ts';

/** While a page that keeps being overtaken by pushes is fetched once more, pushes wait. */
const MAX_REFETCHES = 5;

type BlobInstance = RxStorageInstance<StoredBlob, unknown, unknown>;

export interface PushGate {
  /** The same storage: it tells when RxDB has stored what it merged. */
  watch(instance: BlobInstance): BlobInstance;
  /** @param push returns the masters of the rows in conflict, which RxDB merges then */
  run(ids: readonly string[], push: () => Promise<BlobState[]>): Promise<BlobState[]>;
  apart(pull: () => Promise<PulledPage | null>): Promise<PulledPage | null>;
  /** Calls `emit` when the pushes that are now under way have been noted, after what was asked for before; at once where nothing waits. */
  after(emit: () => void): void;
  /** At the end: no merge is waited for any more. */
  open(): void;
}

/**
 * RxDB passes over what comes for a blob that has changes of its own on the way, until it has noted the verdict on those and
 * stored the merge; if the verdict was given before that was made, it would never be taken in. So a page with such a
 * blob in it is fetched again, and a change on the socket waits for the pushes that were under way when it came: RxDB's
 * own wait ends too early while it sends what has gathered offline.
 */
export function createPushGate(metaIdle: () => Promise<void>): PushGate {
  const underWay = new Set<Promise<void>>();
  /** What was pushed since the page that is under way was asked for. */
  const meanwhile = new Set<string>();
  /** No push begins while this lasts. */
  let closed: Promise<unknown> = Promise.resolve();
  let lastEmit = Promise.resolve();
  let waiting = 0;
  const merged$ = new Subject<void>();
  const note = async (conflicts: number): Promise<void> => {
    if (conflicts > 0) await firstValueFrom(merged$, { defaultValue: undefined });
    // RxDB notes what is stored right after a push returns, and what it merged right after that is.
    await wait(0);
    await metaIdle();
  };
  return {
    watch: (instance) =>
      Object.create(instance, {
        bulkWrite: {
          value: (...write: Parameters<BlobInstance['bulkWrite']>) => {
            const written = instance.bulkWrite(...write);
            return write[1] === 'replication-up-write-conflict' ? written.finally(() => merged$.next()) : written;
          },
        },
      }) as BlobInstance,
    open: () => merged$.complete(),
    run: async (ids, push) => {
      await closed;
      for (const id of ids) meanwhile.add(id);
      const pushed = push();
      const noted = pushed.then((conflicts) => note(conflicts.length), () => note(0));
      underWay.add(noted);
      void noted.then(() => underWay.delete(noted));
      return await pushed;
    },
    apart: async (pull) => {
      for (let tries = 0; ; tries++) {
        while (underWay.size > 0) await Promise.all(underWay);
        meanwhile.clear();
        const pulled = pull();
        if (tries >= MAX_REFETCHES) closed = pulled.catch(() => undefined);
        const page = await pulled;
        if (page === null || !page.documents.some(({ id }) => meanwhile.has(id))) return page;
      }
    },
    after: (emit) => {
      if (underWay.size === 0 && waiting === 0) return emit();
      waiting += 1;
      const pushes = [...underWay];
      lastEmit = lastEmit
        .then(() => Promise.all(pushes))
        .then(() => {
          waiting -= 1;
          emit();
        });
    },
  };
}
