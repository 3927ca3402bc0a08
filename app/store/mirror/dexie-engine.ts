/**
 * What RxDB's storage over Dexie leaves to whoever wants to outlive a broken IndexedDB. RxDB keeps a database that did
 * not open, or that Chromium closed, as it is until the program starts anew (rxdb/src/plugins/storage-dexie:
 * `autoOpen` is off, and a failed opening stays in a table of its own).
 */
import type { RxStorage } from 'rxdb';
import type { StoreInstance } from './stored-rows.ts';

/** The part of dexie's Table that is used here. */
export interface DexieTable {
  orderBy(index: string): DexieRows;
  where(index: string): { above(key: unknown): DexieRows };
}

interface DexieRows {
  reverse(): DexieRows;
  limit(count: number): DexieRows;
  keys(): Promise<unknown[]>;
  count(): Promise<number>;
}

/** The part of Dexie that is used here. */
interface DexieDatabase {
  open(): PromiseLike<unknown>;
  delete(options?: { disableAutoOpen: boolean }): PromiseLike<void>;
  isOpen(): boolean;
  backendDB(): IDBDatabase | null;
}

interface DexieInternals {
  dexieDb: DexieDatabase;
  dexieTable: DexieTable;
}

interface DexieSettings {
  onCreate?: (database: DexieDatabase, name: string) => PromiseLike<void> | void;
}

/** Null: the instance is not on Dexie. @throws what its opening threw */
export async function dexieOf(instance: StoreInstance): Promise<DexieInternals | null> {
  const internals = (await instance.internals) as Partial<DexieInternals> | null;
  return internals?.dexieDb && internals.dexieTable ? { dexieDb: internals.dexieDb, dexieTable: internals.dexieTable } : null;
}

/** The name that RxDB gives the IndexedDB database of one store. */
export function dexieNameOf(params: { databaseName: string; collectionName: string; schema: { version: number } }): string {
  return `rxdb-dexie-${params.databaseName}--${params.schema.version}--${params.collectionName}`;
}

/**
 * The same storage, in which a database that can't be opened is deleted, so that it is made anew, empty. An instance
 * of it may not be open yet: see ensureOpen.
 * @param mayDrop asked first, with the database's name: whether all that was in it is elsewhere
 */
export function withFreshStart<I, O>(storage: RxStorage<I, O>, mayDrop: (name: string) => Promise<boolean>): RxStorage<I, O> {
  const settings = (storage as { settings?: DexieSettings }).settings;
  // Another storage than RxDB's over Dexie.
  if (!settings) return storage;
  const onCreate = async (database: DexieDatabase, name: string): Promise<void> => {
    await settings.onCreate?.(database, name);
    const open = database.open.bind(database);
    database.open = async () => {
      database.open = open;
      try {
        await open();
      } catch (thrown) {
        // Not thrown from here: RxDB would keep the failure until the program starts anew. See ensureOpen.
        if (!isBroken(thrown) || !(await mayDrop(name).catch(() => false))) return;
        await database.delete({ disableAutoOpen: false }).then(undefined, () => undefined);
      }
    };
  };
  const made = Object.create(Object.getPrototypeOf(storage) as object) as RxStorage<I, O>;
  return Object.assign(made, storage, { settings: { ...settings, onCreate } });
}

/**
 * Runs a read that RxDB does with a cursor of IndexedDB itself: its failure reaches nobody there, and the read never
 * ends. So what the connection tells ends it.
 * @throws what `read` throws, and an error that `isClosed` knows when the read was cut off
 */
export async function untilCutOff<T>(instance: StoreInstance, read: () => Promise<T>): Promise<T> {
  const connection = (await dexieOf(instance))?.dexieDb.backendDB();
  if (!connection) return read();
  let end: (() => void) | undefined;
  const cutOff = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new DOMException('The read was cut off.', 'InvalidStateError'));
    // It comes from any transaction; a write that is given up, as for a full disk, cuts off no read.
    const stopRead = ({ target }: Event): void => void ((target as Partial<IDBTransaction> | null)?.mode === 'readonly' && stop());
    connection.addEventListener('close', stop);
    connection.addEventListener('abort', stopRead);
    end = () => {
      connection.removeEventListener('close', stop);
      connection.removeEventListener('abort', stopRead);
    };
  });
  try {
    return await Promise.race([read(), cutOff]);
  } finally {
    end?.();
  }
}

/** @throws what the opening of its database throws */
export async function ensureOpen(instance: StoreInstance): Promise<void> {
  const engine = await dexieOf(instance);
  if (engine && !engine.dexieDb.isOpen()) await engine.dexieDb.open();
}

/** Chromium has closed the database under the app (a full disk, its storage cleared): nothing works until it is opened again. */
export function isClosed(thrown: unknown): boolean {
  return errorNames(thrown).some((name) => name === 'DatabaseClosedError' || name === 'InvalidStateError');
}

const BROKEN = new Set(['UnknownError', 'InvalidStateError', 'VersionError', 'DataError', 'NotFoundError', 'NotReadableError', 'UpgradeError', 'SchemaError']);

/** What is stored can't be read, and won't be by trying again. A full disk is none of it. */
export function isBroken(thrown: unknown): boolean {
  const names = errorNames(thrown);
  return !names.includes('QuotaExceededError') && names.some((name) => BROKEN.has(name));
}

/** Of the error and of what it wraps: Dexie keeps the first cause in `inner`. */
function errorNames(thrown: unknown): string[] {
  const names: string[] = [];
  for (let error = thrown; error instanceof Error && names.length < 8; ) {
    names.push(error.name);
    error = 'inner' in error && error.inner !== error ? error.inner : error.cause;
  }
  return names;
}
