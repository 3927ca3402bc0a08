import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Blob } from '#schemas/generated/types.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { toRectoError } from '../studio-api/problems.ts';
import { purgeTombstones } from './purge-tombstones.ts';
import { thinAllVersions } from './thin-versions.ts';
import { createBlobStore, type BlobStore, type Commit } from './blob-store.ts';

let folder: string;
let database: Database;
let commits: Commit[];
let store: BlobStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-store-'));
  database = openDatabase(join(folder, 'recto.db'));
  commits = [];
  store = createBlobStore({ database, onCommit: (commit) => commits.push(commit) });
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const makeBlob = (id: string, version = 1, updatedAt = '2026-01-01T00:00:00.000Z', content = 'x'): Blob => ({
  id, user_id: 'u1', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version,
  created_at: '2026-01-01T00:00:00.000Z', updated_at: updatedAt, deleted: false,
});
const put = (blob: Blob): Promise<string> => store.write('u1', (transaction) => transaction.put(blob));
const count = (table: string): unknown => database.sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

it('a write that throws leaves no blob, no event and no gap in the sequence', async () => {
  await put(makeBlob('a'));
  const failed = store.write('u1', (transaction) => {
    transaction.put(makeBlob('b'));
    throw new Error('half way');
  });
  await expect(failed).rejects.toThrow('half way');
  await put(makeBlob('c'));
  expect([count('blobs'), count('outbox')]).toEqual([2, 2]);
  expect(commits.map(({ previousSeq, seq, docs }) => [previousSeq, seq, docs.length])).toEqual([[0, 1, 1], [1, 2, 1]]);
});

it('commits are told in their order, each beginning where the one before ended', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, index) => put(makeBlob(`b${index % 7}`, index + 1))));
  expect(commits.map(({ previousSeq, seq }) => [previousSeq, seq])).toEqual(Array.from({ length: 50 }, (_, index) => [index, index + 1]));
});

it('of two writes of one blob in a transaction a device gets the last, and both are in its history', async () => {
  await store.write('u1', (transaction) => {
    transaction.put(makeBlob('a', 1));
    transaction.put(makeBlob('b', 1));
    transaction.put(makeBlob('a', 2));
  });
  expect(commits[0]!.docs.map((doc) => JSON.parse(doc) as Blob).map(({ id, version }) => [id, version])).toEqual([['b', 1], ['a', 2]]);
  expect(commits[0]!.events.map(({ type, blob_id, version }) => [type, blob_id, version])).toEqual([['blob.created', 'a', 1], ['blob.created', 'b', 1], ['blob.updated', 'a', 2]]);
  expect(count('blob_versions')).toBe(1);
});

it('a snapshot that is named or thinned out leaves no past version: it is one itself', async () => {
  await put({ ...makeBlob('s'), schema_id: 'snapshot-v1' });
  await put({ ...makeBlob('s', 2), schema_id: 'snapshot-v1', deleted: true });
  expect(count('blob_versions')).toBe(0);
});

it('past versions thin out by the server’s clock: all of a day, of each hour for a week, of each day for a year, of each week after', async () => {
  const hour = 3_600_000;
  const end = Date.UTC(2026, 5, 1);
  let time = end - 500 * 24 * hour;
  const slow = createBlobStore({ database, onCommit() {}, now: () => time });
  let version = 0;
  // The clock of the device stands still.
  const write = (): Promise<string> => slow.write('u1', (transaction) => transaction.put(makeBlob('a', (version += 1))));
  await write();
  for (const [days, everyMs] of [[460, 8 * hour], [32, 2 * hour], [7, hour / 3], [1, hour / 10]] as const) {
    for (const until = time + days * 24 * hour; time < until; ) {
      time += everyMs;
      await write();
    }
  }
  await thinAllVersions(database, time);
  const kept = (database.sqlite.prepare('SELECT replaced_at FROM blob_versions ORDER BY seq DESC').pluck().all() as string[]).map((at) => (time - Date.parse(at)) / hour);
  const between = (from: number, to: number): number => kept.filter((age) => age >= from && age < to).length;
  expect(between(0, 24)).toBe(240);
  // The hours, days and weeks in which an age begins or ends are counted on both sides.
  expect(between(24, 7 * 24) - 6 * 24).toBeOneOf([0, 1]);
  expect(between(7 * 24, 365 * 24)).toBeGreaterThanOrEqual(357);
  expect(between(7 * 24, 365 * 24)).toBeLessThanOrEqual(360);
  expect(between(365 * 24, Infinity)).toBeGreaterThanOrEqual(19);
  expect(between(365 * 24, Infinity)).toBeLessThanOrEqual(21);
});

