import { createRxDatabase, fillWithDefaultSettings, now, type RxCollection, type RxDatabase, type RxDocumentData, type RxStorageInstance } from 'rxdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { SaveStatus } from '../../recto-app.ts';
import { createMemoryMirror, type MemoryMirror } from '../../test-support/memory-mirror.ts';
import { createDexieStorage } from '../../test-support/test-platform.ts';
import { STATE_COLLECTION_SCHEMA, type StateRow } from '../collections.ts';
import { createMirroredStorage, type MirroredStorage, type MirroredStorageOptions } from './mirrored-storage.ts';

type Small = RxDatabase<{ settings: RxCollection<StateRow> }>;

const FULL = new RectoError('storage_full', 'The disk with the library file is full.');

let mirror: MemoryMirror;
let mirrored: MirroredStorage;
let database: Small;
let status: SaveStatus[];
let engine = createDexieStorage();

async function open(options: Partial<MirroredStorageOptions> = {}): Promise<void> {
  mirrored = createMirroredStorage(engine, mirror, { newId: () => 'kept', checkAfterMs: Infinity, retryMs: 5, ...options });
  status = [];
  mirrored.status$.subscribe((next) => status.push(next));
  database = await createRxDatabase({ name: 'small', storage: mirrored.storage, multiInstance: false, eventReduce: false });
  await database.addCollections({ settings: { schema: STATE_COLLECTION_SCHEMA } });
}

async function close(): Promise<void> {
  await database.close();
  await mirrored.close();
}

type Text = RxDocumentData<{ id: string; data: { content: string } }>;
type TextStore = RxStorageInstance<{ id: string; data: { content: string } }, unknown, unknown>;

/** Stores without a database over them, in place of the database. */
async function openStores(...collectionNames: string[]): Promise<TextStore[]> {
  await close();
  mirrored = createMirroredStorage(engine, mirror, { newId: () => 'kept', checkAfterMs: Infinity, retryMs: 5 });
  const schema = fillWithDefaultSettings(STATE_COLLECTION_SCHEMA) as unknown as TextStore['schema'];
  const place = { databaseName: 'small', databaseInstanceToken: 't', multiInstance: false, options: {}, devMode: false, schema };
  return Promise.all(collectionNames.map((collectionName) => mirrored.storage.createStorageInstance<Text>({ ...place, collectionName } as never) as unknown as Promise<TextStore>));
}

async function closeStores(stores: readonly TextStore[]): Promise<void> {
  await Promise.all(stores.map((store) => store.close()));
  await mirrored.close();
  await open();
}

function makeText(id: string, content: string, rev = '1-a'): Text {
  return { id, data: { content }, _deleted: false, _attachments: {}, _rev: rev, _meta: { lwt: now() } };
}

const set = (id: string, value: unknown): Promise<unknown> => database.settings.incrementalUpsert({ id, value });
const writesOf = (collection: string): string[] => mirror.writes.filter((write) => write.startsWith(`${collection}:`));
const valueOf = (id: string): unknown => JSON.parse(mirror.rowsOf('settings').find((row) => row.id === id)!.body).value;

beforeEach(async () => {
  engine = createDexieStorage();
  mirror = createMemoryMirror();
  await open();
  await mirrored.settled();
  mirror.writes.length = 0;
});
afterEach(close);

