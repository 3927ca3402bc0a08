import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from './database.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-database-'));
  file = join(folder, 'deeper', 'recto.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => (file = join(folder, name));

it('a new file writes through to the disk, and keeps its epoch for as long as it lives', async () => {
  const first = openDatabase(file);
  expect([first.sqlite.pragma('journal_mode', { simple: true }), first.sqlite.pragma('synchronous', { simple: true })]).toEqual(['wal', 2]);
  await first.close();
  const second = openDatabase(file);
  const other = openDatabase(place('other.db'));
  expect(second.epoch).toBe(first.epoch);
  expect(other.epoch).not.toBe(first.epoch);
  await second.close();
  await other.close();
});

it('a transaction that throws leaves nothing, and the next one goes on', async () => {
  const database = openDatabase(file);
  const add = (key: string): unknown => database.sqlite.prepare('INSERT INTO meta VALUES (?, 1)').run(key);
  const failed = database.transaction(() => {
    add('lost');
    throw new Error('half way');
  });
  await expect(failed).rejects.toThrow('half way');
  await database.transaction(() => add('kept'));
  expect(database.sqlite.prepare(`SELECT key FROM meta WHERE key <> 'epoch'`).pluck().all()).toEqual(['kept']);
  await database.close();
});

it('work between two steps of a transaction waits for its end', async () => {
  const database = openDatabase(file);
  const order: string[] = [];
  const long = database.query.transaction().execute(async (transaction) => {
    await transaction.insertInto('meta').values({ key: 'a', value: '1' }).execute();
    order.push('first step');
    await transaction.insertInto('meta').values({ key: 'b', value: '1' }).execute();
    order.push('second step');
    throw new Error('undone');
  });
  const between = database.transaction(() => {
    order.push('other');
    database.sqlite.prepare(`INSERT INTO meta VALUES ('other', 1)`).run();
  });
  await expect(long).rejects.toThrow('undone');
  await between;
  expect(order).toEqual(['first step', 'second step', 'other']);
  expect(database.sqlite.prepare(`SELECT key FROM meta WHERE key <> 'epoch'`).pluck().all()).toEqual(['other']);
  await database.close();
});

it('a file of a newer version is refused as it is', () => {
  const newer = new SqliteFile(place('newer.db'));
  newer.exec('CREATE TABLE later (words TEXT); PRAGMA user_version = 99');
  newer.close();
  expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'storage_newer', message: expect.stringContaining('newer.db') }));
});

it('a database of something else is refused as it is', () => {
  const foreign = new SqliteFile(place('foreign.db'));
  foreign.exec(`CREATE TABLE users (name TEXT); INSERT INTO users VALUES ('somebody')`);
  foreign.close();
  expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'storage_failed', message: expect.stringContaining('foreign.db') }));
  const after = new SqliteFile(file);
  expect(after.prepare(`SELECT name FROM sqlite_schema`).pluck().all()).toEqual(['users']);
  after.close();
});

it('what is no database is refused as it is', () => {
  writeFileSync(place('notes.txt'), 'These are my notes, not a database. '.repeat(200));
  expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'storage_failed', message: expect.stringContaining('notes.txt') }));
});