it('of a blob that is written without a pause the newest thousand versions stay, and of older ones one of each five minutes', async () => {
  let time = Date.UTC(2026, 0, 1);
  const busy = createBlobStore({ database, onCommit() {}, now: () => (time += 1000) });
  for (let round = 0; round < 50; round += 1) await busy.write('u1', (transaction) => Array.from({ length: 50 }, (_, index) => transaction.put(makeBlob('a', round * 50 + index + 1))));
  expect(count('blob_versions')).toBeLessThan(1010);
  for (let round = 0; round < 600; round += 1) await busy.write('u1', (transaction) => transaction.put(makeBlob('a', 3000 + round)));
  await thinAllVersions(database, time);
  expect(count('blob_versions')).toBeGreaterThanOrEqual(1000);
  expect(count('blob_versions')).toBeLessThan(1010);
});

const WHOLE = makeBlob('a', 1, undefined, 'words '.repeat(100));
const SIZE = JSON.stringify(WHOLE).length;

it('who has reached the quota stores nothing that grows, and has room again after a deletion', async () => {
  const small = createBlobStore({ database, onCommit() {}, quotaBytes: 2 * SIZE + 20 });
  const write = (blob: Blob): Promise<string> => small.write('u1', (transaction) => transaction.put(blob));
  await write(WHOLE);
  await write({ ...WHOLE, id: 'b' });
  await expect(write(makeBlob('c'))).rejects.toMatchObject({ code: 'quota_exceeded', status: 507 });
  await expect(write({ ...WHOLE, version: 2, data: { content: 'words '.repeat(110) } })).rejects.toMatchObject({ code: 'quota_exceeded' });
  await write(makeBlob('b', 2, undefined, 'fewer'));
  await write({ ...WHOLE, version: 2, deleted: true });
  await write({ ...WHOLE, id: 'c' });
  expect(database.sqlite.prepare('SELECT size FROM user_sequences').pluck().get()).toBe(database.sqlite.prepare('SELECT sum(size) FROM blobs WHERE deleted = 0').pluck().get());
});