describe('what a store owes to the file', () => {
  it('goes in the order of writing, one batch at a time, a row that was written again only once', async () => {
    let answer = (): void => undefined;
    mirror.gate = new Promise((resolve) => (answer = resolve));
    await set('a', 1);
    await set('b', 1);
    await set('c', 1);
    await set('b', 2);
    mirror.gate = null;
    answer();
    await mirrored.settled();
    expect(writesOf('settings')).toEqual(['settings: a', 'settings: c, b']);
    expect(valueOf('b')).toBe(2);
  });

  it('is tried again in its order until it is there, and nothing overtakes it', async () => {
    mirror.failure = FULL;
    await set('a', 1);
    await expect(mirrored.settled()).rejects.toBe(FULL);
    expect(status.at(-1)).toEqual({ state: 'not-saved', message: FULL.message });
    await set('b', 1);
    await set('a', 2);
    mirror.writes.length = 0;
    mirror.failure = null;
    await mirrored.settled();
    expect(writesOf('settings')).toEqual(['settings: b, a']);
    expect(valueOf('a')).toBe(2);
    expect(status.at(-1)).toEqual({ state: 'saved' });
  });

  it('shows as not saved when the file does not answer, and as saved when it does', async () => {
    await close();
    await open({ answerWithinMs: 1 });
    await mirrored.settled();
    let answer = (): void => undefined;
    mirror.gate = new Promise((resolve) => (answer = resolve));
    const silent = new Promise<void>((resolve) => mirrored.status$.subscribe(({ state }) => state === 'not-saved' && resolve()));
    await set('a', 1);
    await silent;
    expect(status.at(-1)!.message).toContain('has not answered');
    mirror.gate = null;
    answer();
    await mirrored.settled();
    expect(valueOf('a')).toBe(1);
    expect(status.at(-1)).toEqual({ state: 'saved' });
  });

  it('is given up when the app ends: nobody waits for it without end', async () => {
    mirror.failure = FULL;
    await set('a', 1);
    await mirrored.close();
    await expect(mirrored.settled()).rejects.toBe(FULL);
    mirror.failure = null;
    await close();
    await open();
    await mirrored.settled();
    expect(valueOf('a')).toBe(1);
  });

  it('leaves out the row that the file refuses, goes on with the others, and says Not saved until it fits', async () => {
    const notices: string[] = [];
    mirrored.notices$.subscribe(({ message }) => notices.push(message));
    const { write } = mirror;
    mirror.write = async (store, rows) => {
      if (rows.some(({ id }) => id === 'huge')) throw new RectoError('too_large', 'Too large.');
      return write(store, rows);
    };
    await database.settings.bulkInsert([{ id: 'a', value: 1 }, { id: 'huge', value: 2 }, { id: 'z', value: 3 }]);
    await mirrored.settled();
    expect(mirror.rowsOf('settings').map(({ id }) => id).toSorted()).toEqual(['a', 'z']);
    expect(notices).toEqual([expect.stringContaining('too long for the library file')]);
    expect(status.at(-1)).toEqual({ state: 'not-saved', message: notices[0] });
    mirror.write = write;
    await set('a', 2);
    await mirrored.settled();
    expect(status.at(-1)!.state).toBe('not-saved');
    await set('huge', 4);
    await mirrored.settled();
    expect(status.at(-1)).toEqual({ state: 'saved' });
  });

  it('of sync’s record of what the server has goes after the texts that it speaks of', async () => {
    const instances = await openStores('blobs', 'rx-replication-meta-1');
    const write = (at: number, id: string): Promise<unknown> => instances[at]!.bulkWrite([{ document: makeText(id, 'Words.') }], 'test');
    const inFile = mirror.write;
    mirror.write = async (store, rows) => {
      if (rows.some(({ id }) => id === 'text')) throw FULL;
      return inFile(store, rows);
    };
    mirror.writes.length = 0;
    await write(0, 'text');
    await write(1, 'what the server has');
    await expect(mirrored.settled()).rejects.toBe(FULL);
    expect(mirror.writes).toEqual([]);
    mirror.write = inFile;
    await mirrored.settled();
    expect(mirror.writes).toEqual(['blobs: text', 'rx-replication-meta-1: what the server has']);
    await closeStores(instances);
  });

  it('is all written again to a file that was lost and made anew', async () => {
    await set('a', 1);
    await mirrored.settled();
    mirror.change('settings', (rows) => rows.clear());
    const { write } = mirror;
    mirror.write = async () => {
      mirror.write = write;
      throw new RectoError('not_found', 'The file was made anew.');
    };
    await set('b', 1);
    await mirrored.settled().catch(() => mirrored.settled());
    expect(mirror.rowsOf('settings').map(({ id }) => id).toSorted()).toEqual(['a', 'b']);
  });
});

