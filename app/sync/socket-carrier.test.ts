import { expect, it } from 'vitest';
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
