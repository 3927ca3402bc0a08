/**
 * A backup of a server with a gigabyte (`npm run server -- backup`) while devices push without a pause: what it takes beside a plain
 * copy of the same files, and how long a push waits beside the same load without a backup, in turn.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as newId } from 'uuid';
import { openDatabase } from '#sync-server/db/database.ts';
import { syncTree } from '#sync-server/db/seal.ts';
import { createAttachments, type Content } from '#sync-server/state-service/attachments.ts';
import { createBlobStore } from '#sync-server/state-service/blob-store.ts';
import { startChildServer } from './child-server.ts';
import { median, percentile, type Figure } from './figures.ts';
import { readWords } from './in-browser.ts';
import { measureChild, type ChildCost } from './measure-child.ts';
import { makeDrafts, type Draft } from './sync-client.ts';

const USERS = 100;
/** Of each user: of 5 kB, and compiled books. */
const DRAFTS = 1_000;
const TEXT_LENGTH = 4_650;
const FILES = 5;
const FILE_BYTES = 1_000_000;
const DEVICES = 4;
/** What a device waits after a push: four of them push about a hundred times a second. */
const PAUSE_MS = 30;
const ROUNDS = 3;
const ALONE_MS = 15_000;
/** Of a push's p50 and p99 with a backup beside those without. */
const LIMITS = { p50: 2, p99: 4 } as const;
const MEMORY_LIMIT_MB = 256;

const root = join(import.meta.dirname, '..');
/** What follows `node` in `npm run server`. */
const SERVER = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { server: string } }).scripts.server.split(' ').slice(1);

/** @returns the prose that its texts are of */
async function fillServer(dataDir: string): Promise<string> {
  const prose = await readWords(50_000);
  const database = openDatabase(join(dataDir, 'recto.db'));
  const store = createBlobStore({ database, onCommit() {} });
  const attachments = createAttachments({ database, folder: join(dataDir, 'attachments'), limit: FILE_BYTES });
  for (let user = 0; user < USERS; user++) {
    const userId = `user-${user}`;
    const drafts = makeDrafts(prose, DRAFTS, TEXT_LENGTH, userId);
    const files: Content[] = [];
    for (let file = 0; file < FILES; file++) files.push(await attachments.receive([randomBytes(FILE_BYTES)]));
    await store.write(userId, ({ put }) => {
      for (const draft of drafts) put({ ...draft, deleted: false });
      for (const [index, content] of files.entries()) attachments.attach({ userId, blobId: drafts[index]!.id, createdAt: drafts[index]!.created_at }, { ...content, name: 'book.epub', mediaType: 'application/epub+zip' });
    });
    for (const content of files) await attachments.release(content);
  }
  await database.query.deleteFrom('outbox').execute();
  await database.close();
  return prose;
}

interface Load {
  /** @returns how long each push took that was answered while `work` ran, ms */
  during(work: () => Promise<unknown>): Promise<number[]>;
  stop(): Promise<void>;
}

async function startLoad(server: string, prose: string): Promise<Load> {
  const send = async (path: string, body: unknown, token?: string): Promise<Record<string, unknown>> => {
    const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const reply = await fetch(server + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as Record<string, unknown>;
  };
  const session = await send('/api/v1/auth/register', { email: 'bench@example.org', password: 'correct horse battery', device_name: 'Bench' });
  const drafts: Draft[] = makeDrafts(prose, 1_000, TEXT_LENGTH, String(session['user_id']));
  let times: number[] = [];
  let isOver = false;
  const device = async (): Promise<void> => {
    for (let number = 0; !isOver; number++) {
      const started = performance.now();
      const row = { assumed_master_state: null, new_document_state: { ...drafts[number % drafts.length], id: newId(), deleted: false } };
      const { results } = (await send('/api/v1/sync/blobs/push', [row], String(session['access_token']))) as { results: { status: string }[] };
      if (results[0]?.status !== 'stored') throw new Error(`A push was answered with ${JSON.stringify(results)}.`);
      times.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const devices = Promise.all(Array.from({ length: DEVICES }, device));
  return {
    during: async (work) => {
      times = [];
      await Promise.race([work(), devices]);
      return times;
    },
    stop: async () => {
      isOver = true;
      await devices;
    },
  };
}

interface Round {
  alone: number[];
  beside: number[];
  backup: ChildCost;
  copySeconds: number;
}

function toFigures(rounds: readonly Round[], megabytes: number): Figure[] {
  const [ours, copies] = [median(rounds.map(({ backup }) => backup.seconds)), median(rounds.map(({ copySeconds }) => copySeconds))];
  const peak = Math.max(...rounds.map(({ backup }) => backup.peakMegabytes));
  const waits = ([['p50', 0.5], ['p99', 0.99]] as const).map(([name, share]): Figure => {
    const [alone, beside] = [rounds.map((round) => percentile(round.alone, share)), rounds.map((round) => percentile(round.beside, share))];
    const ratio = median(beside.map((wait, index) => wait / alone[index]!));
    return {
      name: `a push while a backup is made, ${name}, beside the same load without one`,
      figure: `${ratio.toFixed(2)}× (${median(beside).toFixed(1)} ms : ${median(alone).toFixed(1)} ms)`,
      limit: `≤ ${LIMITS[name]}×`,
      ok: ratio <= LIMITS[name],
    };
  });
  return [
    ...waits,
    {
      name: `a backup of ${megabytes.toFixed(0)} MB under that load, beside a plain copy of the files`,
      figure: `${(ours / copies).toFixed(2)}× (${ours.toFixed(1)} s : ${copies.toFixed(1)} s)`,
      limit: 'to compare',
      ok: true,
    },
    { name: 'its peak memory', figure: `${peak.toFixed(0)} MB`, limit: `≤ ${MEMORY_LIMIT_MB} MB`, ok: peak <= MEMORY_LIMIT_MB },
  ];
}

export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  const [dataDir, target] = [join(folder, 'data'), join(folder, 'copy')];
  const env = { RECTO_DATA_DIR: dataDir, RECTO_PORT: '0', RECTO_RATE_LIMIT: '1000000', RECTO_WORKERS: 'none' };
  mkdirSync(dataDir);
  try {
    const prose = await fillServer(dataDir);
    const server = await startChildServer(join(root, 'sync-server/main.ts'), [], env);
    const load = await startLoad(server.url, prose);
    const rounds: Round[] = [];
    try {
      // Until the server's code is compiled.
      await load.during(() => new Promise((resolve) => setTimeout(resolve, ALONE_MS)));
      for (let round = 0; round < ROUNDS; round++) {
        const alone = await load.during(() => new Promise((resolve) => setTimeout(resolve, ALONE_MS)));
        let backup: ChildCost | undefined;
        const beside = await load.during(async () => (backup = await measureChild(process.execPath, [...SERVER, 'backup', target], { cwd: root, env })));
        if (!backup) throw new Error('The load ended before the backup did.');
        rmSync(target, { recursive: true });
        const started = performance.now();
        cpSync(dataDir, target, { recursive: true });
        syncTree(target);
        rounds.push({ alone, beside, backup, copySeconds: (performance.now() - started) / 1000 });
        rmSync(target, { recursive: true });
      }
      await load.stop();
    } finally {
      await server.stop();
    }
    return toFigures(rounds, (USERS * (DRAFTS * TEXT_LENGTH + FILES * FILE_BYTES)) / 1_000_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
