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

const isFulfilled = (result: PromiseSettledResult<unknown>): boolean => result.status === 'fulfilled';

it('transactions of one moment go to the disk together, each all or nothing, in their order', async () => {
  const database = openDatabase(file);
  database.sqlite.exec('CREATE TABLE words (id INTEGER PRIMARY KEY AUTOINCREMENT, word TEXT)');
  const add = database.sqlite.prepare('INSERT INTO words (word) VALUES (?)');
  const commits = (): number => Number((database.sqlite.pragma('wal_checkpoint(NOOP)') as { log: number }[])[0]?.log);
  await database.transaction(() => add.run('before'));
  const one = commits();
  await database.transaction(() => add.run('alone'));
  const pagesOfOne = commits() - one;
  const before = commits();
  const results = await Promise.allSettled(Array.from({ length: 30 }, (_, index) =>
    database.transaction(() => {
      add.run(`word ${index}`);
      if (index % 10 === 3) throw new Error(`no ${index}`);
      return index;
    })));
  expect(results.map(isFulfilled)).toEqual(Array.from({ length: 30 }, (_, index) => index % 10 !== 3));
  expect(results[13]).toMatchObject({ reason: new Error('no 13') });
  expect(database.sqlite.prepare(`SELECT word FROM words WHERE id > 2 ORDER BY id`).pluck().all()).toEqual(Array.from({ length: 30 }, (_, index) => `word ${index}`).filter((_, index) => index % 10 !== 3));
  // Far fewer pages than thirty commits would write.
  expect(commits() - before).toBeLessThan(6 * pagesOfOne);
  await database.close();
});

it('a disk that is full refuses what it can’t hold, and nothing that was refused is there', async () => {
  const database = openDatabase(file);
  database.sqlite.exec('CREATE TABLE words (word TEXT)');
  const add = database.sqlite.prepare('INSERT INTO words VALUES (?)');
  database.sqlite.pragma(`max_page_count = ${Number(database.sqlite.pragma('page_count', { simple: true })) + 8}`);
  const sizes = [10, 200_000, 20, 4_000, 300_000, 30];
  const results = await Promise.allSettled(sizes.map((size) => database.transaction(() => add.run('x'.repeat(size)))));
  const stored = sizes.filter((_, index) => isFulfilled(results[index]!));
  expect(stored.every((size) => size <= 4_000)).toBe(true);
  expect(results[1]).toMatchObject({ reason: { code: 'SQLITE_FULL' } });
  expect(database.sqlite.prepare('SELECT length(word) FROM words ORDER BY 1').pluck().all()).toEqual(stored.toSorted((a, b) => a - b));
  await database.transaction(() => add.run('after'));
  await database.close();
});

it('where the disk refuses the commit itself, all of that moment are told, nothing of them is there, and the next ones are stored', async () => {
  const database = openDatabase(file);
  const add = (key: string): unknown => database.sqlite.prepare('INSERT INTO meta VALUES (?, 1)').run(key);
  const order: string[] = [];
  const refused = await Promise.allSettled([
    database.transaction(() => add('before')).then(() => order.push('before')),
    database.transaction(() => {
      // Looked at by the commit alone.
      database.sqlite.pragma('defer_foreign_keys = ON');
      database.sqlite.prepare(`INSERT INTO ai_accounts VALUES ('nobody', '{}', NULL, '')`).run();
    }),
    database.transaction(() => add('behind')).then(() => order.push('behind')),
  ]);
  expect(refused.map((result) => result.status === 'rejected' && (result.reason as { code: string }).code)).toEqual(Array.from({ length: 3 }, () => 'SQLITE_CONSTRAINT_FOREIGNKEY'));
  await Promise.all(['a', 'b', 'c'].map((key) => database.transaction(() => add(key)).then(() => order.push(key))));
  expect(order).toEqual(['a', 'b', 'c']);
  expect(database.sqlite.prepare(`SELECT key FROM meta WHERE key <> 'epoch'`).pluck().all()).toEqual(['a', 'b', 'c']);
  await database.close();
});

it('where another process has the file, what was asked for is told so, and what is asked for after it is stored', async () => {
  const database = openDatabase(file);
  database.sqlite.pragma('busy_timeout = 10');
  const other = new SqliteFile(file);
  other.exec('BEGIN IMMEDIATE');
  const add = (key: string) => database.transaction(() => database.sqlite.prepare('INSERT INTO meta VALUES (?, 1)').run(key));
  const refused = await Promise.allSettled([add('a'), add('b')]);
  expect(refused.map((result) => result.status === 'rejected' && (result.reason as { code: string }).code)).toEqual(['SQLITE_BUSY', 'SQLITE_BUSY']);
  other.exec('COMMIT');
  other.close();
  await add('c');
  expect(database.sqlite.prepare(`SELECT key FROM meta WHERE key <> 'epoch'`).pluck().all()).toEqual(['c']);
  await database.close();
});

it('what was asked for before it is closed is stored', async () => {
  const database = openDatabase(file);
  const asked = Array.from({ length: 5 }, (_, index) => database.transaction(() => database.sqlite.prepare('INSERT INTO meta VALUES (?, 1)').run(`k${index}`)));
  await database.close();
  expect((await Promise.allSettled(asked)).every(isFulfilled)).toBe(true);
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
