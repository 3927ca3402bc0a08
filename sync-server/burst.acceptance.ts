/**
 * A thousand drafts from twenty people at once, while what carries and runs them is repeated, delayed and killed. The seed is
 * printed; RECTO_BURST names another number of drafts, RECTO_SEED another order.
 */
import SqliteFile from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { derivedBlobId } from '#processors/orchestrator/ids.ts';
import type { BlobEvent, Orchestrator } from '#processors/orchestrator/ports.ts';
import type { ServerSettings } from './settings.ts';
import { createSkippableClock, type SkippableClock } from './test-support/skippable-clock.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';

const DRAFTS = Number(process.env['RECTO_BURST'] ?? 1000);
const USERS = 20;
const BETWEEN_DELIVERIES_MS = 3 * 60_000;
const PROCESSOR = 'text-expansion';

export interface BurstHost {
  settings: Partial<ServerSettings>;
  /** Starts what runs the jobs, once the server is there. */
  start(server: TestServer): Promise<void>;
  /** Kills something: right after the burst (round 0), and before each time that all events come again (1, 2). */
  harm(round: number): Promise<void>;
  close(): Promise<void>;
}

export function runBurstAcceptance(name: string, createHost: (random: () => number) => Promise<BurstHost>): void {
  let host: BurstHost | undefined;
  let server: TestServer | undefined;
  afterEach(async () => {
    await host?.close();
    await server?.close();
    [host, server] = [undefined, undefined];
  });

  it(`${name}: each newest draft is expanded once, for its author alone, whatever dies or comes twice`, { timeout: 600_000 }, async () => {
    const seed = Number(process.env['RECTO_SEED'] ?? Date.now() % 1_000_000);
    console.log(`burst, ${name}: RECTO_SEED=${seed} RECTO_BURST=${DRAFTS}`);
    const random = createRandom(seed);
    const clock = createSkippableClock();
    const repeated = createRepeater();
    host = await createHost(random);
    server = await startTestServer({ rateLimitPerMinute: 1_000_000, ...host.settings }, { clock, deliver: repeated.deliver });
    await host.start(server);
    const database = new SqliteFile(join(server.dataDir, 'recto.db'), { readonly: true });
    const count = (sql: string): number => Number(database.prepare(sql).pluck().get());
    try {
      const users = await Promise.all(Array.from({ length: USERS }, () => server!.signUp()));
      const drafts = await postBurst(users, random);
      await host.harm(0);
      for (let round = 1; round <= 2; round++) {
        await expect.poll(() => repeated.events.size, { timeout: 120_000 }).toBe(drafts.length + count(`SELECT count(*) FROM blobs WHERE version > 1`));
        clock.skip(BETWEEN_DELIVERIES_MS);
        await host.harm(round);
        await repeated.again(random);
      }
      const left = (): number => count(`SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')`);
      const hurry = createHurry(clock, () => count(`SELECT count(*) FROM jobs WHERE state = 'done'`));
      await expect.poll(() => (hurry(), left()), { timeout: 240_000, interval: 100 }).toBe(0);

      expect(database.prepare(`SELECT error_code, error_message FROM jobs WHERE state = 'dead'`).all()).toEqual([]);
      const derived = database.prepare<[], { id: string; user_id: string; parent_id: string }>(`SELECT id, user_id, parent_id FROM blobs WHERE processor_id = '${PROCESSOR}'`).all();
      const byParent = new Map<string, typeof derived>(drafts.map(({ id }) => [id, []]));
      for (const blob of derived) byParent.get(blob.parent_id)?.push(blob);
      for (const { id, user, version } of drafts) {
        const of = byParent.get(id) ?? [];
        expect(of.filter((blob) => blob.id === derivedBlobId(PROCESSOR, id, version, {})), `${id}, version ${version}`).toHaveLength(1);
        // Older versions may have been expanded before the newer one was written: each of them once too.
        expect(of.length).toBeLessThanOrEqual(version);
        for (const { user_id } of of) expect(user_id).toBe(user.session.user_id);
      }
      expect(new Set(derived.map(({ parent_id }) => parent_id)).size).toBe(drafts.length);
    } finally {
      database.close();
    }
  });
}

interface Draft {
  id: string;
  user: Caller;
  version: number;
}

/** Every draft at once, and a newer version of every fifth right behind it. */
async function postBurst(users: readonly Caller[], random: () => number): Promise<Draft[]> {
  return Promise.all(Array.from({ length: DRAFTS }, async (_, index) => {
    const user = users[index % users.length]!;
    const data = { content: `The ship number ${index} sailed into the storm.` };
    const made = await user.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data });
    expect(made.status, made.text).toBe(201);
    const id = String(made.body['id']);
    if (random() > 0.2) return { id, user, version: 1 };
    const replaced = await user.send('PUT', `/api/v1/blobs/${id}`, { version: 1, data: { content: `${data.content} Nobody saw it again.` } });
    expect(replaced.status, replaced.text).toBe(200);
    return { id, user, version: 2 };
  }));
}

/** Notes what is delivered, and delivers it again. */
function createRepeater() {
  const events = new Map<string, { event: BlobEvent; processorId: string | undefined }>();
  let handle: Orchestrator['handleEvent'] = async () => {};
  return {
    events,
    deliver: (real: Orchestrator['handleEvent']): Orchestrator['handleEvent'] => {
      handle = real;
      return async (event, processorId) => {
        await real(event, processorId);
        if (event.processor_id === 'user-input') events.set(`${event.blob_id}@${event.version}`, { event, processorId });
      };
    },
    again: async (random: () => number): Promise<void> => {
      const shuffled = [...events.values()].map((entry) => ({ entry, at: random() })).toSorted((a, b) => a.at - b.at);
      for (const { entry } of shuffled) await handle(entry.event, entry.processorId);
    },
  };
}

/**
 * Where nothing goes on, time does: what failed waits for seconds before it is tried again, and what a dead worker had for a
 * minute.
 */
function createHurry(clock: SkippableClock, countEnded: () => number): () => void {
  let last = -1;
  return () => {
    const ended = countEnded();
    if (ended === last) clock.skip(2_000);
    last = ended;
  };
}

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