describe('who has a quota fills no disk', () => {
  const PROSE = 'words '.repeat(1000);
  const BOUND = 100_000;
  const counted = () => database.sqlite.prepare('SELECT size, deleted_size, history_size FROM user_sequences').get();
  const summed = () => database.sqlite.prepare(`
    SELECT (SELECT coalesce(sum(size), 0) FROM blobs WHERE deleted = 0) AS size, (SELECT coalesce(sum(size), 0) FROM blobs WHERE deleted = 1) AS deleted_size,
      (SELECT coalesce(sum(octet_length(doc)), 0) FROM blob_versions) AS history_size`).get();
  const stored = (): number => Object.values(summed() as Record<string, number>).reduce((sum, size) => sum + size, 0);
  let bounded: BlobStore;
  let time: number;
  beforeEach(() => {
    time = Date.UTC(2026, 0, 1);
    bounded = createBlobStore({ database, onCommit() {}, quotaBytes: BOUND, now: () => (time += 1000) });
  });
  const write = (...blobs: Blob[]): Promise<unknown> => bounded.write('u1', (transaction) => blobs.map((blob) => transaction.put(blob)));

  it('by changing a text without end: the oldest past versions give way, the newest stay', async () => {
    for (let version = 1; version <= 100; version += 1) await write(makeBlob('a', version, undefined, `${version} ö ${PROSE}`), makeBlob('b', version, undefined, `${version} ${PROSE}`));
    expect(counted()).toEqual(summed());
    expect(stored()).toBeLessThan(BOUND * 1.2);
    expect(stored()).toBeGreaterThan(BOUND * 0.9);
    const kept = database.sqlite.prepare(`SELECT version FROM blob_versions WHERE blob_id = 'a' ORDER BY version DESC`).pluck().all() as number[];
    expect(kept).toEqual(kept.map((_, index) => 99 - index));
    expect(kept.length).toBeGreaterThan(5);
  });

  it('by deleting what was written without end: what is deleted counts when it is more than the quota', async () => {
    const all = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => write(makeBlob(`d${index}`, 1, undefined, PROSE), { ...makeBlob(`d${index}`, 2, undefined, PROSE), deleted: true })));
    expect(all.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(BOUND / PROSE.length);
    expect(all.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'quota_exceeded' } });
    expect(stored()).toBeLessThan(BOUND * 3.2);
    expect(counted()).toEqual(summed());
  });

  it('by sending deletes of what never was, or making them longer; a delete of what is there is always taken', async () => {
    await write(makeBlob('last', 1, undefined, PROSE));
    const all = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => write({ ...makeBlob(`t${index % 90}`, 1 + index, undefined, PROSE.repeat(index > 89 ? 10 : 1)), deleted: true })));
    expect(all[0]).toMatchObject({ status: 'fulfilled' });
    expect(all.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'quota_exceeded' } });
    await write({ ...makeBlob('last', 2, undefined, PROSE), deleted: true });
    expect(stored()).toBeLessThan(BOUND * 3.2);
    expect(counted()).toEqual(summed());
  });

  it('and what thins out or is forgotten counts no more', async () => {
    for (let version = 1; version <= 9; version += 1) await write(makeBlob('a', version, undefined, PROSE));
    await write({ ...makeBlob('a', 10, undefined, PROSE), deleted: true });
    await thinAllVersions(database, time + 400 * 24 * 3_600_000);
    expect(counted()).toEqual(summed());
    expect(count('blob_versions')).toBe(1);
    await purgeTombstones(database, time);
    await purgeTombstones(database, time + 200 * 24 * 3_600_000);
    expect(counted()).toEqual({ size: 0, deleted_size: 0, history_size: 0 });
  });

  it('and a quota that is set below what is there takes nothing away, and refuses only what grows', async () => {
    for (let version = 1; version <= 5; version += 1) await write(...Array.from({ length: 10 }, (_, index) => makeBlob(`c${index}`, version, undefined, PROSE)));
    const tight = createBlobStore({ database, onCommit() {}, quotaBytes: 10_000, now: () => (time += 1000) });
    const change = (blob: Blob): Promise<unknown> => tight.write('u1', (transaction) => transaction.put(blob));
    await expect(change(makeBlob('c0', 6, undefined, `${PROSE}more`))).rejects.toMatchObject({ code: 'quota_exceeded' });
    await change(makeBlob('c0', 6, undefined, PROSE.replaceAll('words', 'Words')));
    await change({ ...makeBlob('c1', 6, undefined, PROSE), deleted: true });
    expect(database.sqlite.prepare('SELECT count(*) FROM blobs').pluck().get()).toBe(10);
    expect(counted()).toEqual(summed());
    expect((counted() as { history_size: number }).history_size).toBeLessThan(10_000);
  });
});

it('a user’s own quota stands before the server’s', async () => {
  database.sqlite.prepare(`INSERT INTO users (id, email, password_hash, admin, created_at, quota_bytes) VALUES ('u1', 'a@example.org', '', 0, '', ?)`).run(SIZE);
  const small = createBlobStore({ database, onCommit() {}, quotaBytes: 1 });
  await small.write('u1', (transaction) => transaction.put(WHOLE));
  await expect(small.write('u2', (transaction) => transaction.put({ ...WHOLE, user_id: 'u2' }))).rejects.toMatchObject({ code: 'quota_exceeded' });
});

it('nothing is written for a user who was deleted', async () => {
  await put(makeBlob('a'));
  store.close('u1');
  await expect(put(makeBlob('b'))).rejects.toMatchObject({ code: 'unauthenticated' });
});

it('a full disk stores nothing of the write, says so, and goes on when there is room', async () => {
  await put(makeBlob('a'));
  const pages = Number(database.sqlite.pragma('page_count', { simple: true }));
  database.sqlite.pragma(`max_page_count = ${pages + 2}`);
  const large = makeBlob('large', 1, undefined, 'words '.repeat(50_000));
  const failure: unknown = await put(large).catch((error: unknown) => error);
  expect(toRectoError(failure)).toMatchObject({ code: 'storage_full', status: 507 });
  expect([count('blobs'), count('outbox'), commits.length]).toEqual([1, 1, 1]);
  database.sqlite.pragma('max_page_count = 1000000');
  await put(large);
  expect((await store.read('u1', 'large'))?.seq).toBe(2);
});
