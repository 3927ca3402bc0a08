import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { MirrorRow, Notice } from '#schemas/ipc.ts';
import { finishBackup, prepareBackup } from './backup-folder.ts';
import { PAGE_SIZE } from './layout.ts';
import { openLibraryFile } from './library-file.ts';
import { putLibraryInOrder } from './put-in-order.ts';
import { BLOBS, makeFolder, makeRow } from './test-support/rows.ts';

const NOW = new Date(2026, 10, 22, 18, 45, 10);

/** Short ones, and some that fill pages of their own. */
function makeTexts(count: number, from = 1000): MirrorRow[] {
  return Array.from({ length: count }, (_row, i) => makeRow(`text-${i}`, from + i, `Words of ${i}. `.repeat(i % 7 === 0 ? 900 : 20)));
}

interface Library {
  folder: string;
  path: string;
  backups: string;
}

/** @param how 'killed': the WAL is left as a kill leaves it */
function makeLibrary(rows: readonly MirrorRow[], how: 'closed' | 'killed' = 'closed', folder = makeFolder()): Library {
  const path = join(folder, 'library.recto');
  const working = join(folder, 'working.recto');
  const file = openLibraryFile(working);
  const { store } = file.open(BLOBS);
  for (let i = 0; i < rows.length; i += 25) file.write(store, rows.slice(i, i + 25));
  if (how === 'closed') file.close();
  copyFileSync(working, path);
  if (how === 'killed') copyFileSync(`${working}-wal`, `${path}-wal`);
  file.close();
  rmSync(working);
  return { folder, path, backups: join(folder, 'Backups') };
}

async function makeBackup({ path, backups }: Library, takenAt: Date): Promise<void> {
  const copy = prepareBackup(backups);
  const file = openLibraryFile(path);
  await file.connection().backup(copy);
  file.close();
  finishBackup(backups, copy, 'automatic', takenAt);
}

function putInOrder({ path, backups }: Library, distrusted = false): Notice[] {
  return putLibraryInOrder(path, { backupFolder: backups, now: NOW, distrusted }).notices;
}

function readAll(path: string): Map<string, MirrorRow> {
  const file = openLibraryFile(path);
  try {
    const { store } = file.open(BLOBS);
    const rows = new Map<string, MirrorRow>();
    for (let after: MirrorRow | null = null; ; ) {
      const page: MirrorRow[] = file.read(store, after && { lwt: after.lwt, id: after.id }, 1000);
      if (page.length === 0) break;
      for (const row of page) rows.set(row.id, row);
      after = page.at(-1)!;
    }
    expect(file.damagedRows).toBe(0);
    return rows;
  } finally {
    file.close();
  }
}

const setAsideIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('library.damaged-'));

test('a first start says nothing, and neither does a whole library', () => {
  const folder = makeFolder();
  const library = { folder, path: join(folder, 'library.recto'), backups: join(folder, 'Backups') };
  expect(putInOrder(library)).toEqual([]);
  expect(existsSync(library.path)).toBe(false);
  writeFileSync(library.path, '');
  expect(putInOrder(library)).toEqual([]);
  const rows = makeTexts(50);
  makeLibrary(rows, 'closed', folder);
  expect(putInOrder(library)).toEqual([]);
  expect([...readAll(library.path).values()]).toEqual(rows);
});

test('sync’s record of what the server has is never newer than the texts of a rebuilt library: it is the backup’s', async () => {
  const record = { database: 'recto-local', collection: 'rx-replication-meta-1a2b', schemaVersion: 0 };
  const readRecord = (path: string): unknown[] => {
    const file = openLibraryFile(path);
    const { store } = file.open(record);
    const lwts = file.read(store, null, 10).map(({ lwt }) => lwt);
    file.close();
    return lwts;
  };
  const write = (path: string, lwt: number): void => {
    const file = openLibraryFile(path);
    file.write(file.open(record).store, [makeRow('down|1', lwt)]);
    file.close();
  };
  for (const hasBackup of [true, false]) {
    const library = makeLibrary(makeTexts(60));
    write(library.path, 2000);
    if (hasBackup) await makeBackup(library, NOW);
    write(library.path, 3000);
    putInOrder(library, true);
    expect(readRecord(library.path)).toEqual(hasBackup ? [2000] : []);
    expect(readAll(library.path).size).toBe(60);
  }
});

