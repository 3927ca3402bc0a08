/**
 * From a blob posted until the socket tells of what was derived from it, by a processor that does nothing, in the process and on
 * NATS; beside a bare JetStream publish → consume → publish on the same machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats, type TestNats } from '#sync-server/test-support/nats-server.ts';
import { startChildServer } from './child-server.ts';
import { median, percentile, type Figure } from './figures.ts';
import { openBareHop } from './peers/bare-hop.ts';

const ROUNDS = 3;
const POSTS = 150;
const WARM_UP = 50;
const LIMIT_MS = 25;

/** @returns when what was asked for has arrived */
type Trip = (number: number) => Promise<void>;

export async function run(): Promise<Figure[]> {
  const nats = await startNats();
  const hop = await openBareHop(nats);
  const [alone, onNats] = [await openServer(null), await openServer(nats)];
  try {
    const trips = { hop: hop.trip, alone: alone.trip, onNats: onNats.trip };
    const times: Record<keyof typeof trips, number[][]> = { hop: [], alone: [], onNats: [] };
    for (const trip of Object.values(trips)) await measure(trip, WARM_UP);
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of ['hop', 'alone', 'onNats'] as const) times[name].push(await measure(trips[name], POSTS));
    }
    return (['alone', 'onNats'] as const).flatMap((mode) =>
      ([['p50', 0.5], ['p99', 0.99]] as const).map(([name, share]): Figure => {
        const [our, their] = [times[mode], times.hop].map((rounds) => median(rounds.map((round) => percentile(round, share)))) as [number, number];
        const isLimited = mode === 'alone' && name === 'p50';
        return {
          name: `a blob posted until its derived event is on the socket, ${mode === 'alone' ? 'in the process' : 'on NATS'}, ${name}, beside a bare JetStream hop`,
          figure: `${our.toFixed(1)} ms : ${their.toFixed(2)} ms`,
          limit: isLimited ? `≤ ${LIMIT_MS} ms` : 'no limit',
          ok: !isLimited || our <= LIMIT_MS,
        };
      }));
  } finally {
    await Promise.all([alone.close(), onNats.close(), hop.close()]);
    await nats.stop();
  }
}

async function measure(trip: Trip, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let number = 0; number < count; number++) {
    const started = performance.now();
    await trip(number);
    times.push(performance.now() - started);
  }
  return times;
}

async function openServer(nats: TestNats | null): Promise<{ trip: Trip; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  const env = { RECTO_DATA_DIR: folder, RECTO_PORT: '0', RECTO_RATE_LIMIT: '1000000', ...(nats && { RECTO_NATS_URL: nats.url, RECTO_NATS_DIR: nats.dir }) };
  const server = await startChildServer(join(import.meta.dirname, 'nothing/nothing-server.ts'), [], env);
  const post = async (path: string, body: object, token?: string): Promise<Record<string, string>> => {
    const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const reply = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as Record<string, string>;
  };
  const token = String((await post('/api/v1/auth/register', { email: 'bench@example.org', password: 'correct horse battery', device_name: 'Bench' }))['access_token']);
  const arrived = new Map<string, () => void>();
  const socket = await openSocket(server.url, token, (parentId) => arrived.get(parentId)?.());
  return {
    trip: async (number) => {
      const id = `draft-${number}-${crypto.randomUUID()}`;
      const arrival = new Promise<void>((resolve) => void arrived.set(id, resolve));
      const data = { content: 'The ship sailed into the storm.' };
      await post('/api/v1/blobs', { id, processor_id: 'user-input', schema_id: 'text-input-v1', data }, token);
      await arrival;
      arrived.delete(id);
    },
    close: async () => {
      socket.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A socket that hears of derived blobs. */
function openSocket(url: string, token: string, onDerived: (parentId: string) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/events`);
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'auth', token })));
    socket.addEventListener('error', () => reject(new Error('The socket could not be opened.')));
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as { type: string; data: { parent_id: string } };
      if (event.type === 'ready') socket.send(JSON.stringify({ type: 'subscribe', patterns: ['blob.derived'] }));
      if (event.type === 'subscribed') resolve(socket);
      if (event.type === 'blob.derived') onDerived(event.data.parent_id);
    });
  });
}
