/** What all runs share: a server that can be killed, a bad network before it for each device, and the devices' processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFaultProxy, type FaultProxy } from '#app/test-support/fault-proxy.ts';
import type { Blob, SyncPullPage } from '#schemas/generated/types.ts';
import { ROUTES } from '#schemas/http.ts';
import { startChildServer, type ChildServer } from '#sync-server/test-support/child-server.ts';
import type { Credentials } from './commands.ts';
import { createDevicePool, type DevicePool } from './device-pool.ts';

export const DEVICES = 5;

export interface Stage {
  readonly folder: string;
  readonly proxies: readonly FaultProxy[];
  readonly pool: DevicePool;
  /** kill -9 of the server, and a new one on the same data. Resolves when it takes requests. */
  killServer(): Promise<void>;
  /** All that the server has of the account, tombstones too, past the bad network. */
  readServer(credentials: Pick<Credentials, 'email' | 'password'>): Promise<Map<string, Blob>>;
  /** The versions of a blob that the server has kept. */
  readHistory(credentials: Pick<Credentials, 'email' | 'password'>, id: string): Promise<Blob[]>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-torture-'));
  const env = { RECTO_DATA_DIR: join(folder, 'server'), RECTO_WORKERS: 'none', RECTO_RATE_LIMIT: '100000000', NODE_COMPILE_CACHE: join(tmpdir(), 'recto-torture-code') };
  let server: ChildServer = await startChildServer(env);
  const proxies = await Promise.all(Array.from({ length: DEVICES }, () => startFaultProxy(server.url)));
  const pool = createDevicePool();
  const tokens = new Map<string, string>();

  const call = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(server.url + path, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };

  const signIn = async ({ email, password }: Pick<Credentials, 'email' | 'password'>): Promise<string> => {
    const known = tokens.get(email);
    if (known !== undefined) return known;
    const body = JSON.stringify({ email, password, device_name: 'torture' });
    const reply = (await call(ROUTES.login.path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })) as { access_token: string };
    tokens.set(email, reply.access_token);
    return reply.access_token;
  };

  return {
    folder,
    proxies,
    pool,
    killServer: async () => {
      await server.kill('SIGKILL');
      server = await startChildServer(env);
      for (const proxy of proxies) proxy.target = server.url;
    },
    readServer: async (credentials) => {
      const headers = { authorization: `Bearer ${await signIn(credentials)}` };
      const { documents } = (await call(`${ROUTES.pull.path}?limit=2000`, { headers })) as SyncPullPage;
      return new Map(documents.map((blob) => [blob.id, blob]));
    },
    readHistory: async (credentials, id) => {
      const headers = { authorization: `Bearer ${await signIn(credentials)}` };
      const { versions } = (await call(ROUTES.readHistory.path.replace(':id', id), { headers })) as { versions: Blob[] };
      return versions;
    },
    close: async () => {
      await pool.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await server.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
