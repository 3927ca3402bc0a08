import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Blob } from '#schemas/generated/types.ts';
import { startServer, type RunningServer } from '../server.ts';
import { readSettings } from '../settings.ts';
import { createBlobStore } from '../state-service/blob-store.ts';
import { openDatabase } from './database.ts';
import { findDamage } from './find-damage.ts';
import { DIGESTED_TABLES, listColumns, listTables, PASSING_TABLE } from './whole-rows.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-damage-'));
  file = join(folder, 'recto.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (): Promise<RunningServer> => startServer(readSettings({ RECTO_DATA_DIR: folder, RECTO_PORT: '0' }));
const startAndStop = async (): Promise<void> => (await start()).close();

const makeBlob = (id: string, version: number, content: string): Blob => ({
  id, user_id: 'u1', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: ['lighthouse'], version, created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', deleted: false,
});

/** Two blobs, one of them with a past version, and an account. */
async function fill(): Promise<void> {
  const database = openDatabase(file);
  const store = createBlobStore({ database, onCommit() {} });
  database.sqlite.prepare(`INSERT INTO users (id, email, password_hash, admin, created_at) VALUES ('u1', 'keeper@example.org', 'argon', 0, '')`).run();
  await store.write('u1', (transaction) => [makeBlob('a', 1, 'It was dusk.'), makeBlob('a', 2, 'It was dawn.'), makeBlob('b', 1, 'Nobody came.')].map((blob) => transaction.put(blob)));
  await database.close();
}

/** Changes a text in the file that stands there once or more: the first, or all. */
function damage(before: string, after: string, all = false): void {
  const bytes = readFileSync(file);
  const places: number[] = [];
  for (let at = bytes.indexOf(before); at >= 0; at = bytes.indexOf(before, at + 1)) places.push(at);
  expect(places.length).toBeGreaterThan(0);
  for (const at of all ? places : places.slice(0, 1)) bytes.write(after, at);
  writeFileSync(file, bytes);
}

function look(): string[] {
  const sqlite = new SqliteFile(file, { readonly: true });
  try {
    return findDamage(sqlite);
  } finally {
    sqlite.close();
  }
}

it('each table has an index of whole rows, or a digest a row', () => {
  const { sqlite, close } = openDatabase(file);
  for (const table of listTables(sqlite).filter((name) => name !== PASSING_TABLE)) {
    const columns = listColumns(sqlite, table);
    const isDigested = DIGESTED_TABLES.includes(table) && columns.includes('digest');
    expect(isDigested ? columns : sqlite.prepare('SELECT name FROM pragma_index_info(?)').pluck().all(`${table}_whole`), table).toEqual(columns);
  }
  return close();
});

it('a whole file has no damage', async () => {
  await fill();
  expect(look()).toEqual([]);
});

it.each([
  ['a letter of a text', 'It was dawn.', 'It was down.', 'blob “a” of user u1'],
  ['a letter of a past version', 'It was dusk.', 'It was dust.', 'version 1 of blob “a” of user u1'],
  ['an account', 'keeper@example.org', 'keeper@example.com', 'the table users'],
  ['a column by which blobs are found', 'text-input-v2user-input', 'text-input-v1user-input', 'of user u1'],
  ['a definition', 'CREATE INDEX devices_by_user', 'CREATE INDEX devices_by_usee', 'devices_by_user'],
])('%s that is not the one that was written is named', async (_what, before, after, named) => {
  await fill();
  // A definition stands also where a page was before it was full.
  damage(before, after, before.startsWith('CREATE'));
  expect(look().join('; ')).toContain(named);
});

it('a server does not start on a file that was changed in a single byte since it stopped, also where no row is', async () => {
  await startAndStop();
  await fill();
  await startAndStop();
  const whole = readFileSync(file);
  const seal = readFileSync(`${file}.seal`);
  for (const at of [0, 19, 60, 75, 99, Math.floor(whole.length / 3), whole.length - 1]) {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 4;
    writeFileSync(file, bytes);
    await expect(start(), `byte ${at}`).rejects.toMatchObject({ code: 'storage_damaged', message: expect.stringContaining(file) });
    // Seen again at the next start, whatever this one did.
    expect(readFileSync(`${file}.seal`).equals(seal)).toBe(true);
  }
  writeFileSync(file, whole);
  await startAndStop();
});

it('after a crash, rows that are not as they were written keep the server from starting', async () => {
  await startAndStop();
  await fill();
  damage('It was dawn.', 'It was down.');
  await expect(start()).rejects.toMatchObject({ code: 'storage_damaged', message: expect.stringContaining('blob “a” of user u1') });
});

it('a server that has run before does not start on no file, or an empty one', async () => {
  await startAndStop();
  copyFileSync(file, join(folder, 'kept'));
  truncateSync(file);
  await expect(start()).rejects.toMatchObject({ code: 'storage_damaged', message: expect.stringContaining('gone or empty') });
  rmSync(file);
  await expect(start()).rejects.toMatchObject({ code: 'storage_damaged' });
  copyFileSync(join(folder, 'kept'), file);
  await startAndStop();
});

it('what another process writes beside the server, or after it, is no damage', async () => {
  const server = await start();
  const beside = openDatabase(file);
  beside.sqlite.prepare(`INSERT INTO meta VALUES ('beside', '1')`).run();
  await server.close();
  await beside.close();
  await startAndStop();
  const after = openDatabase(file);
  after.sqlite.prepare(`INSERT INTO meta VALUES ('after', '1')`).run();
  await after.close();
  await startAndStop();
  expect(look()).toEqual([]);
});

it('a second server on one data folder, or on one database, is refused; the first goes on, and gives them free when it stops', async () => {
  const server = await start();
  await expect(start()).rejects.toMatchObject({ code: 'storage_locked', message: expect.stringContaining(folder) });
  const elsewhere = readSettings({ RECTO_DATA_DIR: join(folder, 'elsewhere'), RECTO_DATABASE_URL: `sqlite:${file}`, RECTO_PORT: '0' });
  await expect(startServer(elsewhere)).rejects.toMatchObject({ code: 'storage_locked' });
  const otherFile = readSettings({ RECTO_DATA_DIR: folder, RECTO_DATABASE_URL: `sqlite:${join(folder, 'other.db')}`, RECTO_PORT: '0' });
  await expect(startServer(otherFile)).rejects.toMatchObject({ code: 'storage_locked' });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await server.close();
  await startAndStop();
});
