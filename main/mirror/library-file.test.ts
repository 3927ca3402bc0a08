import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { ErrorCode } from '#schemas/errors.ts';
import { LAYOUT_VERSION } from './layout.ts';
import { openLibraryFile, type LibraryFile } from './library-file.ts';
import { BLOBS, makeFolder, makeRow, makeRows } from './test-support/rows.ts';

function openLibrary(folder = makeFolder()): { file: LibraryFile; path: string } {
  const path = join(folder, 'library.recto');
  const file = openLibraryFile(path);
  onTestFinished(() => file.close());
  return { file, path };
}

function expectCode(work: () => unknown, code: ErrorCode): void {
  expect(work).toThrow(expect.objectContaining({ name: 'RectoError', code }));
}

test('what was written is there after the file was closed and opened', () => {
  const { file, path } = openLibrary();
  const rows = makeRows(10);
  const { store, mark } = file.open(BLOBS);
  expect(mark).toBeNull();
  expect(file.write(store, rows)).toEqual({ lwt: rows[9]!.lwt, id: rows[9]!.id });
  file.close();
  expectCode(() => file.read(store, null, 1), 'storage_failed');
  const again = openLibraryFile(path);
  onTestFinished(() => again.close());
  // A number of an earlier opening means nothing until its store is opened again.
  expectCode(() => again.read(store, null, 1), 'not_found');
  const opened = again.open(BLOBS);
  expect(opened).toEqual({ store, mark: { lwt: rows[9]!.lwt, id: rows[9]!.id }, rows: 10, fromBackupOf: null });
  expect(again.read(opened.store, null, 100)).toEqual(rows);
});

test('a kill loses nothing that was written: another program reads it while this one still has it open', () => {
  const { file, path } = openLibrary();
  const { store } = file.open(BLOBS);
  file.write(store, makeRows(3));
  const other = openLibraryFile(path);
  onTestFinished(() => other.close());
  expect(other.read(other.open(BLOBS).store, null, 10)).toHaveLength(3);
});

test('an older or equal state never replaces a row, a newer one does', () => {
  const { file } = openLibrary();
  const { store } = file.open(BLOBS);
  const row = makeRow('a', 1000.02, 'second');
  file.write(store, [row]);
  file.write(store, [makeRow('a', 1000.01, 'first'), makeRow('a', 1000.02, 'same time')]);
  expect(file.readSome(store, ['a'])).toEqual([row]);
  const third = { ...makeRow('a', 1000.03, 'third'), deleted: true };
  expect(file.write(store, [third])).toEqual({ lwt: 1000.03, id: 'a' });
  expect(file.readSome(store, ['a'])).toEqual([third]);
});

test('reading goes on after a mark, also where several rows have one time', () => {
  const { file } = openLibrary();
  const { store } = file.open(BLOBS);
  const rows = ['a', 'b', 'c', 'd'].map((id) => makeRow(id, 5));
  file.write(store, [makeRow('z', 4), ...rows, makeRow('y', 6)]);
  expect(file.read(store, { lwt: 5, id: 'b' }, 10).map(({ id }) => id)).toEqual(['c', 'd', 'y']);
  expect(file.readKeys(store, null, 3)).toEqual([{ id: 'z', lwt: 4, rev: '1-z' }, { id: 'a', lwt: 5, rev: '1-a' }, { id: 'b', lwt: 5, rev: '1-b' }]);
  expect(file.readKeys(store, { lwt: 6, id: 'y' }, 3)).toEqual([]);
});

test('keys are read from the index alone', () => {
  const { file } = openLibrary();
  const plan = file.connection().prepare('EXPLAIN QUERY PLAN SELECT id, lwt, rev FROM documents WHERE store = 1 AND lwt >= 2 AND (lwt, id) > (2, ?) ORDER BY lwt, id LIMIT 10').all('a');
  expect(plan).toEqual([expect.objectContaining({ detail: 'SEARCH documents USING COVERING INDEX documents_by_order (store=? AND lwt>?)' })]);
});

test('a page of long rows stays under the size of a message, and paging still brings all', () => {
  const { file } = openLibrary();
  const { store } = file.open(BLOBS);
  const rows = makeRows(7, 1000, () => 'x'.repeat(1_500_000));
  file.write(store, rows);
  const pages: number[] = [];
  let after = null;
  for (;;) {
    const page = file.read(store, after, 1000);
    if (page.length === 0) break;
    pages.push(page.length);
    after = { lwt: page.at(-1)!.lwt, id: page.at(-1)!.id };
  }
  expect(pages).toEqual([3, 3, 1]);
});

