import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUp } from '../backup/back-up.ts';
import { restore } from '../backup/restore.ts';
import { createBlobStore } from '../state-service/blob-store.ts';
import { openDatabase, openServerDatabase, type Database } from './database.ts';
import { readLog } from './log-damage.ts';

const HEADER = 32;
const FRAME = 24 + 4096;
const IDS = ['a', 'b', 'c', 'd'];

let folder: string;
/** The database of a server that was killed after the last of four commits, and its log of writes. */
let file: string;
let log: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recto-log-'));
  const running = join(folder, 'running.db');
  const database = openServerDatabase({ dataDir: join(folder, 'running'), databaseFile: running });
  await write(database, 'first');
  database.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  for (const id of IDS) await write(database, id);
  file = join(folder, 'killed', 'recto.db');
  log = `${file}-wal`;
  mkdirSync(join(folder, 'killed'));
  // What is there after a kill; nothing writes now.
  for (const end of ['', '-wal', '.mark']) copyFileSync(running + end, file + end);
  await database.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): Database => openServerDatabase({ dataDir: join(folder, 'killed'), databaseFile: file });
const write = (database: Database, id: string): Promise<string> =>
  createBlobStore({ database, onCommit() {} }).write('u1', (transaction) => transaction.put({ id, user_id: 'u1', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'It was dusk. '.repeat(900) }, tags: [], version: 1, created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', deleted: false }));
const forgetMark = (): void => rmSync(`${file}.mark`);
const flip = (path: string, at: number): void => {
  const bytes = readFileSync(path);
  bytes[at]! ^= 8;
  writeFileSync(path, bytes);
};
const refusal = (message: RegExp): unknown => expect.objectContaining({ code: 'storage_damaged', message: expect.stringMatching(message) });

/** The frames of the log, and whether each ends a commit. */
function commits(): boolean[] {
  const bytes = readFileSync(log);
  return Array.from({ length: Math.floor((bytes.length - HEADER) / FRAME) }, (_, index) => bytes.readUInt32BE(HEADER + index * FRAME + 4) !== 0);
}

it('a server that was killed goes on with all that was acknowledged', async () => {
  const database = open();
  expect(database.sqlite.prepare('SELECT id FROM blobs ORDER BY id').pluck().all()).toEqual([...IDS, 'first']);
  await database.close();
  expect(['-wal', '.mark', '.seal'].map((end) => existsSync(file + end))).toEqual([false, false, true]);
});

describe('the log of writes of a server that was killed', () => {
  it('is not opened where any frame of it is damaged: SQLite would drop it and all behind it without a word', () => {
    const whole = readFileSync(log);
    const count = commits().length;
    expect(readLog(log)).toMatchObject({ frames: count, damage: null });
    for (const at of [0, 17, 29, ...Array.from({ length: count }, (_, index) => [3, 10, 18, 24 + 2000].map((offset) => HEADER + index * FRAME + offset)).flat()]) {
      flip(log, at);
      expect(open, `byte ${at}`).toThrow(refusal(/log of writes/));
      expect(statSync(log).size).toBe(whole.length);
      writeFileSync(log, whole);
    }
  });

  it('is not opened where its end or all of it is gone', () => {
    const whole = readFileSync(log);
    for (const size of [whole.length - 1, HEADER + FRAME, HEADER, 0]) {
      truncateSync(log, size);
      expect(open, `${size} bytes`).toThrow(refusal(/log of writes|gone back in time/));
      writeFileSync(log, whole);
    }
    rmSync(log);
    expect(open).toThrow(refusal(/gone back in time/));
  });

  it('is told by itself alone, too: a bad frame that a later commit stands behind was whole once', () => {
    forgetMark();
    const ends = commits().flatMap((isEnd, index) => (isEnd ? [index] : []));
    for (let index = 0; index <= ends.at(-3)!; index += 1) {
      flip(log, HEADER + index * FRAME + 100);
      expect(open, `frame ${index}`).toThrow(refusal(new RegExp(`frame ${index + 1} `)));
      flip(log, HEADER + index * FRAME + 100);
    }
  });

  it('opens no command or backup either, which would fold it in', () => {
    const at = HEADER + FRAME + 100;
    flip(log, at);
    expect(() => openDatabase(file)).toThrow(refusal(/log of writes/));
    expect(() => backUp({ dataDir: join(folder, 'killed'), databaseFile: file, natsDir: join(folder, 'nats') }, join(folder, 'backup'), Date.now())).toThrow(refusal(/log of writes/));
    expect(readLog(log).damage).not.toBeNull();
  });

  it('may end in what a power cut tore: nothing of that was acknowledged', async () => {
    const ends = commits().flatMap((isEnd, index) => (isEnd ? [index] : []));
    // The mark of before the last commit, whose frames came to the disk in another order.
    forgetMark();
    expect(ends.at(-1)! - ends.at(-2)!).toBeGreaterThan(2);
    const bytes = readFileSync(log);
    bytes.fill(0, HEADER + (ends.at(-2)! + 1) * FRAME, HEADER + (ends.at(-2)! + 2) * FRAME);
    writeFileSync(log, bytes);
    const database = open();
    expect(database.sqlite.prepare('SELECT id FROM blobs ORDER BY id').pluck().all()).toEqual(['a', 'b', 'c', 'first']);
    await database.close();
  });

  it('holds, behind its end, frames of before it was begun anew, and nothing is made of them', () => {
    const database = open();
    database.sqlite.pragma('wal_checkpoint(RESTART)');
    database.sqlite.prepare(`INSERT INTO meta VALUES ('one', '1')`).run();
    expect(readLog(log)).toMatchObject({ damage: null });
    expect(readLog(log).frames).toBeLessThan(commits().length + 1);
    return database.close();
  });
});

it('an older copy of the database in its place is not served under the epoch that devices know', async () => {
  forgetMark();
  const first = open();
  await write(first, 'e');
  const older = join(folder, 'older.db');
  first.sqlite.prepare('VACUUM INTO ?').run(older);
  await write(first, 'f');
  copyFileSync(`${file}.mark`, join(folder, 'mark'));
  await first.close();
  copyFileSync(older, file);
  rmSync(`${file}.seal`);
  copyFileSync(join(folder, 'mark'), `${file}.mark`);
  expect(open).toThrow(refusal(/gone back in time, and lacks its last 1 events/));
});

it('a command that ends last folds the log in, and the next start finds nothing amiss', async () => {
  await openDatabase(file).close();
  expect(existsSync(log)).toBe(false);
  await open().close();
});

it('where there is no backup, what is left is served under a new epoch: a backup of it, put back', async () => {
  flip(log, HEADER + 100);
  const sources = { dataDir: join(folder, 'killed'), databaseFile: file, natsDir: join(folder, 'nats') };
  for (const path of [log, `${file}.mark`]) rmSync(path);
  const { epoch } = backUp(sources, join(folder, 'backup'), Date.now());
  restore(sources, join(folder, 'backup'), Date.now());
  const database = open();
  expect(database.epoch).not.toBe(epoch);
  expect(database.sqlite.prepare('SELECT id FROM blobs').pluck().all()).toEqual(['first']);
  await database.close();
});

it('a mark that is damaged says nothing', async () => {
  flip(`${file}.mark`, 30);
  const database = open();
  expect(database.sqlite.prepare('SELECT count(*) FROM blobs').pluck().get()).toBe(IDS.length + 1);
  await database.close();
});
