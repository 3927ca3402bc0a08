/** An instance of RxDB's storage whose writes go to the mirror too, and which outlives a connection that was closed. */
import type { BulkWriteRow } from 'rxdb';
import { dexieOf, isBroken, isClosed, untilCutOff } from './dexie-engine.ts';
import type { MirroredStore } from './mirrored-store.ts';
import { FROM_MIRROR } from './repair.ts';
import { idFieldOf, type StoredRow, type StoreInstance } from './stored-rows.ts';

/** A database that can't be opened this many times in a row is made anew. */
const TRIES_BEFORE_FRESH_START = 3;

/** Changes the instance's own methods, since RxDB holds on to it. */
export function mirrorInstance(instance: StoreInstance, store: MirroredStore): void {
  const original = {
    bulkWrite: instance.bulkWrite.bind(instance),
    query: instance.query.bind(instance),
    count: instance.count.bind(instance),
    findDocumentsById: instance.findDocumentsById.bind(instance),
    remove: instance.remove.bind(instance),
    close: instance.close.bind(instance),
  };
  const idField = idFieldOf(instance);
  const withConnection = createReopening(instance, store);

  instance.bulkWrite = async (rows, context) => {
    const result = await withConnection(() => original.bulkWrite(rows, context));
    if (context === FROM_MIRROR) return result;
    const refused = new Set(result.error.map(({ documentId }) => documentId));
    store.add(rows.filter(({ document }) => !refused.has(String(document[idField]))).map(toWritten));
    return result;
  };
  instance.query = (query) => withConnection(() => untilCutOff(instance, () => original.query(query)));
  instance.count = (query) => withConnection(() => untilCutOff(instance, () => original.count(query)));
  instance.findDocumentsById = (ids, deleted) => withConnection(() => original.findDocumentsById(ids, deleted));
  // Purging tombstones would take texts that can be brought back; the mirror would bring them back at the next start anyway.
  instance.cleanup = async () => true;
  instance.remove = async () => {
    // First there: else what is gone here would come back as lost.
    await store.forget();
    store.detach();
    await original.remove();
  };
  instance.close = async () => {
    store.detach();
    await original.close();
  };
}

function toWritten({ document, previous }: BulkWriteRow<Record<string, unknown>>): { row: StoredRow; before: number } {
  return { row: document as StoredRow, before: previous?._meta.lwt ?? 0 };
}

/**
 * Runs what needs the connection; where that has been closed, opens it and runs it again. A database that stays
 * unreadable is made anew from the mirror, once everything is there.
 */
function createReopening(instance: StoreInstance, store: MirroredStore): <T>(work: () => Promise<T>) => Promise<T> {
  let reopening: Promise<void> | null = null;
  let failures = 0;

  const reopen = async (): Promise<void> => {
    const engine = await dexieOf(instance);
    if (!engine) return;
    try {
      await engine.dexieDb.open();
      failures = 0;
    } catch (thrown) {
      failures += 1;
      if (failures < TRIES_BEFORE_FRESH_START || !isBroken(thrown)) throw thrown;
      await store.settled();
      if (!(await store.hasRows())) throw thrown;
      await engine.dexieDb.delete({ disableAutoOpen: false });
      await engine.dexieDb.open();
      await store.restoreAll();
      failures = 0;
    }
  };

  return async (work) => {
    try {
      return await work();
    } catch (thrown) {
      const isOurs = (instance as { closed?: unknown }).closed !== undefined;
      if (isOurs || !isClosed(thrown)) throw thrown;
      reopening ??= reopen().finally(() => {
        reopening = null;
      });
      await reopening;
      return work();
    }
  };
}