test('stores are apart, and one that is forgotten is gone with its rows', () => {
  const { file } = openLibrary();
  const blobs = file.open(BLOBS);
  const other = file.open({ ...BLOBS, collection: 'jobs' });
  const next = file.open({ ...BLOBS, schemaVersion: 1 });
  expect(new Set([blobs.store, other.store, next.store]).size).toBe(3);
  file.write(blobs.store, makeRows(2));
  file.write(other.store, makeRows(3));
  file.forget(blobs.store);
  expectCode(() => file.read(blobs.store, null, 10), 'not_found');
  expect(file.open(BLOBS)).toMatchObject({ rows: 0, mark: null });
  expect(file.read(other.store, null, 10)).toHaveLength(3);
});

test('a row that was changed behind our back is left out, and counted', () => {
  const { file } = openLibrary();
  const { store } = file.open(BLOBS);
  file.write(store, makeRows(3));
  file.connection().prepare(`UPDATE documents SET body = replace(body, 'text', 'lies') WHERE id = 'row-000001'`).run();
  expect(file.read(store, null, 10).map(({ id }) => id)).toEqual(['row-000000', 'row-000002']);
  expect(file.readSome(store, ['row-000001'])).toEqual([]);
  expect(file.damagedRows).toBe(2);
});

test('a library of a newer layout is refused and not touched', () => {
  const { file, path } = openLibrary();
  file.write(file.open(BLOBS).store, makeRows(2));
  file.connection().pragma(`user_version = ${LAYOUT_VERSION + 1}`);
  file.close();
  const before = readFileSync(path);
  expectCode(() => openLibraryFile(path), 'storage_newer');
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test('a full file refuses by code, loses nothing, and goes on when there is room', () => {
  const { file } = openLibrary();
  const { store } = file.open(BLOBS);
  const rows = makeRows(40, 1000, () => 'x'.repeat(4000));
  file.write(store, rows.slice(0, 10));
  const pages = Number(file.connection().pragma('page_count', { simple: true }));
  file.connection().pragma(`max_page_count = ${pages + 5}`);
  expectCode(() => file.write(store, rows.slice(10)), 'storage_full');
  expect(file.read(store, null, 100)).toEqual(rows.slice(0, 10));
  file.connection().pragma('max_page_count = 1000000');
  file.write(store, rows.slice(10));
  expect(file.read(store, null, 100)).toEqual(rows);
});

test('while another program holds the file it is locked by code, and free afterwards', () => {
  const { file, path } = openLibrary();
  const { store } = file.open(BLOBS);
  const other = new Sqlite(path);
  onTestFinished(() => void other.close());
  other.exec('BEGIN IMMEDIATE');
  expectCode(() => file.write(store, makeRows(1)), 'storage_locked');
  other.exec('ROLLBACK');
  file.write(store, makeRows(1));
  expect(file.read(store, null, 10)).toHaveLength(1);
});

test('a file that is deleted underneath is noticed by the write that would be lost, and made anew', () => {
  const { file, path } = openLibrary();
  const { store } = file.open(BLOBS);
  const rows = makeRows(5);
  file.write(store, rows.slice(0, 4));
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  expectCode(() => file.write(store, rows.slice(4)), 'not_found');
  expectCode(() => file.write(store, rows.slice(4)), 'not_found');
  const anew = file.open(BLOBS);
  expect(anew).toMatchObject({ rows: 0 });
  file.write(anew.store, rows);
  const other = openLibraryFile(path);
  onTestFinished(() => other.close());
  expect(other.read(other.open(BLOBS).store, null, 10)).toEqual(rows);
});

test('a WAL that is deleted underneath loses nothing', () => {
  const { file, path } = openLibrary();
  const { store } = file.open(BLOBS);
  const rows = makeRows(6);
  file.write(store, rows.slice(0, 3));
  rmSync(`${path}-wal`);
  file.write(store, rows.slice(3, 5));
  file.write(store, rows.slice(5));
  const other = openLibraryFile(path);
  onTestFinished(() => other.close());
  expect(other.read(other.open(BLOBS).store, null, 10)).toEqual(rows);
});

test('a folder that vanishes fails by code, and its return is enough to go on', () => {
  const folder = join(makeFolder(), 'disk');
  const away = `${folder}-away`;
  const { file } = openLibraryAt(folder);
  const { store } = file.open(BLOBS);
  const rows = makeRows(4);
  file.write(store, rows.slice(0, 2));
  renameSync(folder, away);
  expectCode(() => file.write(store, rows.slice(2)), 'storage_failed');
  expectCode(() => file.read(store, null, 10), 'storage_failed');
  renameSync(away, folder);
  file.write(store, rows.slice(2));
  expect(file.read(store, null, 10)).toEqual(rows);
});

function openLibraryAt(folder: string): { file: LibraryFile; path: string } {
  mkdirSync(folder);
  return openLibrary(folder);
}
