/**
 * What a store holds, in the order of writing, without reading its texts: RxDB keeps an index of the time of the write
 * and the id, and IndexedDB gives its keys alone.
 */
import { getChangedDocumentsSince, normalizeMangoQuery, prepareQuery, type MangoQuery } from 'rxdb';
import type { Mark } from '#schemas/ipc.ts';
import { dexieOf, type DexieTable } from './dexie-engine.ts';
import { idFieldOf, markOf, type StoredRow, type StoreInstance } from './stored-rows.ts';

export interface RowIndex {
  /** The row that was written last. */
  newest(): Promise<Mark | null>;
  count(): Promise<number>;
  /** The rows after a mark; null: from the first. */
  keys(after: Mark | null, limit: number): Promise<Mark[]>;
}

export async function openRowIndex(instance: StoreInstance): Promise<RowIndex> {
  const engine = await dexieOf(instance);
  return engine ? dexieIndex(engine.dexieTable, idFieldOf(instance)) : queryIndex(instance);
}

/** All rows after a mark, in pages, in the order of writing. */
export async function* readRowsAfter(instance: StoreInstance, index: RowIndex, after: Mark | null, limit: number): AsyncGenerator<StoredRow[]> {
  const idField = idFieldOf(instance);
  for (let mark = after; ; ) {
    const keys = await index.keys(mark, limit);
    if (keys.length === 0) return;
    // By their ids, since RxDB's query over IndexedDB never ends when a read of it fails.
    const rows = new Map((await instance.findDocumentsById(keys.map(({ id }) => id), true)).map((row) => [String(row[idField]), row]));
    yield keys.flatMap(({ id }) => rows.get(id) ?? []);
    mark = keys.at(-1)!;
  }
}

function dexieIndex(table: DexieTable, idField: string): RowIndex {
  const name = `[_meta.lwt+${idField}]`;
  const toMark = (key: unknown): Mark => {
    const [lwt, id] = key as [number, string];
    return { lwt, id };
  };
  return {
    async newest() {
      // oxlint-disable-next-line unicorn/no-array-reverse -- Dexie's, of rows that are not read
      const [key] = await table.orderBy(name).reverse().limit(1).keys();
      return key === undefined ? null : toMark(key);
    },
    count: () => table.orderBy(name).count(),
    async keys(after, limit) {
      const rows = after ? table.where(name).above([after.lwt, after.id]) : table.orderBy(name);
      return (await rows.limit(limit).keys()).map(toMark);
    },
  };
}

/** For a storage that is no IndexedDB, such as the one in memory: its rows are read. */
function queryIndex(instance: StoreInstance): RowIndex {
  const idField = idFieldOf(instance);
  const ask = async (query: MangoQuery<StoredRow>): Promise<StoredRow[]> =>
    (await instance.query(prepareQuery(instance.schema, normalizeMangoQuery(instance.schema, query as never)))).documents;
  return {
    async newest() {
      const [row] = await ask({ selector: {}, sort: [{ '_meta.lwt': 'desc' }, { [idField]: 'desc' }] as never, limit: 1 });
      return row ? markOf(row, idField) : null;
    },
    count: async () => (await ask({ selector: {} })).length,
    async keys(after, limit) {
      const { documents } = await getChangedDocumentsSince(instance as never, limit, (after ?? undefined) as never);
      return (documents as StoredRow[]).map((row) => markOf(row, idField));
    },
  };
}
