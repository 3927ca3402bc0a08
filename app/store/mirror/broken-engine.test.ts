import { forceCloseDatabase, IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { firstValueFrom } from 'rxjs';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import type { RxCollection } from 'rxdb';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../create-app.ts';
import { coreOf } from '../../app-core.ts';
import type { Platform } from '../../ports.ts';
import type { RectoApp } from '../../recto-app.ts';
import { createMemoryMirror } from '../../test-support/memory-mirror.ts';
import { createTestPlatform } from '../../test-support/test-platform.ts';
import { createBook } from '../../use-cases/create-book.ts';
import { readBook } from '../change-book.ts';
import { toStorageError } from '../storage-error.ts';
import { isClosed, untilCutOff } from './dexie-engine.ts';
import type { StoreInstance } from './stored-rows.ts';

type OpeningRequest = ReturnType<IDBFactory['open']>;

/** A browser engine's disk, some of whose databases can't be opened: by their names, and what the opening throws. */
class FailingFactory extends IDBFactory {
  readonly failing = new Map<string, string>();
  readonly deleted: string[] = [];

  override open(name: string, version?: number): OpeningRequest {
    const error = this.failing.get(name);
    if (error === undefined) return version === undefined ? super.open(name) : super.open(name, version);
    const request = { error: new DOMException('Internal error opening backing store for indexedDB.open.', error) } as unknown as OpeningRequest;
    queueMicrotask(() => request.onerror?.call(request, { target: request, preventDefault: () => undefined, stopPropagation: () => undefined } as never));
    return request;
  }

  override deleteDatabase(name: string): OpeningRequest {
    this.deleted.push(name);
    this.failing.delete(name);
    return super.deleteDatabase(name);
  }
}

const BLOBS = 'rxdb-dexie-recto-local--0--blobs';
let disks = 0;

function storageOn(indexedDB: FailingFactory): Platform['storage'] {
  disks += 1;
  return Object.assign(getRxStorageDexie({ indexedDB, IDBKeyRange }), { name: `dexie-broken-${disks}` });
}

const apps: RectoApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function open(platform: Platform): Promise<RectoApp> {
  const app = await createApp(platform);
  apps.push(app);
  return app;
}

async function close(app: RectoApp): Promise<void> {
  apps.splice(apps.indexOf(app), 1);
  await app.close();
}

async function forceClose(collection: RxCollection<never>): Promise<void> {
  const { dexieDb } = (await collection.storageInstance.internals) as { dexieDb: { backendDB(): Parameters<typeof forceCloseDatabase>[0] } };
  forceCloseDatabase(dexieDb.backendDB());
}

async function blobsOf(app: RectoApp): Promise<RxCollection<never>> {
  return (await coreOf(app).library()).database.blobs as unknown as RxCollection<never>;
}

describe('a browser engine that breaks', () => {
  it('goes on after the engine closed the connection: what is written next is stored', async () => {
    const app = await open(createTestPlatform({ storage: storageOn(new FailingFactory()), mirror: createMemoryMirror() }));
    const { bookId } = await createBook(app, { title: 'Before', author: '' });
    await forceClose(await blobsOf(app));
    const { bookId: later } = await createBook(app, { title: 'After', author: '' });
    const library = await coreOf(app).library();
    expect((await readBook(library, bookId)).data.title).toBe('Before');
    expect((await readBook(library, later)).data.title).toBe('After');
  });

  it('stores again by itself when there is room again, without a restart', async () => {
    const disk = new FailingFactory();
    const app = await open(createTestPlatform({ storage: storageOn(disk), mirror: createMemoryMirror() }));
    await createBook(app, { title: 'Before', author: '' });
    await forceClose(await blobsOf(app));
    disk.failing.set(BLOBS, 'QuotaExceededError');
    for (let tries = 0; tries < 4; tries += 1) {
      await expect(createBook(app, { title: 'No room', author: '' }).catch((thrown: unknown) => Promise.reject(toStorageError(thrown)))).rejects.toMatchObject({ code: 'storage_full' });
    }
    disk.failing.clear();
    const { bookId } = await createBook(app, { title: 'Room', author: '' });
    expect((await readBook(await coreOf(app).library(), bookId)).data.title).toBe('Room');
    expect(disk.deleted).toEqual([]);
  });

  it('is made anew from the library file when it can’t be opened', async () => {
    const disk = new FailingFactory();
    const mirror = createMemoryMirror();
    const first = await open(createTestPlatform({ storage: storageOn(disk), mirror }));
    const { bookId } = await createBook(first, { title: 'The Keeper', author: '' });
    await first.flush();
    await close(first);
    for (const { name } of await disk.databases()) disk.failing.set(name!, 'UnknownError');

    const app = await open(createTestPlatform({ storage: storageOn(disk), mirror }));
    expect((await readBook(await coreOf(app).library(), bookId)).data.title).toBe('The Keeper');
    expect(disk.deleted).toContain(BLOBS);
    expect((await firstValueFrom(app.notices$)).message).toContain('2 texts came back from the library file');
  });

  it('is left alone when the library file has nothing to make it from, or it is the disk that is full', async () => {
    const disk = new FailingFactory();
    const first = await open(createTestPlatform({ storage: storageOn(disk), mirror: createMemoryMirror() }));
    await createBook(first, { title: 'The Keeper', author: '' });
    await close(first);
    disk.failing.set(BLOBS, 'UnknownError');
    disk.failing.set('rxdb-dexie-recto-local--0--_rxdb_internal', 'UnknownError');
    await expect(createApp(createTestPlatform({ storage: storageOn(disk), mirror: createMemoryMirror() }))).rejects.toMatchObject({ code: 'storage_failed' });
    expect(disk.deleted).toEqual([]);
  });

  it('is made anew while the app runs when it stays unreadable', async () => {
    const disk = new FailingFactory();
    const mirror = createMemoryMirror();
    const app = await open(createTestPlatform({ storage: storageOn(disk), mirror }));
    const { bookId } = await createBook(app, { title: 'Before', author: '' });
    await app.flush();
    await forceClose(await blobsOf(app));
    disk.failing.set(BLOBS, 'UnknownError');
    const tryIt = (): Promise<boolean> => createBook(app, { title: 'After', author: '' }).then(() => true, () => false);
    let tries = 1;
    while (tries < 9 && !(await tryIt())) tries += 1;
    expect(tries).toBe(3);
    expect(disk.deleted).toEqual([BLOBS]);
    expect((await readBook(await coreOf(app).library(), bookId)).data.title).toBe('Before');
  });
});

describe('a read that the engine cut off', () => {
  const read = (events: readonly Event[], connection = new EventTarget()): Promise<string> => {
    const instance = { internals: { dexieDb: { backendDB: () => connection }, dexieTable: {} } } as unknown as StoreInstance;
    // As RxDB's over a cursor: it ends well or never.
    return untilCutOff(instance, () => {
      queueMicrotask(() => events.forEach((event) => connection.dispatchEvent(event)));
      return new Promise((resolve) => connection.addEventListener('read', () => resolve('rows')));
    });
  };
  const abortOf = (mode: IDBTransactionMode): Event => Object.defineProperty(new Event('abort'), 'target', { value: { mode } });

  it('ends with an error that has it read again', async () => {
    for (const event of [new Event('close'), abortOf('readonly')]) {
      const error: unknown = await read([event]).catch((thrown: unknown) => thrown);
      expect(isClosed(error)).toBe(true);
    }
  });

  it('is none when only a write was given up', async () => {
    expect(await read([abortOf('readwrite'), new Event('read')])).toBe('rows');
  });
});
