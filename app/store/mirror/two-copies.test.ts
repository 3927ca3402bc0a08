import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { createRxDatabase, type RxDatabase } from 'rxdb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { openFileMirror, type FileMirror } from '../../test-support/file-mirror.ts';
import { createBlobStore } from '../blob-store.ts';
import { BLOB_COLLECTION_SCHEMA, STATE_COLLECTION_SCHEMA, type LibraryCollections } from '../collections.ts';
import { createLocalState } from '../local-state.ts';
import { createMirroredStorage, type MirroredStorage } from './mirrored-storage.ts';
import type { StoredRow } from './stored-rows.ts';

const SEED = Number(process.env['RECTO_TEST_SEED'] ?? 20_261_122);
/** More of them, when one looks for trouble. */
const RUNS = Number(process.env['RECTO_TEST_RUNS'] ?? 15);
const DATABASE = 'two-copies';
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

type Edit = { kind: 'write'; id: string } | { kind: 'delete'; id: string } | { kind: 'setting'; id: string } | { kind: 'settle' } | { kind: 'full' };
interface Run {
  /** What befalls one of the two copies before the library is opened. */
  loss: 'none' | 'engine-wiped' | 'engine-older' | 'engine-holes' | 'engine-row-older' | 'file-wiped' | 'file-older' | 'file-holes';
  edits: Edit[];
  end: 'closed' | 'killed';
  /** Another program holds the file, from the start of the run to its end. */
  locked: boolean;
  clockHours: number;
}

/** Edits that the browser engine has stored and the program that died has not. */
const AFTER_THE_KILL = 3;

type Open = RxDatabase<Pick<LibraryCollections, 'blobs' | 'settings'>>;
interface RawRow {
  id: string;
  _meta: { lwt: number };
}
type RawRows = Map<string, RawRow[]>;

/** One computer: a browser engine's disk, a library file, and what an observer of both knows was saved. */
class Computer {
  readonly folder = mkdtempSync(join(tmpdir(), 'recto-two-copies-'));
  engine = new IDBFactory();
  /** Earlier contents, to fall back to. */
  engineBefore: RawRows = new Map();
  words = 0;
  readonly saved = new Set<string>();
  pending = new Set<string>();
  path = join(this.folder, 'library.recto');

  get backup(): string {
    return join(this.folder, 'older.recto');
  }

  async open(check: number, locked = false): Promise<{ database: Open; mirrored: MirroredStorage; mirror: FileMirror }> {
    const mirror = openFileMirror(this.path);
    if (locked) mirror.open = () => Promise.reject(new RectoError('storage_locked', 'Another program holds the file.'));
    const inner = getRxStorageDexie({ indexedDB: this.engine, IDBKeyRange });
    let made = 0;
    const mirrored = createMirroredStorage(Object.assign(inner, { name: 'dexie' }), mirror, { retryMs: 5, checkAfterMs: check, newId: () => `kept-${this.words}-${(made += 1)}` });
    const database = await createRxDatabase<Pick<LibraryCollections, 'blobs' | 'settings'>>({ name: DATABASE, storage: mirrored.storage, multiInstance: false, eventReduce: false });
    await database.addCollections({ blobs: { schema: BLOB_COLLECTION_SCHEMA }, settings: { schema: STATE_COLLECTION_SCHEMA } });
    return { database, mirrored, mirror };
  }

  async readEngine(): Promise<RawRows> {
    const all: RawRows = new Map();
    for (const { name } of await this.engine.databases()) {
      if (name) all.set(name, await withDocs<RawRow[]>(this.engine, name, 'readonly', (docs) => docs.getAll()));
    }
    return all;
  }

  async writeEngine(rows: RawRows): Promise<void> {
    for (const [name, docs] of rows) {
      await withDocs(this.engine, name, 'readwrite', (store) => {
        const cleared = store.clear();
        for (const doc of docs) store.put(doc);
        return cleared;
      });
    }
  }

