/** A disk that fills under the server: what was acknowledged stays, writers are told and wait, and all goes on when there is room. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile from 'better-sqlite3';
import { filter, firstValueFrom } from 'rxjs';
import { ROUTES } from '#schemas/http.ts';
import type { AuthSession, SyncPullPage } from '#schemas/generated/types.ts';
import { findDamage } from '#sync-server/db/find-damage.ts';
import { makeDrafts, openSyncClient, type SyncClient } from '../bench/sync-client.ts';
import { findWay, startOnSmallDisk, type SmallDiskServer } from './full-disk/small-disk.ts';
import { createWriter, type Writer } from './full-disk/writer.ts';
import { repeatRuns, type RunPart } from './part.ts';
import { createRandom, type Random } from './random.ts';

const DISK_BYTES = 48 * 1024 * 1024;
/** What the server finds free when the disk is full: less than a batch, or room for some. */
const LEFT_BYTES = 300_000;
const FULL_AGAIN = 2;
const PASSWORD = 'kelp lantern orchard';
const PROSE = 'The keeper climbed the stairs, and nobody had come since March. '.repeat(200);

export const run: RunPart = async (options) => {
  const way = findWay();
  if (!way) throw new Error('A small disk can’t be made here: neither “unshare --user --mount” nor, as root, “unshare --mount” is allowed.');
  let refused = 0;
  const outcome = await repeatRuns(options, async (seed) => void (refused += await fillAndFree(way, createRandom(seed))));
  outcome.figures.push(`${refused} pushes were told that the disk is full`);
  return outcome;
};

async function fillAndFree(way: readonly string[], random: Random): Promise<number> {
  const server = await startOnSmallDisk(way, DISK_BYTES, { RECTO_WORKERS: random.chance(0.5) ? 'none' : 'text-expansion', RECTO_RATE_LIMIT: '10000000' });
  let client: SyncClient | undefined;
  try {
    const users = await Promise.all(['ada@example.org', 'bo@example.org'].map((email) => signUp(server, email)));
    const writers = users.flatMap((user, index) => [1, 2].map((number) => ({ user, writer: createWriter({ name: `u${index}w${number}`, token: user.access_token, random, url: () => server.url }) })));
    client = await openSyncClient(server.url, { email: 'cy@example.org', password: PASSWORD }, true);
    client.sync.start();
    await client.sync.inSync();
    await writeThroughFullDisks(server, random, { writers: writers.map(({ writer }) => writer), client });
    for (const user of users) await requireHeld(server, user, writers.filter((entry) => entry.user === user).map(({ writer }) => writer));
    const code = await server.end('SIGTERM');
    if (code !== 0) throw new Error(`The server ended with ${code}: ${server.stderr}`);
    requireWholeFile(`${server.folder}/data/recto.db`);
    return writers.reduce((sum, { writer }) => sum + writer.refused, 0);
  } finally {
    await client?.close();
    await server.remove();
  }
}

async function signUp({ url }: SmallDiskServer, email: string): Promise<AuthSession> {
  const reply = await fetch(url + ROUTES.register.path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: PASSWORD }) });
  if (reply.status !== 201) throw new Error(`A sign-up was answered with ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as AuthSession;
}

async function writeThroughFullDisks(server: SmallDiskServer, random: Random, { writers, client }: { writers: readonly Writer[]; client: SyncClient }): Promise<void> {
  let isOver = false;
  let failure: unknown;
  const writing = Promise.all(writers.map((writer) => writer.write(() => isOver))).catch((error: unknown) => (failure = error ?? new Error('a writer failed')));
  const until = async (isReached: () => boolean): Promise<void> => {
    while (!isReached()) {
      if (failure !== undefined) throw failure;
      await sleep(5);
    }
  };
  try {
    for (let time = 1; time <= FULL_AGAIN; time += 1) {
      const batches = writers.map((writer) => writer.batches + 1 + random.below(4));
      await until(() => writers.every((writer, index) => writer.batches >= batches[index]!));
      server.leave(random.below(LEFT_BYTES));
      const refused = writers.map((writer) => writer.refused);
      await until(() => writers.every((writer, index) => writer.refused > refused[index]!));
      await writeOnFullDisk(server, client, random);
      const before = writers.map((writer) => writer.batches);
      await until(() => writers.every((writer, index) => writer.batches > before[index]! + 1));
      await firstValueFrom(client.sync.status$.pipe(filter(({ state, pending }) => state === 'synced' && pending === 0)));
    }
  } finally {
    isOver = true;
    server.makeRoom();
    await writing;
  }
  if (failure !== undefined) throw failure;
}

/** The app's own sync says what is the matter, and what it keeps meanwhile is sent when there is room. */
async function writeOnFullDisk(server: SmallDiskServer, client: SyncClient, random: Random): Promise<void> {
  await client.collection.bulkInsert(makeDrafts(PROSE, 300, 4000, client.userId));
  await firstValueFrom(client.sync.status$.pipe(filter(({ state, pending, message }) => state === 'offline' && pending > 0 && /disk of .* is full/.test(message ?? ''))));
  const end = random.pick(['SIGKILL', 'SIGTERM', null, null] as const);
  if (end !== null) {
    const code = await server.end(end);
    if (end === 'SIGTERM' && code !== 0) throw new Error(`On a full disk the server stopped with ${code}: ${server.stderr}`);
  }
  const isUp = end === null || (random.chance(0.5) && (await startOnFullDisk(server)));
  server.makeRoom();
  if (!isUp) await server.start();
  // As a window does that comes back: else it waits as long as it has waited.
  client.sync.syncNow();
}

/** It serves, or says in a sentence why it can't. @returns whether it serves */
async function startOnFullDisk(server: SmallDiskServer): Promise<boolean> {
  try {
    await server.start();
    return true;
  } catch (error) {
    if (/The disk of [^\n]+ is full/.test(String(error))) return false;
    throw error;
  }
}

async function requireHeld({ url }: SmallDiskServer, user: AuthSession, writers: readonly Writer[]): Promise<void> {
  const held = new Map<string, unknown>();
  for (let query = 'limit=200'; ; ) {
    const reply = await fetch(`${url}${ROUTES.pull.path}?${query}`, { headers: { authorization: `Bearer ${user.access_token}` } });
    const { documents, checkpoint } = (await reply.json()) as SyncPullPage;
    if (documents.length === 0 || !checkpoint) break;
    for (const blob of documents) held.set(blob.id, blob);
    query = `limit=200&epoch=${checkpoint.epoch}&seq=${checkpoint.seq}`;
  }
  for (const { acknowledged } of writers) {
    for (const blob of acknowledged.values()) {
      if (!isDeepStrictEqual(held.get(blob.id), { ...blob, user_id: user.user_id })) throw new Error(`${blob.id} was acknowledged at version ${blob.version}, and is not there as it was.`);
    }
  }
}

function requireWholeFile(path: string): void {
  // SQLite does not open what stands in another process's world of mounts.
  const folder = mkdtempSync(join(tmpdir(), 'recto-full-disk-'));
  copyFileSync(path, join(folder, 'recto.db'));
  const sqlite = new SqliteFile(join(folder, 'recto.db'));
  try {
    const found = findDamage(sqlite);
    if (found.length > 0) throw new Error(`The database is damaged: ${found.join('; ')}`);
  } finally {
    sqlite.close();
    rmSync(folder, { recursive: true });
  }
}
