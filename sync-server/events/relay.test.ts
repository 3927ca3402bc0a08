import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase, type Database } from '../db/database.ts';
import { createBlobStore, type BlobStore, type Commit } from '../state-service/blob-store.ts';
import { createRelay, type Relay, type RelayOptions } from './relay.ts';

let folder: string;
let database: Database;
let commits: Commit[];
let store: BlobStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-relay-'));
  database = openDatabase(join(folder, 'recto.db'));
  commits = [];
  store = createBlobStore({ database, onCommit: (commit) => commits.push(commit) });
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const AT = '2026-01-01T00:00:00.000Z';
const write = (id: string): Promise<string> =>
  store.write('u1', ({ put }) =>
    put({ id, user_id: 'u1', processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'x' }, tags: [], version: 1, created_at: AT, updated_at: AT, deleted: false }));
const countOutbox = (): unknown => database.sqlite.prepare('SELECT count(*) FROM outbox').pluck().get();

/** A relay whose published blobs are listed. */
function relayTo(published: string[], options: Partial<RelayOptions> = {}): Relay {
  return createRelay({ database, publish: ({ blob_id }) => void published.push(blob_id), onFailure: () => {}, ...options });
}

it('publishes in order and empties the outbox', async () => {
  const published: string[] = [];
  const relay = relayTo(published);
  await relay.start();
  for (const id of ['a', 'b', 'c']) await write(id);
  for (const { events } of commits) relay.push(events);
  await relay.idle();
  await relay.stop();
  expect(published).toEqual(['a', 'b', 'c']);
  expect(countOutbox()).toBe(0);
});

it('begins with what an earlier run left, each once, also when new events come while it starts', async () => {
  await write('left1');
  await write('left2');
  commits.length = 0;
  const published: string[] = [];
  const relay = relayTo(published);
  await write('new1');
  relay.push(commits[0]!.events);
  const starting = relay.start();
  await write('new2');
  relay.push(commits[1]!.events);
  await starting;
  await relay.idle();
  expect(published).toEqual(['left1', 'left2', 'new1', 'new2']);
  await relay.stop();
  expect(countOutbox()).toBe(0);
});

it('tries again what could not be published, before anything that comes after it', async () => {
  const published: string[] = [];
  const failures: unknown[] = [];
  const relay = relayTo(published, {
    publish: async ({ blob_id }) => {
      if (blob_id === 'b' && failures.length < 2) throw new Error('the bus is away');
      published.push(blob_id);
    },
    onFailure: (error) => failures.push(error),
  });
  await relay.start();
  for (const id of ['a', 'b', 'c']) await write(id);
  for (const { events } of commits) relay.push(events);
  await relay.idle();
  expect(published).toEqual(['a', 'b', 'c']);
  expect(failures).toHaveLength(2);
  await relay.stop();
});

it('that is stopped keeps what it did not publish for the next start', async () => {
  const failures: unknown[] = [];
  let failed = (): void => {};
  const firstFailure = new Promise<void>((resolve) => (failed = resolve));
  const broken = relayTo([], {
    publish: () => Promise.reject(new Error('the bus is away')),
    onFailure: (error) => {
      failures.push(error);
      failed();
    },
  });
  await broken.start();
  await write('a');
  broken.push(commits[0]!.events);
  await firstFailure;
  await broken.stop();
  expect(countOutbox()).toBe(1);

  const published: string[] = [];
  const relay = relayTo(published);
  await relay.start();
  await relay.idle();
  await relay.stop();
  expect(published).toEqual(['a']);
  expect(countOutbox()).toBe(0);
});
