import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Blob } from '#schemas/generated/types.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { toRectoError } from '../studio-api/problems.ts';
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

it('past versions thin out: the newest hundred stay, and of older ones the last of each hour', async () => {
  for (let version = 1; version <= 400; version += 1) {
    const minutes = version * 3;
    await put(makeBlob('a', version, new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString()));
  }
  const kept = database.sqlite.prepare('SELECT version FROM blob_versions ORDER BY version').pluck().all() as number[];
  expect(kept.slice(-100)).toEqual(Array.from({ length: 100 }, (_, index) => index + 300));
  // An hour is 20 versions: of the first 299 past ones the last of each hour stays.
  expect(kept.slice(0, -100)).toEqual(Array.from({ length: 14 }, (_, hour) => hour * 20 + 19).concat(299));
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
