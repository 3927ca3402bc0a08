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
 * The same storage, in which a database that can't be opened is deleted and made anew, empty.
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
      // Later openings have no stored state to lose sight of: see reopen.
      database.open = open;
      try {
        return await open();
      } catch (thrown) {
        if (!isBroken(thrown) || !(await mayDrop(name))) throw thrown;
        await database.delete({ disableAutoOpen: false });
        return open();
      }
    };
  };
  const made = Object.create(Object.getPrototypeOf(storage) as object) as RxStorage<I, O>;
  return Object.assign(made, storage, { settings: { ...settings, onCreate } });
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