  rowsOfFile(mirror: FileMirror, collection: string): StoredRow[] {
    return (mirror.file.connection().prepare('SELECT body FROM documents JOIN stores ON stores.id = store WHERE collection = ?').all(collection) as { body: string }[]).map(({ body }) => JSON.parse(body) as StoredRow);
  }
}

function withDocs<T>(engine: IDBFactory, name: string, mode: IDBTransactionMode, work: (docs: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = engine.open(name);
    opening.addEventListener('error', () => reject(opening.error!));
    opening.addEventListener('success', () => {
      const transaction = opening.result.transaction('docs', mode);
      const request = work(transaction.objectStore('docs'));
      transaction.addEventListener('complete', () => {
        opening.result.close();
        resolve(request.result as T);
      });
      transaction.addEventListener('abort', () => reject(transaction.error!));
    });
  });
}

async function befall(computer: Computer, loss: Run['loss']): Promise<void> {
  const holes = ['b', 'd'];
  if (loss === 'engine-wiped') computer.engine = new IDBFactory();
  if (loss === 'engine-older') await computer.writeEngine(computer.engineBefore);
  if (loss === 'engine-holes' || loss === 'engine-row-older') {
    const now = await computer.readEngine();
    for (const [name, rows] of now) {
      const before = computer.engineBefore.get(name) ?? [];
      const put = rows.flatMap((row) => {
        if (!holes.includes(row.id)) return [row];
        return loss === 'engine-holes' ? [] : [before.find(({ id }) => id === row.id) ?? row];
      });
      now.set(name, put);
    }
    await computer.writeEngine(now);
  }
  if (loss === 'file-wiped') for (const end of ['', '-wal', '-shm']) rmSync(computer.path + end, { force: true });
  if (loss === 'file-older' && existsSync(computer.backup)) {
    for (const end of ['-wal', '-shm']) rmSync(computer.path + end, { force: true });
    copyFileSync(computer.backup, computer.path);
  }
  if (loss === 'file-holes') {
    const mirror = openFileMirror(computer.path);
    mirror.file.connection().prepare(`DELETE FROM documents WHERE id IN ('b', 'd')`).run();
    mirror.file.close();
  }
}

async function edit(computer: Computer, { database, mirrored, mirror }: Awaited<ReturnType<Computer['open']>>, step: Edit): Promise<void> {
  const blobs = createBlobStore(database.blobs, { now: () => Date.now() });
  if (step.kind === 'write') {
    computer.words += 1;
    const word = `w${computer.words}.`;
    const [there] = await blobs.changeMany([step.id], (blob) => ({ ...blob, deleted: false, data: { content: `${String(blob.data['content'])} ${word}` } }));
    if (!there) await blobs.insert([{ id: step.id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: word } }]);
    computer.pending.add(word);
  }
  if (step.kind === 'delete') await blobs.tombstone([step.id], 'deleted');
  if (step.kind === 'setting') await createLocalState(database.settings).set(step.id, (computer.words += 1));
  if (step.kind === 'full') mirror.file.connection().pragma(`max_page_count = ${String(mirror.file.connection().pragma('page_count', { simple: true }))}`);
  if (step.kind === 'settle') {
    mirror.file.connection().pragma('max_page_count = 1073741823');
    const words = computer.pending;
    computer.pending = new Set();
    await mirrored.settled().then(
      () => words.forEach((word) => computer.saved.add(word)),
      () => words.forEach((word) => computer.pending.add(word)),
    );
  }
}

