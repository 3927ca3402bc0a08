import { afterEach, beforeEach, expect, it } from 'vitest';
import { startNats, type TestNats } from '#sync-server/test-support/nats-server.ts';
import { startTestServer, type TestServer } from '#sync-server/test-support/test-server.ts';
import { createBackoff } from './backoff.ts';
import { signUp, writeDraft, type Author } from './event-carrier.acceptance.ts';
import type { EventCarrier } from './event-carrier.ts';
import { openEventStream, type EventStream } from './event-stream.ts';
import { createApiClient } from './http-client.ts';
import { createNatsCarrier } from './nats-carrier.ts';
import { createSocketCarrier } from './socket-carrier.ts';

let nats: TestNats;
let server: TestServer;
let author: Author;
let streams: EventStream[];

beforeEach(async () => {
  streams = [];
  nats = await startNats();
  server = await startTestServer({ nats: { url: nats.url, publicUrl: nats.url, dir: nats.dir } });
  author = await signUp(server);
});
afterEach(async () => {
  for (const stream of streams) stream.close();
  await server.close();
  await nats.stop();
});

/** A device that pulls when its stream says so, and at no other time. */
function openDevice() {
  const has = new Set<string>();
  const ways: string[] = [];
  const noted = (name: string, carrier: EventCarrier): EventCarrier => ({
    open: async (listener) => {
      const open = await carrier.open(listener);
      ways.push(name);
      return open;
    },
  });
  const pull = async (): Promise<void> => {
    const { body } = await author.caller.send('GET', '/api/v1/sync/blobs/pull?limit=1000');
    for (const { id } of body['documents'] as { id: string }[]) has.add(id);
  };
  const retry = (firstMs: number) => createBackoff({ firstMs, maxMs: 1000, random: Math.random });
  streams.push(openEventStream({
    direct: noted('NATS', createNatsCarrier(createApiClient(author.connection, server.url))),
    api: noted('socket', createSocketCarrier(author.connection)),
    backoff: retry(20),
    rest: retry(400),
    onChanged: () => void pull(),
    onResync: () => void pull(),
    onLost: () => void pull(),
    onEvent: () => undefined,
    onOpen: () => undefined,
    onSignedOut: () => undefined,
  }));
  const comes = async (id: string): Promise<void> => await expect.poll(() => has.has(id), { interval: 10 }).toBe(true);
  const way = async (name: string): Promise<void> => await expect.poll(() => ways.at(-1), { interval: 10 }).toBe(name);
  return { ways, comes, way };
}

it('goes over to the API’s socket when nats-server dies, back when it is there again, and misses nothing on the way', async () => {
  const device = openDevice();
  await device.way('NATS');
  await device.comes(await writeDraft(author.caller, 'by NATS'));
  await nats.kill();
  await device.comes(await writeDraft(author.caller, 'while it is dead'));
  await device.way('socket');
  await device.comes(await writeDraft(author.caller, 'by the socket'));
  await nats.restart();
  await device.way('NATS');
  await device.comes(await writeDraft(author.caller, 'by NATS again'));
  expect(device.ways).toEqual(['NATS', 'socket', 'NATS']);
});

it('starts on the socket where NATS is away, and takes NATS when it comes', async () => {
  await nats.kill();
  const device = openDevice();
  await device.way('socket');
  await device.comes(await writeDraft(author.caller));
  await nats.restart();
  await device.way('NATS');
  await device.comes(await writeDraft(author.caller));
  expect(device.ways).toEqual(['socket', 'NATS']);
});

it('goes on by NATS while the API is started anew, and pulls what that could not yet tell', async () => {
  const device = openDevice();
  await device.way('NATS');
  await server.restart();
  await device.comes(await writeDraft(author.caller, 'by the server that came back'));
  expect(device.ways).toEqual(['NATS']);
});
