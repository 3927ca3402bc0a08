import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { testProvider, type Asking } from './test-provider.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

function withKey(key: string | null): Asking {
  const network = { fetch, WebSocket, isOnline: () => true, onChange: () => () => undefined };
  const secrets = { persistent: true, get: async () => key, set: async () => undefined, delete: async () => undefined };
  return { platform: { network, secrets } };
}

test('says that the server has the model, and sends the key', async () => {
  const baseUrl = await serve((request, response) => {
    response.statusCode = request.headers.authorization === 'Bearer k1' && request.url === '/v1/models' ? 200 : 401;
    response.end('{"data":[{"id":"llama3.2"}]}');
  });
  expect(await testProvider(withKey('k1'), { baseUrl, model: 'llama3.2' })).toBe('The server answers and has llama3.2.');
  expect(await testProvider(withKey('k1'), { baseUrl, model: 'other' })).toContain('no model “other”. It has llama3.2');
  await expect(testProvider(withKey('wrong'), { baseUrl, model: 'llama3.2' })).rejects.toMatchObject({ code: 'provider_auth' });
});

test('says what to check when the address is wrong', async () => {
  const notFound = await serve((_request, response) => void response.writeHead(404).end());
  await expect(testProvider(withKey(null), { baseUrl: notFound, model: 'm' })).rejects.toMatchObject({ code: 'provider_failed' });
  open.splice(0).forEach((server) => server.close());
  await expect(testProvider(withKey(null), { baseUrl: 'http://127.0.0.1:1/v1', model: 'm' })).rejects.toMatchObject({ code: 'provider_unreachable' });
});

test.each(['null', '7', '<html>', '{}', '{"data":null}', '{"data":[null,3,{"name":"x"}]}'])('a server that answers %s is told from one with models', async (body) => {
  const baseUrl = await serve((_request, response) => void response.end(body));
  expect(await testProvider(withKey(null), { baseUrl, model: 'm' })).toContain('does not say which models');
});