test('the newest backup is the one whose texts are, whatever the clock said when it was made', async () => {
  const library = makeLibrary([makeRow('old', 1000)]);
  await makeBackup(library, new Date(2099, 0, 1));
  const file = openLibraryFile(library.path);
  file.write(file.open(BLOBS).store, [makeRow('new', 2000)]);
  file.close();
  await makeBackup(library, new Date(2026, 10, 22, 18));
  rmSync(library.path);
  const [notice] = putInOrder(library);
  expect([...readAll(library.path).keys()]).toEqual(['old', 'new']);
  expect(notice!.message).toContain('22 November 2026');
});

test('a kill leaves a WAL, and everything in it is there', () => {
  const rows = makeTexts(60);
  const library = makeLibrary(rows, 'killed');
  expect(putInOrder(library)).toEqual([]);
  expect([...readAll(library.path).values()]).toEqual(rows);
});

test('a WAL with a wrong byte in its middle, where SQLite stops without a word, still gives the rows behind it', () => {
  const rows = makeTexts(200);
  const library = makeLibrary(rows, 'killed');
  const wal = readFileSync(`${library.path}-wal`);
  const middle = 32 + Math.floor(wal.length / 2 / (24 + PAGE_SIZE)) * (24 + PAGE_SIZE) + 20;
  wal[middle] = wal[middle]! ^ 0xff;
  writeFileSync(`${library.path}-wal`, wal);
  putInOrder(library);
  expect(readAll(library.path).size).toBe(200);
});

test.each([
  ['an empty file', (path: string) => writeFileSync(path, '')],
  ['garbage', (path: string) => writeFileSync(path, 'It was the best of times. '.repeat(4000))],
  ['a folder in its place', (path: string) => { rmSync(path); mkdirSync(path); }],
  ['no file', (path: string) => rmSync(path)],
])('%s: the newest backup comes back, and the notice says of when it is', async (_what, mutilate) => {
  const rows = makeTexts(40);
  const library = makeLibrary(rows.slice(0, 30));
  await makeBackup(library, new Date(2026, 10, 22, 17, 0, 0));
  rmSync(library.path);
  makeLibrary(rows, 'closed', library.folder);
  mutilate(library.path);
  const [notice] = putInOrder(library);
  expect(notice).toMatchObject({ kind: 'warning', message: expect.stringContaining('the backup of 22 November 2026 at 17:00') });
  expect([...readAll(library.path).values()]).toEqual(rows.slice(0, 30));
  const file = openLibraryFile(library.path);
  const { store, fromBackupOf } = file.open(BLOBS);
  expect(fromBackupOf).toBe(new Date(2026, 10, 22, 17, 0, 0).toISOString());
  file.write(store, rows.slice(30));
  expect(file.open(BLOBS).fromBackupOf).toBeNull();
  file.close();
});

test('a damaged newest backup is passed over', async () => {
  const rows = makeTexts(20);
  const library = makeLibrary(rows.slice(0, 10));
  await makeBackup(library, new Date(2026, 10, 20));
  rmSync(library.path);
  makeLibrary(rows, 'closed', library.folder);
  await makeBackup(library, new Date(2026, 10, 21));
  const newest = readdirSync(library.backups).toSorted().at(-1)!;
  truncateSync(join(library.backups, newest), 9000);
  rmSync(library.path);
  putInOrder(library);
  expect(readAll(library.path).size).toBe(10);
});