describe('a store and its part of the file', () => {
  it('are repaired while it is in use when the file could not be opened at first', async () => {
    await set('a', 1);
    await mirrored.settled();
    const kept = mirror.rowsOf('settings');
    await close();
    mirror.failure = FULL;
    await open();
    await set('b', 1);
    expect(status.at(-1)).toEqual({ state: 'not-saved', message: FULL.message });
    mirror.change('settings', (rows) => rows.set('c', { ...kept[0]!, id: 'c', lwt: now(), body: kept[0]!.body.replace('"id":"a"', '"id":"c"') }));
    mirror.failure = null;
    await mirrored.settled();
    await mirrored.check();
    expect(mirror.rowsOf('settings').map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c']);
    expect((await database.settings.findOne('c').exec())?.value).toBe(1);
  });

  it('are never written before what the file has, though the clock was set back', async () => {
    await set('a', 1);
    await mirrored.settled();
    await close();
    const ahead = Date.now() + 2 * 3_600_000;
    mirror.change('settings', (rows) => {
      const row = rows.get('a')!;
      const body = JSON.parse(row.body) as { value: number; _rev: string; _meta: { lwt: number } };
      rows.set('a', { ...row, lwt: ahead, rev: '2-later', body: JSON.stringify({ ...body, value: 2, _rev: '2-later', _meta: { lwt: ahead } }) });
    });
    await open();
    expect((await database.settings.findOne('a').exec())?.value).toBe(2);
    await set('a', 3);
    await mirrored.settled();
    expect(valueOf('a')).toBe(3);
    expect(mirror.rowsOf('settings').find(({ id }) => id === 'a')!.lwt).toBeGreaterThan(ahead);
  });

  it('are read once where the engine lost its part: what comes from the file is not sent back to it', async () => {
    await database.settings.bulkInsert([{ id: 'a', value: 1 }, { id: 'b', value: 2 }]);
    await mirrored.settled();
    await close();
    engine = createDexieStorage();
    mirror.writes.length = 0;
    await open();
    await mirrored.settled();
    await mirrored.check();
    await mirrored.settled();
    expect((await database.settings.find().exec()).map(({ value }) => value)).toEqual([1, 2]);
    expect(mirror.writes).toEqual([]);
  });

  it('let those go on who asked meanwhile whether all is saved, also where nothing differs and nothing more is written', async () => {
    await set('a', 1);
    await mirrored.settled();
    await close();
    const { open: openPart } = mirror;
    const asked: Promise<void>[] = [];
    mirror.open = async (place) => {
      asked.push(mirrored.settled());
      return openPart(place);
    };
    await open();
    mirror.open = openPart;
    expect(await Promise.all(asked)).toHaveLength(2);
    expect(status.at(-1)).toEqual({ state: 'saved' });
  });

  it('are compared again when the file is put in order while they are compared', async () => {
    await set('a', 1);
    await mirrored.settled();
    await close();
    engine = createDexieStorage();
    const { read } = mirror;
    let lost = 0;
    mirror.read = async (...input) => {
      if (input[0] !== 2 || lost > 0) return read(...input);
      lost += 1;
      throw new RectoError('not_found', 'The file was made anew.');
    };
    mirror.calls.length = 0;
    await open();
    expect(lost).toBe(1);
    expect((await database.settings.findOne('a').exec())?.value).toBe(1);
  });

  it('are compared again when the file is put in order before their keys are', async () => {
    await set('a', 1);
    await mirrored.settled();
    const { readKeys } = mirror;
    mirror.readKeys = async (...input) => {
      if (input[0] !== 2) return readKeys(...input);
      mirror.readKeys = readKeys;
      mirror.change('settings', (rows) => rows.clear());
      throw new RectoError('not_found', 'The file was made anew.');
    };
    await mirrored.check().catch(() => undefined);
    await mirrored.settled();
    expect(mirror.rowsOf('settings').map(({ id }) => id)).toEqual(['a']);
  });

  it('keep a state of the file that was written over while it was found', async () => {
    let stores = await openStores('blobs');
    const [first, last] = [makeText('a', 'First.'), makeText('b', 'Last.')];
    await stores[0]!.bulkWrite([{ document: first }, { document: last }], 'test');
    await mirrored.settled();
    await closeStores(stores);
    stores = await openStores('blobs');
    mirror.change('blobs', (rows) => {
      const unseen = { ...first, data: { content: 'Unseen.' }, _rev: '2-other', _meta: { lwt: first._meta.lwt + 0.001 } };
      rows.set('a', { id: 'a', lwt: unseen._meta.lwt, rev: unseen._rev, deleted: false, body: JSON.stringify(unseen) });
    });
    const { readSome } = mirror;
    mirror.readSome = async (store, ids) => {
      const found = await readSome(store, ids);
      mirror.readSome = () => Promise.reject(FULL);
      await stores[0]!.bulkWrite([{ previous: first, document: makeText('a', 'Second.', '2-a') }], 'test');
      return found;
    };
    await mirrored.check();
    mirror.readSome = readSome;
    await mirrored.settled().catch(() => mirrored.settled());
    // What is kept is written after that.
    await mirrored.settled();
    const bodies = mirror.rowsOf('blobs').map(({ body }) => body);
    expect(bodies.filter((body) => body.includes('Second.'))).toHaveLength(1);
    expect(bodies.filter((body) => body.includes('Unseen.'))).toHaveLength(1);
    await closeStores(stores);
  });

  it('keep their tombstones, and are both gone when the collection is removed', async () => {
    await set('a', 1);
    await database.settings.findOne('a').remove();
    await database.settings.storageInstance.cleanup(0);
    await mirrored.settled();
    expect(mirror.rowsOf('settings')).toMatchObject([{ id: 'a', deleted: true }]);
    await mirrored.check();
    expect(await database.settings.storageInstance.findDocumentsById(['a'], true)).toHaveLength(1);
    await database.settings.remove();
    expect(mirror.rowsOf('settings')).toEqual([]);
    await close();
    await open();
    expect(await database.settings.find().exec()).toEqual([]);
  });
});
