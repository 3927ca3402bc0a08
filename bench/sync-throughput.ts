/**
 * Push and pull of 10,000 blobs of 5 kB through an RxDB client (memory storage, Node) against the Recto server on disk,
 * beside plain HTTP + better-sqlite3 doing the same job: the same documents, the same JSON, the same durability, a
 * client that keeps what it pulls in a Map. Each server is a process of its own; the two take turns.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import type { Blob } from '#schemas/blob.ts';
import { startChildServer } from './child-server.ts';
import { median, type Figure } from './figures.ts';
import { makeDrafts, openSyncClient, type Draft } from './sync-client.ts';

const COUNT = 10_000;
/** With the other fields about 5,000 bytes of JSON. */
const TEXT_LENGTH = 4_650;
const ROUNDS = 5;
const LIMITS = { push: 0.6, pull: 0.75 } as const;
const root = join(import.meta.dirname, '..');

interface Run {
  push: number;
  pull: number;
}

export async function run(): Promise<Figure[]> {
  const chapters = Array.from({ length: 12 }, (_chapter, i) => readFileSync(join(root, `manuscripts/war-and-peace/${String(i + 1).padStart(3, '0')}.md`), 'utf8'));
  const drafts = makeDrafts(chapters.join('\n'), COUNT, TEXT_LENGTH, 'local');
  const plain: Run[] = [];
  const recto: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await inFolder((folder) => runPlain(folder, drafts)));
    recto.push(await inFolder((folder) => runRecto(folder, drafts)));
  }
  return (['push', 'pull'] as const).map((direction) => {
    // A rate is the inverse of a time.
    const ratio = median(plain.map((run, i) => run[direction] / recto[i]![direction]));
    const seconds = (runs: Run[]): string => (median(runs.map((run) => run[direction])) / 1000).toFixed(2);
    return {
      name: `${direction} of 10,000 blobs of 5 kB, rate beside plain HTTP + better-sqlite3`,
      figure: `${ratio.toFixed(2)} (${seconds(recto)} s : ${seconds(plain)} s)`,
      limit: `≥ ${LIMITS[direction].toFixed(2)}`,
      ok: ratio >= LIMITS[direction],
    };
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const PLAIN_BATCH = 500;

async function runPlain(folder: string, drafts: readonly Draft[]): Promise<Run> {
  const server = await startChildServer(join(root, 'bench/peers/plain-sync-server.ts'), [join(folder, 'plain.db')]);
  try {
    const pushStarted = performance.now();
    for (let i = 0; i < drafts.length; i += PLAIN_BATCH) {
      const rows = drafts.slice(i, i + PLAIN_BATCH).map((draft) => ({ assumed_master_state: null, new_document_state: { ...draft, deleted: false } }));
      const response = await fetch(server.url, { method: 'POST', body: JSON.stringify(rows) });
      await response.json();
    }
    const push = performance.now() - pushStarted;
    const pulled = new Map<unknown, unknown>();
    const pullStarted = performance.now();
    for (let seq = 0; pulled.size < drafts.length; ) {
      const page = (await (await fetch(`${server.url}/?seq=${seq}&limit=1000`)).json()) as { documents: Blob[]; checkpoint: { seq: number } };
      for (const blob of page.documents) pulled.set(blob.id, blob);
      ({ seq } = page.checkpoint);
    }
    return { push, pull: performance.now() - pullStarted };
  } finally {
    await server.stop();
  }
}

async function runRecto(folder: string, drafts: readonly Draft[]): Promise<Run> {
  const server = await startChildServer(join(root, 'sync-server/main.ts'), [], { RECTO_DATA_DIR: folder, RECTO_PORT: '0', RECTO_RATE_LIMIT: '1000000' });
  const person = { email: 'bench@example.org', password: 'correct horse battery' };
  const a = await openSyncClient(server.url, person, true);
  const b = await openSyncClient(server.url, person, false);
  try {
    // As books are imported: many chapters in one write, not a library in one.
    for (let i = 0; i < drafts.length; i += 100) await a.collection.bulkInsert(drafts.slice(i, i + 100).map((draft) => ({ ...draft })) as never);
    const pushStarted = performance.now();
    a.sync.start();
    await firstValueFrom(a.sync.status$.pipe(filter(({ pending }) => pending === drafts.length)));
    await firstValueFrom(a.sync.status$.pipe(filter(({ pending }) => pending === 0)));
    const push = performance.now() - pushStarted;
    await a.sync.inSync();
    const pullStarted = performance.now();
    b.sync.start();
    await b.sync.inSync();
    const pull = performance.now() - pullStarted;
    const pulled = await b.collection.count().exec();
    if (pulled !== drafts.length) throw new Error(`Only ${pulled} blobs were pulled.`);
    return { push, pull };
  } finally {
    await a.close();
    await b.close();
    await server.stop();
  }
}