test('what is missing is named as the author knows it', async () => {
  const chapter = { id: 'c1', title: 'The Storm', draft_blob_id: 'text-7', edition: 'draft' };
  const book = makeRow('book', 1, '');
  const body = { id: 'book', schema_id: 'book-v1', data: { title: 'The Keeper', author: 'A', chapters: [chapter] }, _meta: { lwt: 1 }, _rev: '1', _deleted: false };
  const rows = [{ ...book, body: JSON.stringify(body) }, ...makeTexts(30)];
  const library = makeLibrary(rows);
  await makeBackup(library, new Date(2026, 10, 22, 17, 0, 0));
  const file = openLibraryFile(library.path);
  const newer = makeRow('text-7', 5000, 'Lost words. '.repeat(2000));
  file.write(file.open(BLOBS).store, [newer]);
  file.close();
  const bytes = readFileSync(library.path);
  // In the long row's overflow pages.
  for (let at = bytes.indexOf('Lost words. '.repeat(50)); at >= 0 && at < bytes.length; at = bytes.indexOf('Lost words. '.repeat(50), at + PAGE_SIZE)) bytes.write('Lies', at + 120);
  writeFileSync(library.path, bytes);
  const [notice] = putInOrder(library);
  expect(notice?.message).toContain('In their newest state these could not be read: “The Storm” of “The Keeper”.');
  expect(readAll(library.path).get('text-7')).toEqual(rows[8]);
  expect(setAsideIn(library.folder)).toHaveLength(1);
});

test.each([['all of it could be read', false], ['a row could not be read', true]])('a store says which backup it goes back to only where something is missing: %s', async (_what, isMissing) => {
  const rows = makeTexts(60);
  const library = makeLibrary(rows.slice(0, 30));
  await makeBackup(library, new Date(2026, 10, 22, 17, 0, 0));
  rmSync(library.path);
  makeLibrary(rows, 'closed', library.folder);
  const bytes = readFileSync(library.path);
  if (isMissing) bytes.write('Lies', bytes.indexOf('Words of 41.'));
  writeFileSync(library.path, bytes);
  const [notice] = putInOrder(library, true);
  expect(notice?.message.includes('could not be read')).toBe(isMissing);
  const file = openLibraryFile(library.path);
  const opened = file.open(BLOBS);
  expect(opened.rows).toBe(isMissing ? 59 : 60);
  expect(opened.fromBackupOf !== null).toBe(isMissing);
  file.close();
});

test('the rows of a large file are left for later, its trees are not', () => {
  const library = makeLibrary(makeTexts(60));
  const options = { backupFolder: library.backups, now: NOW, distrusted: false, largeBytes: 1000 };
  const bytes = readFileSync(library.path);
  bytes.write('Lies', bytes.indexOf('Words of 41.'));
  writeFileSync(library.path, bytes);
  expect(putLibraryInOrder(library.path, options)).toEqual({ notices: [], rowsUnchecked: true });
  bytes.fill(0, 2 * PAGE_SIZE, 4 * PAGE_SIZE);
  writeFileSync(library.path, bytes);
  expect(putLibraryInOrder(library.path, options)).toEqual({ notices: [expect.objectContaining({ kind: 'warning' })], rowsUnchecked: false });
});

test.each(['CREATE TRIGGER t AFTER INSERT ON documents BEGIN DELETE FROM documents; END', 'DROP TABLE documents; CREATE VIEW documents AS SELECT 1 AS store'])('a library that someone changed to do something else is set aside: %s', (sql) => {
  const rows = makeTexts(20);
  const library = makeLibrary(rows);
  const file = openLibraryFile(library.path);
  file.connection().exec(sql);
  file.close();
  expect(putInOrder(library)).toHaveLength(1);
  expect(setAsideIn(library.folder)).toHaveLength(1);
  openLibraryFile(library.path).close();
});

test('a person’s own index and view do no harm', () => {
  const library = makeLibrary(makeTexts(20));
  const file = openLibraryFile(library.path);
  file.connection().exec(`CREATE INDEX mine ON documents (rev); CREATE VIEW my_notes AS SELECT * FROM blobs WHERE text LIKE '%keeper%'`);
  file.close();
  expect(putInOrder(library)).toEqual([]);
});

test('a rebuild that was interrupted between two names is finished by the next start', () => {
  const rows = makeTexts(30);
  const library = makeLibrary(rows);
  renameSync(library.path, `${library.path}.built`);
  writeFileSync(`${library.path}-wal`, 'what the old one left');
  expect(putInOrder(library)).toEqual([]);
  expect(readAll(library.path).size).toBe(30);
});

