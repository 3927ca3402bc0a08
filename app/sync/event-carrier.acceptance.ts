/** What every way of events gives, against a real server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SocketEvent } from '#schemas/generated/types.ts';
import type { ServerSettings } from '#sync-server/settings.ts';
import { createCaller, startTestServer, type Caller, type TestServer } from '#sync-server/test-support/test-server.ts';
import type { StudioConnection } from '../ports.ts';
import { createHttpStudio } from './http-studio.ts';
import type { CarrierListener, EventCarrier, OpenCarrier } from './event-carrier.ts';

/** One who is signed in: as the app is, and by plain requests. */
export interface Author {
  userId: string;
  connection: StudioConnection;
  caller: Caller;
}

export async function signUp(server: TestServer, network: { fetch: typeof fetch; WebSocket: typeof WebSocket } = { fetch: (...args) => fetch(...args), WebSocket }): Promise<Author> {
  const kept = new Map<string, string>();
  const secrets = { persistent: false, get: async (name: string) => kept.get(name) ?? null, set: async (name: string, value: string) => void kept.set(name, value), delete: async (name: string) => void kept.delete(name) };
  const studio = createHttpStudio({ network, secrets, deviceName: 'test', clock: { now: () => Date.now() } });
  const email = `author-${crypto.randomUUID()}@example.org`;
  const session = await studio.enter('register', { server: server.url, email, password: 'correct horse battery' });
  const login = await server.anonymous.send('POST', '/api/v1/auth/login', { email, password: 'correct horse battery', device_name: 'by hand' });
  return { userId: session.userId, connection: studio.connect(session), caller: createCaller(() => server.url, login.body as unknown as Caller['session']) };
}

export async function writeDraft(caller: Caller, content = 'The ship sailed.', schema_id = 'text-input-v2'): Promise<string> {
  return String((await caller.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id, data: { content } })).body['id']);
}

export interface Ear extends CarrierListener {
  readonly heard: SocketEvent[];
  readonly losses: number;
  /** Resolves when such an event was heard. */
  hears(fits: (event: SocketEvent) => boolean): Promise<void>;
  loses(): Promise<void>;
}

export function createEar(): Ear {
  const state = { losses: 0 };
  const heard: SocketEvent[] = [];
  return {
    heard,
    get losses() {
      return state.losses;
    },
    onEvent: (event) => void heard.push(event),
    onLost: () => void (state.losses += 1),
    hears: async (fits) => await expect.poll(() => heard.some(fits), { interval: 10 }).toBe(true),
    loses: async () => await expect.poll(() => state.losses, { interval: 10 }).toBe(1),
  };
}

/** A change, or the nudge to pull it. */
export const isNews = ({ type }: SocketEvent): boolean => type === 'sync.changed' || type === 'sync.resync';

interface Setup {
  start(): Promise<{ settings: Partial<ServerSettings>; stop(): Promise<void> }>;
  create(author: Author, server: TestServer): EventCarrier;
}

export function runEventCarrierAcceptance(name: string, { start, create }: Setup): void {
  describe(`events by ${name}`, () => {
    let server: TestServer;
    let stop: () => Promise<void>;
    const open: OpenCarrier[] = [];
    const listen = async (author: Author): Promise<{ ear: Ear; carrier: OpenCarrier }> => {
      const ear = createEar();
      const carrier = await create(author, server).open(ear);
      open.push(carrier);
      await ear.hears(isNews);
      return { ear, carrier };
    };

    beforeAll(async () => {
      const world = await start();
      server = await startTestServer(world.settings);
      stop = world.stop;
    });
    afterAll(async () => {
      for (const carrier of open) carrier.close();
      await server.close();
      await stop();
    });

    it('asks for one pull when it is open, says the server’s epoch, and tells of each change after it', async () => {
      const author = await signUp(server);
      const { ear, carrier } = await listen(author);
      const pulled = await author.caller.send('GET', '/api/v1/sync/blobs/pull?limit=1');
      expect(ear.heard.filter(isNews)).toHaveLength(1);
      await writeDraft(author.caller);
      await expect.poll(() => ear.heard.filter(isNews).length).toBe(2);
      const after = await author.caller.send('GET', '/api/v1/sync/blobs/pull?limit=1');
      expect([pulled.status, carrier.epoch]).toEqual([200, (after.body['checkpoint'] as { epoch: string }).epoch]);
    });

    it('tells what processors on the server do', async () => {
      const author = await signUp(server);
      const { ear } = await listen(author);
      const blob_id = await writeDraft(author.caller, 'The ship sailed into the storm.\n\nThe keeper saw it go.');
      const job = await author.caller.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id });
      await ear.hears(({ type }) => type === 'blob.derived');
      const job_id = job.body['id'];
      expect(ear.heard).toContainEqual({ type: 'processor.progress', data: expect.objectContaining({ job_id, blob_id, processor_id: 'text-expansion' }) });
      expect(ear.heard).toContainEqual({ type: 'blob.derived', data: expect.objectContaining({ parent_id: blob_id, processor_id: 'text-expansion' }) });
      const poor = await writeDraft(author.caller, '');
      await author.caller.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: poor });
      await ear.hears((event) => event.type === 'processor.failed' && event.data.blob_id === poor);
    });

    it('tells nothing of another user', async () => {
      const [author, stranger] = [await signUp(server), await signUp(server)];
      const [{ ear }, { ear: strangers }] = [await listen(author), await listen(stranger)];
      const foreign = await writeDraft(stranger.caller, 'None of your business.');
      await stranger.caller.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: foreign });
      await strangers.hears(({ type }) => type === 'blob.derived');
      const own = await writeDraft(author.caller);
      await author.caller.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: own });
      await ear.hears(({ type }) => type === 'blob.derived');
      expect(JSON.stringify(ear.heard)).not.toContain(foreign);
      expect(JSON.stringify(ear.heard)).not.toContain(stranger.userId);
      expect(JSON.stringify(strangers.heard)).not.toContain(own);
    });

    it('is still when it is closed', async () => {
      const author = await signUp(server);
      const [{ ear, carrier }, { ear: other }] = [await listen(author), await listen(author)];
      carrier.close();
      const before = ear.heard.length;
      await writeDraft(author.caller);
      await expect.poll(() => other.heard.filter(isNews).length).toBe(2);
      expect([ear.heard.length, ear.losses]).toEqual([before, 0]);
    });

    it('lets nobody in whose session has ended', async () => {
      const author = await signUp(server);
      const { body } = await author.caller.send('GET', '/api/v1/auth/devices');
      const devices = (body['devices'] as { id: string; device_name: string }[]).filter(({ device_name }) => device_name === 'test');
      for (const { id } of devices) await author.caller.send('DELETE', `/api/v1/auth/devices/${id}`);
      const ear = createEar();
      // A socket is refused as it opens, and by its token the next time.
      const carrier = create(author, server);
      await carrier.open(ear).catch(() => undefined);
      await expect(carrier.open(ear)).rejects.toMatchObject({ status: 401 });
      expect(ear.heard).toEqual([]);
    });
  });
}
