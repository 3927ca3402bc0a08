/** Devices, a real server and a bad network between them, for the tests of sync. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { filter, firstValueFrom } from 'rxjs';
import { createRxDatabase } from 'rxdb';
import { v7 as newId } from 'uuid';
import { expect, vi } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { ROUTES } from '#schemas/http.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { startServer } from '#sync-server/server.ts';
import { readSettings } from '#sync-server/settings.ts';
import { purgeTombstones, TOMBSTONES_KEPT_MS } from '#sync-server/state-service/purge-tombstones.ts';
import type { SkippableClock } from '#sync-server/test-support/skippable-clock.ts';
import type { Platform } from '../ports.ts';
import type { SyncStatus } from '../recto-app.ts';
import { createBlobStore, toBlob, type BlobStore } from '../store/blob-store.ts';
import { createLocalState } from '../store/local-state.ts';
import { BLOB_COLLECTION_SCHEMA, STATE_COLLECTION_SCHEMA, type LibraryCollections } from '../store/collections.ts';
import { openDeviceDatabase, libraryName } from '../store/open-database.ts';
import { startFaultProxy, type FaultProxy } from '../test-support/fault-proxy.ts';
import { createDexieStorage, createMemoryStorage, createTestPlatform } from '../test-support/test-platform.ts';
import { openAccount, type Account } from './account.ts';
import { createSync } from './create-sync.ts';
import { scanRows } from './meta-storage.ts';
import type { Sync } from './sync-types.ts';

export interface Person {
  email: string;
  password: string;
}

export interface Device {
  readonly platform: Platform;
  readonly account: Account;
  readonly blobs: BlobStore;
  readonly sync: Sync;
  /** The system says that the network changed. */
  setOnline(online: boolean): void;
  status(fits: (status: SyncStatus) => boolean): Promise<SyncStatus>;
  /** All that is in the library, tombstones too, as the wire has it. */
  all(): Promise<Map<string, Blob>>;
  write(content: string, more?: Partial<Blob>): Promise<string>;
  edit(id: string, change: (content: string) => string): Promise<void>;
  text(id: string): Promise<string | null>;
  close(): Promise<void>;
}

export interface World {
  readonly proxy: FaultProxy;
  register(email?: string): Promise<Person>;
  /** Signed in, with sync started. `platform`: of a device that was closed before, to start it again. */
  device(person: Person, options?: { platform?: Platform; start?: boolean }): Promise<Device>;
  /** What the server has of the person's, straight from its API. */
  serverBlobs(person: Person): Promise<Map<string, Blob>>;
  /** An administrator of the server registers it: the devices know nothing of it. */
  registerSchema(schema: { name: string; version: string; definition: object }): Promise<void>;
  /** Keeps a copy of the server's data, as a backup. */
  backup(): Promise<void>;
  /** The server stops and starts again with what the backup holds, in a new epoch. */
  restore(): Promise<void>;
  /** What was deleted until now is gone from the server, as after half a year. */
  forgetDeletes(): Promise<void>;
  close(): Promise<void>;
}

