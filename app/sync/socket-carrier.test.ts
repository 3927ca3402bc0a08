import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { startTestServer } from '#sync-server/test-support/test-server.ts';
import { createEar, isNews, runEventCarrierAcceptance, signUp } from './event-carrier.acceptance.ts';
import { createSocketCarrier } from './socket-carrier.ts';

runEventCarrierAcceptance('the API’s socket', {
  start: async () => ({ settings: {}, stop: async () => undefined }),
  create: ({ connection }) => createSocketCarrier(connection),
});

it('is lost, once, when the server goes', async () => {
  const server = await startTestServer();
  const author = await signUp(server);
  const ear = createEar();
  await createSocketCarrier(author.connection).open(ear);
  await ear.hears(isNews);
  await server.close();
  await ear.loses();
  expect(ear.heard.map(({ type }) => type)).toEqual(['subscribed', 'sync.resync']);
});

it('is given up when it opens and says nothing, and is closed', async () => {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const silent = new WebSocketServer({ server: http });
  const closed = new Promise<void>((resolve) => silent.on('connection', (socket) => socket.on('close', resolve)));
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const openSocket = async (): Promise<WebSocket> => {
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    return socket;
  };
  const ear = createEar();
  await expect(createSocketCarrier({ openSocket }, 200).open(ear)).rejects.toMatchObject({ code: 'network' });
  await closed;
  expect(ear.heard).toEqual([]);
  silent.close();
  http.close();
});