async function live(computer: Computer, run: Run): Promise<void> {
  // What an older copy of either is from, at the next run.
  const engineNow = await computer.readEngine();
  const isFirst = engineNow.size === 0;
  if (!isFirst) copyFileSync(computer.path, `${computer.backup}.next`);
  await befall(computer, run.loss);
  computer.engineBefore = engineNow;
  if (!isFirst) renameSync(`${computer.backup}.next`, computer.backup);
  const real = Date.now;
  Date.now = () => real() + run.clockHours * 3_600_000;
  try {
    // The keys are compared late, while it is written to, or never in this run.
    const library = await computer.open(run.edits.length % 2 === 0 ? 0 : Infinity, run.locked);
    const last = run.end === 'killed' ? run.edits.length - AFTER_THE_KILL : Infinity;
    for (const [at, step] of run.edits.entries()) {
      if (at >= last) library.mirror.kill();
      // Nobody waits for an answer of what is dead.
      if (at < last || step.kind !== 'settle') await edit(computer, library, step);
    }
    if (run.end === 'closed') await edit(computer, library, { kind: 'settle' });
    else library.mirror.kill();
    await library.database.close();
    // One that was killed never answers: its storage is left as it is.
    if (run.end === 'closed') await library.mirrored.close();
    library.mirror.file.close();
  } finally {
    Date.now = real;
  }
}

/** Opens it once more, compares all, and looks at both sides. */
async function expectNothingLost(computer: Computer): Promise<void> {
  const { database, mirrored, mirror } = await computer.open(Infinity);
  await mirrored.settled();
  await mirrored.check();
  await mirrored.settled();
  for (const name of ['blobs', 'settings'] as const) {
    const ofFile = computer.rowsOfFile(mirror, name).map(({ id, _meta, _rev }) => `${String(id)} ${_meta.lwt} ${_rev}`).toSorted();
    const ofEngine = [...(await computer.readEngine()).get(`rxdb-dexie-${DATABASE}--0--${name}`)!].map((row) => `${row.id} ${row._meta.lwt} ${String((row as unknown as StoredRow)._rev)}`).toSorted();
    expect(ofEngine, name).toEqual(ofFile);
  }
  const everything = JSON.stringify(computer.rowsOfFile(mirror, 'blobs'));
  expect([...computer.saved].filter((word) => !everything.includes(word))).toEqual([]);
  await database.close();
  await mirrored.close();
  mirror.file.close();
}

const id = fc.constantFrom(...IDS);
const anEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: id.map((id) => ({ kind: 'write' as const, id })) },
  { weight: 1, arbitrary: id.map((id) => ({ kind: 'delete' as const, id })) },
  { weight: 2, arbitrary: id.map((id) => ({ kind: 'setting' as const, id })) },
  { weight: 3, arbitrary: fc.constant({ kind: 'settle' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'full' as const }) },
);
const aRun: fc.Arbitrary<Run> = fc
  .record({
    loss: fc.constantFrom('none', 'engine-wiped', 'engine-older', 'engine-holes', 'engine-row-older', 'file-wiped', 'file-older', 'file-holes'),
    edits: fc.array(anEdit, { minLength: 1, maxLength: 14 }),
    end: fc.constantFrom('closed', 'killed'),
    clockHours: fc.constantFrom(0, 2, -2),
    locked: fc.nat({ max: 4 }).map((one) => one === 0),
  })
  // A library that would look empty is not opened without its file: mirrored-storage.test.ts.
  .filter(({ loss, locked }) => !locked || loss !== 'engine-wiped');

describe('a library in two copies', () => {
  let computer: Computer;
  beforeEach(() => void (computer = new Computer()));
  afterEach(() => rmSync(computer.folder, { recursive: true, force: true }));

  it(
    'loses nothing that was saved, whatever befalls one of the two between runs; then both are equal',
    async () => {
      await fc.assert(
        fc
          .asyncProperty(aRun, fc.array(aRun, { minLength: 1, maxLength: 4 }), async (first, later) => {
            computer = new Computer();
            await live(computer, { ...first, loss: 'none', end: 'closed', locked: false });
            await expectNothingLost(computer);
            for (const run of later) {
              await live(computer, run);
              await expectNothingLost(computer);
            }
          })
          .afterEach(() => rmSync(computer.folder, { recursive: true, force: true })),
        { seed: SEED, numRuns: RUNS, endOnFailure: true },
      );
    },
    RUNS * 20_000,
  );
});
