/** A mirror in memory that a test can break. It keeps what is written when an app on it is closed. */
import type { RectoError } from '#schemas/errors.ts';
import type { Mark, MirrorRow } from '#schemas/ipc.ts';
import type { Mirror } from '../ports.ts';
import { compareMarks } from '../store/mirror/stored-rows.ts';

interface MemoryStore {
  number: number;
  key: string;
  rows: Map<string, MirrorRow>;
  fromBackupOf: string | null;
}

export interface MemoryMirror extends Mirror {
  /** What every call throws; null: none. */
  failure: RectoError | null;
  /** Waited for before a write is answered. */
  gate: Promise<void> | null;
  /** The ids of each write, in order, as `collection: id, id`. */
  readonly writes: string[];
  /** Calls by name. */
  readonly calls: string[];
  /** The rows of a collection, those of all databases that have one of the name. */
  rowsOf(collection: string): MirrorRow[];
  change(collection: string, change: (rows: Map<string, MirrorRow>) => void): void;
  setBackup(takenAt: string | null): void;
}

export function createMemoryMirror(): MemoryMirror {
  const stores: MemoryStore[] = [];
  const find = (number: number): MemoryStore => stores.find((store) => store.number === number)!;
  const collectionOf = ({ key }: MemoryStore): string => key.split('|')[1]!;
  const sorted = ({ rows }: MemoryStore, after: Mark | null, limit: number): MirrorRow[] =>
    [...rows.values()].filter((row) => compareMarks(row, after) > 0).toSorted(compareMarks).slice(0, limit);
  let backup: string | null = null;
  const call = (name: string): void => {
    mirror.calls.push(name);
    if (mirror.failure) throw mirror.failure;
  };

  const mirror: MemoryMirror = {
    failure: null,
    gate: null,
    writes: [],
    calls: [],
    rowsOf: (collection) => stores.filter((store) => collectionOf(store) === collection).flatMap(({ rows }) => [...rows.values()]),
    change: (collection, change) => stores.filter((store) => collectionOf(store) === collection).forEach(({ rows }) => change(rows)),
    setBackup: (takenAt) => void (backup = takenAt),
    async open({ database, collection, schemaVersion }) {
      call('open');
      const key = `${database}|${collection}|${schemaVersion}`;
      let store = stores.find((known) => known.key === key);
      if (!store) stores.push((store = { number: stores.length + 1, key, rows: new Map(), fromBackupOf: null }));
      const last = sorted(store, null, Infinity).at(-1);
      return { store: store.number, mark: last ? { lwt: last.lwt, id: last.id } : null, rows: store.rows.size, fromBackupOf: backup };
    },
    async write(number, rows) {
      await mirror.gate;
      call('write');
      const store = find(number);
      mirror.writes.push(`${collectionOf(store)}: ${rows.map(({ id }) => id).join(', ')}`);
      for (const row of rows) if ((store.rows.get(row.id)?.lwt ?? -1) < row.lwt) store.rows.set(row.id, row);
      const { lwt, id } = sorted(store, null, Infinity).at(-1)!;
      return { lwt, id };
    },
    async read(number, after, limit) {
      call('read');
      return sorted(find(number), after, limit);
    },
    async readKeys(number, after, limit) {
      call('readKeys');
      return sorted(find(number), after, limit).map(({ id, lwt, rev }) => ({ id, lwt, rev }));
    },
    async readSome(number, ids) {
      call('readSome');
      return ids.flatMap((id) => find(number).rows.get(id) ?? []);
    },
    async forget(number) {
      call('forget');
      find(number).rows.clear();
    },
  };
  return mirror;
}
