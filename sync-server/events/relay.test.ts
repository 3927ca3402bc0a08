import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openDatabase, type Database } from '../db/database.ts';
import { createBlobStore, type BlobStore, type Commit } from '../state-service/blob-store.ts';
import { createInProcessBus } from './in-process-bus.ts';
import { createRelay, type Relay } from './relay.ts';

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

interface Effects {
  handle?(blobId: string): Promise<void>;
  onFailure?(error: unknown): void;
}

/** A relay to the bus in the process, whose handled blobs are listed. */
function relayTo(handled: string[], { handle, onFailure = () => {} }: Effects = {}, read: Pick<Database, 'query' | 'sqlite' | 'exclusive'> = database): Relay {
  return createRelay({
    database: read,
    onFailure,
    createBus: (onRecorded) =>
      createInProcessBus({
        processors: () => [],
        handle: async ({ blob_id }) => {
          await handle?.(blob_id);
          handled.push(blob_id);
        },
        onRecorded,
        onFailure,
      }),
  });
}

it('carries what is pushed, and empties the outbox', async () => {
  const handled: string[] = [];
  const relay = relayTo(handled);
  await relay.start();
  for (const id of ['a', 'b', 'c']) await write(id);
  for (const { events } of commits) relay.push(events);
  await relay.idle();
  await relay.stop();
  expect(handled).toEqual(['a', 'b', 'c']);
  expect(countOutbox()).toBe(0);
});

it('begins with what an earlier run left, each once, also when new events come while it starts', async () => {
  await write('left1');
  await write('left2');
  commits.length = 0;
  const handled: string[] = [];
  const relay = relayTo(handled);
  await write('new1');
  relay.push(commits[0]!.events);
  const starting = relay.start();
  await write('new2');
  relay.push(commits[1]!.events);
  await starting;
  await relay.idle();
  expect(handled).toEqual(['left1', 'left2', 'new1', 'new2']);
  await relay.stop();
  expect(countOutbox()).toBe(0);
});

it('tries again what had no effect, while other blobs’ events go on', async () => {
  const handled: string[] = [];
  const failures: unknown[] = [];
  const relay = relayTo(handled, {
    handle: async (blobId) => {
      if (blobId === 'b' && failures.length < 2) throw new Error('the database is away');
    },
    onFailure: (error) => failures.push(error),
  });
  await relay.start();
  for (const id of ['a', 'b', 'c']) await write(id);
  for (const { events } of commits) relay.push(events);
  await relay.idle();
  expect(handled).toEqual(['a', 'c', 'b']);
  expect(failures).toHaveLength(2);
  await relay.stop();
});

it('an event that never has its effect holds up its own blob’s, and those of no other', async () => {
  const handled: string[] = [];
  let isMended = false;
  const relay = relayTo(handled, {
    handle: async (blobId) => {
      if (blobId === 'poison' && !isMended) throw new Error('this one can’t be handled');
    },
  });
  await relay.start();
  const push = async (id: string): Promise<void> => {
    await write(id);
    relay.push(commits.at(-1)!.events);
  };
  for (const id of ['poison', 'a', 'poison']) await push(id);
  await vi.waitFor(() => expect(handled).toEqual(['a']));
  for (const id of ['b', 'poison', 'c']) await push(id);
  await vi.waitFor(() => expect(handled).toEqual(['a', 'b', 'c']));
  isMended = true;
  await relay.idle();
  expect(handled).toEqual(['a', 'b', 'c', 'poison', 'poison', 'poison']);
  await relay.stop();
  expect(countOutbox()).toBe(0);
});

it('that is stopped keeps what had no effect for the next start', async () => {
  let failed = (): void => {};
  const firstFailure = new Promise<void>((resolve) => (failed = resolve));
  const broken = relayTo([], { handle: () => Promise.reject(new Error('the database is away')), onFailure: () => failed() });
  await broken.start();
  await write('a');
  await write('b');
  for (const { events } of commits) broken.push(events);
  await firstFailure;
  await broken.stop();
  expect(countOutbox()).toBe(2);

  const handled: string[] = [];
  const relay = relayTo(handled);
  await relay.start();
  await relay.idle();
  await relay.stop();
  expect(handled).toEqual(['a', 'b']);
  expect(countOutbox()).toBe(0);
});

it('gives the bus no more than it can hold; the others wait in the outbox, and keep their order', async () => {
  const insert = database.sqlite.prepare(`INSERT INTO outbox (type, user_id, blob_id, schema_id, processor_id, version) VALUES ('blob.created', 'u1', ?, 'note-v1', 'user-input', 1)`);
  const count = 120_000;
  database.sqlite.transaction(() => {
    for (let index = 0; index < count; index += 1) insert.run(`b${index}`);
  })();
  let held = 0;
  let mostHeld = 0;
  const handled: string[] = [];
  const relay = createRelay({
    database,
    onFailure: () => {},
    createBus: (onRecorded) => ({
      carry: (events) => {
        held += events.length;
        mostHeld = Math.max(mostHeld, held);
        setImmediate(() => {
          for (const { id, blob_id } of events) {
            held -= 1;
            handled.push(blob_id);
            onRecorded(id);
          }
        });
      },
      refresh: () => {}, start: () => {}, trouble: () => null, stop: async () => {},
    }),
  });
  await relay.start();
  await write('new');
  relay.push(commits[0]!.events);
  await relay.idle();
  await relay.stop();
  expect(handled).toHaveLength(count + 1);
  expect(handled.at(0)).toBe('b0');
  expect(handled.at(-1)).toBe('new');
  expect(mostHeld).toBeLessThanOrEqual(51_000);
  expect(countOutbox()).toBe(0);
});

it('carries what is pushed at whatever step of its start, and waits for no later event to do so', async () => {
  const insert = database.sqlite.prepare<[string], number>(`INSERT INTO outbox (type, user_id, blob_id, schema_id, processor_id, version) VALUES ('blob.created', 'u1', ?, 'note-v1', 'user-input', 1) RETURNING id`).pluck();
  for (let steps = 0; steps < 60; steps += 1) {
    const handled: string[] = [];
    const relay = relayTo(handled);
    const starting = relay.start();
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    const blob_id = `after ${steps} steps`;
    relay.push([{ id: insert.get(blob_id)!, type: 'blob.created', user_id: 'u1', blob_id, schema_id: 'note-v1', processor_id: 'user-input', version: 1, parent_id: null }]);
    await starting;
    await vi.waitFor(() => expect(handled).toEqual([blob_id]), { interval: 1 });
    await relay.stop();
  }
});

it('reads the outbox again where it could not be read, with no event to remind it', async () => {
  await write('left');
  const failures: unknown[] = [];
  const handled: string[] = [];
  let isAway = true;
  const reading = database.query;
  const relay = relayTo(handled, { onFailure: (error) => failures.push(error) }, {
    ...database,
    get query() {
      if (isAway) throw new Error('the disk is away');
      return reading;
    },
  });
  await relay.start();
  expect(failures).toEqual([new Error('the disk is away')]);
  isAway = false;
  await vi.waitFor(() => expect(handled).toEqual(['left']));
  await relay.stop();
});