test('a library that can’t be opened keeps its file as it is', () => {
  const library = makeLibrary(makeTexts(10));
  const bytes = readFileSync(library.path);
  bytes.writeUInt32BE(99, 60);
  writeFileSync(library.path, bytes);
  expect(() => putInOrder(library)).toThrow(expect.objectContaining({ code: 'storage_newer' }));
  expect(readFileSync(library.path).equals(bytes)).toBe(true);
});

interface Mutilation {
  kind: 'truncate' | 'flip' | 'zero' | 'drop-wal' | 'flip-wal' | 'cut-wal';
  /** Where, as a share of the file's length. */
  at: number;
  bytes: number;
}

/** @returns the pages of the file that it touched; null: of no known number */
function mutilate(path: string, { kind, at, bytes }: Mutilation): number | null {
  const target = kind.endsWith('-wal') ? `${path}-wal` : path;
  if (!existsSync(target)) return 0;
  if (kind === 'drop-wal') {
    rmSync(target);
    return null;
  }
  const content = readFileSync(target);
  const start = Math.floor(at * content.length);
  if (kind === 'truncate' || kind === 'cut-wal') {
    truncateSync(target, start);
    return null;
  }
  const end = Math.min(content.length, start + bytes);
  for (let i = start; i < end; i++) content[i] = kind === 'zero' ? 0 : content[i]! ^ (1 + ((i * 31) % 255));
  writeFileSync(target, content);
  return target === path ? Math.floor((end - 1) / PAGE_SIZE) - Math.floor(start / PAGE_SIZE) + 1 : null;
}

/** Null: it did not fail. What has no code is thrown on. */
function codeOfFailure(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (thrown) {
    if (thrown instanceof RectoError) return thrown.code;
    throw thrown;
  }
}

test('however a file was mutilated: no wrong word comes out, what is whole comes out, errors have codes', async () => {
  const rows = makeTexts(150);
  const templates = { closed: makeLibrary(rows, 'closed'), killed: makeLibrary(rows, 'killed') };
  const old = makeLibrary(rows.slice(0, 20));
  await makeBackup(old, new Date(2026, 10, 1));
  const mutilation = fc.record({
    kind: fc.constantFrom<Mutilation['kind']>('truncate', 'flip', 'zero', 'drop-wal', 'flip-wal', 'cut-wal'),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    bytes: fc.integer({ min: 1, max: 6000 }),
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const scratch = makeFolder();
  let run = 0;
  fc.assert(
    fc.property(fc.constantFrom('closed' as const, 'killed' as const), fc.array(mutilation, { minLength: 1, maxLength: 2 }), fc.boolean(), (how, mutilations, withBackup) => {
      const folder = join(scratch, String(run++));
      mkdirSync(folder);
      const path = join(folder, 'library.recto');
      for (const side of ['', '-wal']) if (existsSync(templates[how].path + side)) copyFileSync(templates[how].path + side, path + side);
      const touched = mutilations.map((one) => mutilate(path, one));
      const code = codeOfFailure(() => putInOrder({ folder, path, backups: withBackup ? old.backups : join(folder, 'none') }));
      // With its header's number changed it may seem to be a newer Recto's: then nothing is touched.
      expect([null, 'storage_newer']).toContain(code);
      const read = code ? byId : readAll(path);
      for (const row of read.values()) expect(row).toEqual(byId.get(row.id));
      const beneath = withBackup && setAsideIn(folder).length > 0 ? rows.slice(0, 20) : [];
      expect(beneath.filter(({ id }) => !read.has(id))).toEqual([]);
      // A page of the file holds some 12 short rows; a killed library has most of its rows in the WAL alone.
      const pages = touched.reduce<number>((sum, count) => sum + (count ?? Number.POSITIVE_INFINITY), 0);
      expect(rows.length - read.size).toBeLessThanOrEqual(pages * 13);
      rmSync(folder, { recursive: true });
    }),
    // The list of stores and its index, both at once.
    { numRuns: 80, verbose: 1, examples: [['closed', [{ kind: 'zero', at: 0.013217357878989361, bytes: 3104 }], false]] },
  );
});
