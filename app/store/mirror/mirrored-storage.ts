/**
 * RxDB's storage with the author's file beside it: each row that the storage stores goes to the mirror, and when a
 * store is opened the one of both that is behind gets what it lacks. Order is RxDB's own: the time of the write and
 * the id.
 */
import { BehaviorSubject, distinctUntilChanged, ReplaySubject, type Observable } from 'rxjs';
import type { RxStorage } from 'rxdb';
import type { Notice } from '#schemas/ipc.ts';
import type { Mirror } from '../../ports.ts';
import type { SaveStatus } from '../../recto-app.ts';
import type { MirrorTiming } from './delivery.ts';
import { dexieNameOf, ensureOpen, withFreshStart } from './dexie-engine.ts';
import { mirrorInstance } from './mirrored-instance.ts';
import { createMirroredStore, type MirroredStore } from './mirrored-store.ts';
import { openRowIndex } from './row-index.ts';
import { idFieldOf, type StoreInstance } from './stored-rows.ts';
import { makeSnapshot } from './unseen-states.ts';

export interface MirroredStorage {
  readonly storage: RxStorage<unknown, unknown>;
  /** 'saving': something is owed to the mirror; 'not-saved': it can't be written now, and is tried again. */
  readonly status$: Observable<SaveStatus>;
  /** What was repaired, since the start: who subscribes gets the earlier ones first, as the same objects. */
  readonly notices$: Observable<Notice>;
  /** Resolves when all that is stored now is on the disk. @throws RectoError when the next try fails */
  settled(): Promise<void>;
  /** Compares all keys of the stores that are open, as it is done by itself some time after their opening. */
  check(): Promise<void>;
  /** Tries once more to send what is owed, and stops. What is still owed then goes at the next start. */
  close(): Promise<void>;
}

export interface MirroredStorageOptions extends Partial<MirrorTiming> {
  newId(): string;
  /** How long after a store's opening its keys are compared: the app is then at rest. Infinity: not by itself. */
  checkAfterMs?: number;
}

/** RxDB's own store, which it opens before any other of a database. */
const INTERNAL_STORE = '_rxdb_internal';
const BLOBS = 'blobs';
/** Sync's record of what the server has: it may be older than the texts, never newer. */
const SYNC_RECORD = 'rx-replication-meta-';

type Creation = Parameters<RxStorage<unknown, unknown>['createStorageInstance']>[0];

export function createMirroredStorage(inner: RxStorage<unknown, unknown>, mirror: Mirror, options: MirroredStorageOptions): MirroredStorage {
  const { retryMs = 1_000, answerWithinMs = 10_000, checkAfterMs = 3_000 } = options;
  const stores = new Map<string, MirroredStore>();
  /** By database. */
  const texts = new Map<string, MirroredStore>();
  const status = new BehaviorSubject<SaveStatus>({ state: 'saved' });
  const notices = new ReplaySubject<Notice>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let checks = Promise.resolve();

  const tell = (): void => {
    const all = [...stores.values()];
    const failed = all.find(({ failure }) => failure !== null)?.failure;
    if (failed) status.next({ state: 'not-saved', message: failed.message });
    else status.next({ state: all.some(({ owing }) => owing) ? 'saving' : 'saved' });
  };

  const storeOf = (params: Creation): MirroredStore => {
    const place = { database: params.databaseName, collection: params.collectionName, schemaVersion: params.schema.version };
    const key = JSON.stringify(Object.values(place));
    const known = stores.get(key);
    if (known) return known;
    const store = createMirroredStore({
      mirror, place,
      idField: idFieldOf(params as unknown as StoreInstance),
      holdsTexts: params.collectionName === BLOBS,
      timing: { retryMs, answerWithinMs },
      ...(params.collectionName.startsWith(SYNC_RECORD) && { before: async () => texts.get(params.databaseName)?.settled() }),
      onChange: tell,
      notify: (notice) => notices.next(notice),
      // Through the instance's own bulkWrite, so that it is mirrored itself.
      async keepBeside(instance, loser, winner) {
        const snapshot = makeSnapshot(loser, winner, options.newId());
        if (snapshot) await instance.bulkWrite([{ document: snapshot }], 'mirror-snapshot');
      },
    });
    stores.set(key, store);
    if (params.collectionName === BLOBS) texts.set(params.databaseName, store);
    return store;
  };

  const checkLater = (store: MirroredStore): void => {
    if (checkAfterMs === Infinity) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      // One after the other. A check that fails is made at the next start: nothing was lost by it.
      checks = checks.then(() => store.check()).catch(() => undefined);
    }, checkAfterMs);
    timers.add(timer);
  };

  const byDexieName = new Map<string, { database: string; store: MirroredStore }>();
  // What can't be opened is deleted only where the mirror has it, or knows its library: a store may rightly be empty.
  const mayDrop = async (name: string): Promise<boolean> => {
    const found = byDexieName.get(name);
    if (!found) return false;
    const internal = [...byDexieName.values()].filter(({ database }) => database === found.database).map(({ store }) => store.hasRows());
    return (await found.store.hasRows()) || (await Promise.all(internal)).includes(true);
  };
  const engine = withFreshStart(inner, mayDrop);

  const createStorageInstance = async (params: Creation): Promise<unknown> => {
    const store = storeOf(params);
    byDexieName.set(dexieNameOf(params), { database: params.databaseName, store });
    const instance = (await engine.createStorageInstance(params)) as unknown as StoreInstance;
    try {
      await ensureOpen(instance);
      mirrorInstance(instance, store);
      const index = await openRowIndex(instance);
      // Where the library would look new though the file may hold it, nobody goes on without the file.
      await store.attach(instance, index, async () => params.collectionName === INTERNAL_STORE && (await index.count()) === 0);
    } catch (thrown) {
      await instance.close().catch(() => undefined);
      throw thrown;
    }
    checkLater(store);
    return instance;
  };

  const settled = async (): Promise<void> => void (await Promise.all([...stores.values()].map((store) => store.settled())));

  return {
    storage: { name: inner.name, rxdbVersion: inner.rxdbVersion, createStorageInstance: createStorageInstance as RxStorage<unknown, unknown>['createStorageInstance'] },
    status$: status.pipe(distinctUntilChanged((a, b) => a.state === b.state && a.message === b.message)),
    notices$: notices.asObservable(),
    settled,
    async check() {
      for (const store of stores.values()) await store.check();
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await settled().catch(() => undefined);
      for (const store of stores.values()) store.stop();
      status.complete();
      notices.complete();
    },
  };
}