/** @param clock the server's */
export async function startWorld(clock?: SkippableClock): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'recto-sync-'));
  const backupDir = mkdtempSync(join(tmpdir(), 'recto-backup-'));
  const settings = readSettings({ RECTO_DATA_DIR: dataDir, RECTO_PORT: '0', RECTO_WORKERS: 'none', RECTO_RATE_LIMIT: '1000000' });
  const parts = clock ? { clock } : {};
  let server = await startServer(settings, parts);
  const proxy = await startFaultProxy(server.url);
  const open: Device[] = [];
  let people = 0;
  let forgotten = 0;
  /** Signing in at each look would be too many tries. */
  const tokens = new Map<string, string>();

  async function call(path: string, body: unknown): Promise<{ access_token: string }> {
    const response = await fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return (await response.json()) as { access_token: string };
  }

  return {
    proxy,
    register: async (email) => {
      people += 1;
      const person = { email: email ?? `author-${people}@example.org`, password: 'correct horse battery' };
      await call(ROUTES.register.path, person);
      return person;
    },
    device: async (person, options = {}) => {
      const device = await openDevice(proxy.url, person, options);
      open.push(device);
      return device;
    },
    serverBlobs: async (person) => {
      const token = tokens.get(person.email) ?? (await call(ROUTES.login.path, person)).access_token;
      tokens.set(person.email, token);
      const response = await fetch(`${server.url}${ROUTES.pull.path}?limit=1000`, { headers: { authorization: `Bearer ${token}` } });
      // Next time with another one.
      if (response.status === 401) tokens.delete(person.email);
      expect(response.status).toBe(200);
      const { documents } = (await response.json()) as { documents: Blob[] };
      return new Map(documents.map((blob) => [blob.id, blob]));
    },
    registerSchema: async (schema) => {
      const person = { email: 'administrator@example.org', password: 'correct horse battery' };
      await call(ROUTES.register.path, person);
      const file = new SqliteFile(settings.databaseFile);
      file.prepare('UPDATE users SET admin = 1 WHERE email = ?').run(person.email);
      file.close();
      const { access_token: token } = await call(ROUTES.login.path, person);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const response = await fetch(`${server.url}${ROUTES.registerSchema.path}`, { method: 'POST', headers, body: JSON.stringify(schema) });
      if (response.status !== 201) throw new Error(`the schema was not registered: ${await response.text()}`);
    },
    backup: async () => {
      const file = new SqliteFile(settings.databaseFile, { readonly: true });
      await file.backup(join(backupDir, 'backup.db'));
      file.close();
    },
    restore: async () => {
      await server.close();
      for (const end of ['', '-wal', '-shm', '.seal']) rmSync(settings.databaseFile + end, { force: true });
      cpSync(join(backupDir, 'backup.db'), settings.databaseFile);
      const file = new SqliteFile(settings.databaseFile);
      file.prepare(`UPDATE meta SET value = ? WHERE key = 'epoch'`).run(`restored-${newId()}`);
      file.close();
      tokens.clear();
      server = await startServer(settings, parts);
      proxy.target = server.url;
    },
    forgetDeletes: async () => {
      forgotten += 1;
      const database = openDatabase(settings.databaseFile);
      const now = Date.now() + 2 * forgotten * TOMBSTONES_KEPT_MS;
      await purgeTombstones(database, now);
      await purgeTombstones(database, now + TOMBSTONES_KEPT_MS);
      await database.close();
    },
    close: async () => {
      for (const device of open) await device.close();
      await proxy.close();
      await server.close();
      for (const folder of [dataDir, backupDir]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A platform whose network changes when `setOnline` says so, and whose retries don't keep a test waiting. */
export function createDevicePlatform({ durable = false, clock = { now: () => Date.now() } }: { durable?: boolean; clock?: Platform['clock'] } = {}): Platform & { setOnline(online: boolean): void } {
  const listeners = new Set<() => void>();
  const network = { online: true };
  const platform = createTestPlatform({
    clock,
    // What is in memory is gone when it is closed.
    storage: durable ? createDexieStorage() : createMemoryStorage(),
    network: {
      isOnline: () => network.online,
      onChange: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  });
  return Object.assign(platform, {
    setOnline: (online: boolean) => {
      network.online = online;
      for (const listener of listeners) listener();
    },
  });
}

async function openDevice(server: string, person: Person, { platform = createDevicePlatform(), start = true }: { platform?: Platform; start?: boolean }): Promise<Device> {
  const deviceDatabase = await openDeviceDatabase(platform);
  const account = await openAccount(platform, createLocalState(deviceDatabase.settings));
  const session = account.session ?? (await account.signIn({ server, ...person }));
  // Of a library's collections only what sync needs: RxDB opens 16 in one process.
  const database = await createRxDatabase<Pick<LibraryCollections, 'blobs' | 'settings'>>({ name: libraryName(session), storage: platform.storage, multiInstance: false, eventReduce: false });
  await database.addCollections({ blobs: { schema: BLOB_COLLECTION_SCHEMA }, settings: { schema: STATE_COLLECTION_SCHEMA } });
  const blobs = createBlobStore(database.blobs, platform.clock);
  const state = createLocalState(database.settings);
  const sync = createSync({ platform, session, connection: account.connection!, collection: database.blobs, state, waitForLeadership: false });
  if (start) sync.start();
  let closed = false;
  return {
    platform,
    account,
    blobs,
    sync,
    setOnline: (online) => (platform as ReturnType<typeof createDevicePlatform>).setOnline(online),
    status: (fits) => firstValueFrom(sync.status$.pipe(filter(fits))),
    all: async () => {
      const found = new Map<string, Blob>();
      for await (const rows of scanRows(database.blobs.storageInstance, undefined)) for (const row of rows) found.set(row.id, toBlob(row));
      return found;
    },
    write: async (content, more = {}) => {
      const [made] = await blobs.insert([
        { id: newId(), user_id: session.userId, processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, ...more } as Parameters<BlobStore['insert']>[0][number],
      ]);
      return made!.id;
    },
    edit: async (id, change) => {
      await blobs.change(id, (blob) => ({ ...blob, data: { ...blob.data, content: change(String(blob.data['content'])) } }));
    },
    text: async (id) => ((await blobs.get(id))?.data['content'] as string | undefined) ?? null,
    close: async () => {
      if (closed) return;
      closed = true;
      await sync.stop();
      await database.close();
      await deviceDatabase.close();
    },
  };
}

/** Waits until all devices and the server hold the same bytes. */
export async function settle(world: World, person: Person, ...devices: Device[]): Promise<void> {
  for (const device of devices) device.sync.syncNow();
  await vi.waitFor(
    async () => {
      for (const device of devices) await device.sync.inSync();
      const master = toPlain(await world.serverBlobs(person));
      for (const device of devices) expect(toPlain(await device.all())).toEqual(master);
    },
    { interval: 10 },
  );
}

/** Waits until all devices and the server have the same texts, whatever each still knows of what was deleted. */
export async function settleLive(world: World, person: Person, ...devices: Device[]): Promise<void> {
  const living = (blobs: Map<string, Blob>) => toPlain(new Map([...blobs].filter(([, blob]) => !blob.deleted)));
  for (const device of devices) device.sync.syncNow();
  await vi.waitFor(
    async () => {
      for (const device of devices) await device.sync.inSync();
      const master = living(await world.serverBlobs(person));
      for (const device of devices) expect(living(await device.all())).toEqual(master);
    },
    { interval: 10 },
  );
}

/** In the order of ids, without the owner, whom the server fills in. */
function toPlain(blobs: Map<string, Blob>): Omit<Blob, 'user_id'>[] {
  return [...blobs.values()].map(({ user_id: _user, ...blob }) => blob as Omit<Blob, 'user_id'>).toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
}
