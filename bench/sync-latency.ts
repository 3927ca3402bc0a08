/**
 * One edit on device A until it is in device B's store, through the Recto server on disk, beside a plain WebSocket relay
 * of the same document. Both devices run in this process, the servers in their own; the two take turns.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChildServer } from './child-server.ts';
import { median, percentile, type Figure } from './figures.ts';
import { makeDrafts, openSyncClient } from './sync-client.ts';

const ROUNDS = 5;
const EDITS = 300;
const WARM_UP = 100;
/** What the relay takes on the machine that the limits were set on: where it takes longer, so may we, in proportion. */
const RELAY = { p50: 0.1, p99: 2 } as const;
const LIMITS = { p50: 1.5, p99: 7 } as const;
const root = join(import.meta.dirname, '..');

export async function run(): Promise<Figure[]> {
  const prose = readFileSync(join(root, 'manuscripts/war-and-peace/001.md'), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  const relay = await openRelayPair(prose.slice(0, 5000));
  const recto = await openRectoPair(folder, prose);
  try {
    await measure(relay.edit, WARM_UP);
    await measure(recto.edit, WARM_UP);
    const theirs: number[][] = [];
    const ours: number[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await measure(relay.edit, EDITS));
      ours.push(await measure(recto.edit, EDITS));
    }
    return ([['p50', 0.5], ['p99', 0.99]] as const).map(([name, share]) => {
      const [our, their] = [ours, theirs].map((rounds) => median(rounds.map((times) => percentile(times, share))));
      const limit = LIMITS[name] * Math.max(1, their! / RELAY[name]);
      return {
        name: `one edit on A until it is in B's store, ${name}, beside a plain WebSocket relay`,
        figure: `${(our! / their!).toFixed(1)}× (${our!.toFixed(2)} ms : ${their!.toFixed(2)} ms)`,
        limit: `≤ ${LIMITS[name]} ms where the relay has ${RELAY[name]}: here ${limit.toFixed(1)} ms`,
        ok: our! <= limit,
      };
    });
  } finally {
    await relay.close();
    await recto.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes one edit. @returns when it has arrived */
type Edit = (number: number) => Promise<void>;

async function measure(edit: Edit, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await edit(i);
    times.push(performance.now() - started);
    // What follows an edit (RxDB's own notes, the server's) is not the next one's.
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  return times;
}

async function openRelayPair(text: string): Promise<{ edit: Edit; close(): Promise<void> }> {
  const server = await startChildServer(join(root, 'bench/peers/plain-relay.ts'), []);
  const open = (): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(server.url.replace('http', 'ws'));
      socket.addEventListener('open', () => resolve(socket));
      socket.addEventListener('error', reject);
    });
  const [a, b] = [await open(), await open()];
  return {
    edit: (number) =>
      new Promise((resolve) => {
        b.addEventListener('message', ({ data }: MessageEvent) => void (JSON.parse(String(data)), resolve()), { once: true });
        a.send(JSON.stringify({ number, content: text }));
      }),
    close: async () => {
      a.close();
      b.close();
      await server.stop();
    },
  };
}

async function openRectoPair(folder: string, prose: string): Promise<{ edit: Edit; close(): Promise<void> }> {
  const server = await startChildServer(join(root, 'sync-server/main.ts'), [], { RECTO_DATA_DIR: folder, RECTO_PORT: '0', RECTO_RATE_LIMIT: '1000000' });
  const person = { email: 'bench@example.org', password: 'correct horse battery' };
  const [a, b] = [await openSyncClient(server.url, person, true), await openSyncClient(server.url, person, false)];
  const [draft] = makeDrafts(prose, 1, 4650, a.userId);
  const text = String((draft!.data as Record<string, unknown>)['content']);
  await a.collection.bulkInsert([draft!] as never);
  for (const device of [a, b]) {
    device.sync.start();
    await device.sync.inSync();
  }
  const arrived = new Map<string, () => void>();
  b.collection.storageInstance.changeStream().subscribe((bulk) => {
    for (const { documentData } of bulk.events) arrived.get(String((documentData.data as Record<string, unknown>)['content']))?.();
  });
  let edits = 0;
  return {
    edit: async () => {
      edits += 1;
      const content = `${edits} ${text}`;
      const arrival = new Promise<void>((resolve) => void arrived.set(content, resolve));
      void a.blobs.change(draft!.id, (blob) => ({ ...blob, data: { ...blob.data, content } }));
      await arrival;
      arrived.delete(content);
    },
    close: async () => {
      await a.close();
      await b.close();
      await server.stop();
    },
  };
}
