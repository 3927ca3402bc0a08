import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventCredentials } from '#schemas/generated/types.ts';
import { ROUTES } from '#schemas/http.ts';
import { createUserCredentials } from '#sync-server/events/nats/nats-credentials.ts';
import { readNatsAccess } from '#sync-server/events/nats/nats-keys.ts';
import { startNats, type TestNats } from '#sync-server/test-support/nats-server.ts';
import { enterForShort } from '#sync-server/test-support/short-life.ts';
import { startTestServer, type TestServer } from '#sync-server/test-support/test-server.ts';
import { createEar, isNews, runEventCarrierAcceptance, signUp, writeDraft, type Author } from './event-carrier.acceptance.ts';
import { createApiClient, type ApiClient } from './http-client.ts';
import { createNatsCarrier } from './nats-carrier.ts';

const settingsOf = (nats: TestNats) => ({ nats: { url: nats.url, publicUrl: nats.url, dir: nats.dir } });
const clientOf = ({ connection }: Author, server: TestServer): ApiClient => createApiClient(connection, server.url);

runEventCarrierAcceptance('NATS', {
  start: async () => {
    const nats = await startNats();
    return { settings: settingsOf(nats), stop: () => nats.stop() };
  },
  create: (author, server) => createNatsCarrier(clientOf(author, server)),
});

describe('what is NATS’s own', () => {
  let nats: TestNats;
  let server: TestServer;
  let author: Author;
  beforeAll(async () => {
    nats = await startNats();
    server = await startTestServer(settingsOf(nats));
    author = await signUp(server);
  });
  afterAll(async () => {
    await server.close();
    await nats.stop();
  });

  /** The server's credentials, changed on their way to the app. */
  const carrierWith = (change: (credentials: EventCredentials, turn: number) => EventCredentials | Promise<EventCredentials>) => {
    const state = { fetched: 0 };
    const ask = clientOf(author, server);
    const carrier = createNatsCarrier(async (request) => {
      const reply = await ask(request);
      return request.path === ROUTES.readEventCredentials.path ? await change(reply as EventCredentials, (state.fetched += 1)) : reply;
    });
    return { carrier, state };
  };

  it('new credentials come before the old ones end, and nothing falls between them', async () => {
    const { carrier, state } = carrierWith((credentials) => ({ ...credentials, expires_in: 1 }));
    const ear = createEar();
    const open = await carrier.open(ear);
    // While both connections hear, an event may come twice.
    const told = () => new Set(ear.heard.flatMap((event) => (event.type === 'blob.created' ? [event.data.blob_id] : [])));
    const written: string[] = [];
    while (state.fetched < 3) {
      const id = await writeDraft(author.caller);
      written.push(id);
      await expect.poll(() => told().has(id), { interval: 5 }).toBe(true);
    }
    expect([ear.losses, [...told()].toSorted()]).toEqual([0, written.toSorted()]);
    open.close();
  });

  it('a server in another epoch makes a new beginning', async () => {
    const { carrier } = carrierWith((credentials, turn) => ({ ...credentials, expires_in: 1, epoch: turn < 2 ? 'before' : 'restored' }));
    const ear = createEar();
    expect((await carrier.open(ear)).epoch).toBe('before');
    await ear.loses();
    expect(ear.heard.some(isNews)).toBe(true);
  });

  it('is lost when its credentials have ended and no others are to be had, or when nats-server dies', async () => {
    const access = await readNatsAccess(nats.dir);
    const expiring = await enterForShort(async (lifeMs) => {
      const { carrier } = carrierWith(async (credentials, turn) => {
        if (turn > 1) throw new Error('no more');
        return { ...credentials, ...(await createUserCredentials(access, author.userId, Date.now() - 600_000 + lifeMs)), expires_in: 60 };
      });
      const ear = createEar();
      await carrier.open(ear);
      return ear;
    });
    await expiring.loses();

    const ear = createEar();
    await createNatsCarrier(clientOf(author, server)).open(ear);
    await nats.kill();
    await ear.loses();
    await expect(createNatsCarrier(clientOf(author, server)).open(createEar())).rejects.toMatchObject({ code: expect.stringMatching(/network|unavailable/) });
  });

  it('a server without NATS says that there is none', async () => {
    const plain = await startTestServer();
    const someone = await signUp(plain);
    await expect(createNatsCarrier(clientOf(someone, plain)).open(createEar())).rejects.toMatchObject({ code: 'not_found' });
    await plain.close();
  });
});
