import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { listModels } from './list-models.ts';

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

const { signal } = new AbortController();
const list = (baseUrl: string, key: string | null = null) => listModels({ fetch, baseUrl, key, signal });

test('names the models of a server that takes the key', async () => {
  const baseUrl = await serve((request, response) => {
    response.statusCode = request.headers.authorization === 'Bearer k1' && request.url === '/v1/models' ? 200 : 401;
    response.end('{"data":[{"id":"llama3.2"},{"id":"größer"}]}');
  });
  expect(await list(baseUrl, 'k1')).toEqual(['llama3.2', 'größer']);
  expect(await list(`${baseUrl}//`, 'k1')).toHaveLength(2);
  await expect(list(baseUrl, 'wrong')).rejects.toMatchObject({ code: 'provider_auth' });
  await expect(list(baseUrl)).rejects.toMatchObject({ code: 'provider_auth' });
});

test('names Anthropic’s models, asked as it wants to be', async () => {
  const baseUrl = await serve(({ headers, url }, response) => {
    response.statusCode = headers['x-api-key'] === 'k1' && headers['anthropic-version'] && url === '/v1/models?limit=1000' && !headers.authorization ? 200 : 401;
    response.end('{"data":[{"type":"model","id":"claude-sonnet-4-5"}],"has_more":false}');
  });
  expect(await listModels({ fetch, baseUrl, provider: 'anthropic', key: 'k1', signal })).toEqual(['claude-sonnet-4-5']);
  await expect(listModels({ fetch, baseUrl, provider: 'anthropic', key: null, signal })).rejects.toMatchObject({ code: 'provider_auth' });
});

test.each(['null', '7', '<html>', '{}', '{"data":null}', '{"data":[null,3,{"name":"x"},{"id":""},{"id":7}]}', ''])('a server that answers %j has no models', async (body) => {
  expect(await list(await serve((_request, response) => void response.end(body)))).toEqual([]);
});

test('says what to check when the address is wrong', async () => {
  await expect(list(await serve((_request, response) => void response.writeHead(404).end()))).rejects.toMatchObject({ code: 'provider_failed' });
  await expect(list('http://127.0.0.1:1/v1')).rejects.toMatchObject({ code: 'provider_unreachable' });
  await expect(list('file:///etc/passwd')).rejects.toMatchObject({ code: 'configuration' });
  await expect(list('models')).rejects.toMatchObject({ code: 'configuration' });
});

test('takes the key to no other server', async () => {
  let asked = 0;
  const other = await serve((_request, response) => {
    asked++;
    response.end('{"data":[]}');
  });
  const baseUrl = await serve((_request, response) => void response.writeHead(307, { location: `${other}/models` }).end());
  await expect(list(baseUrl, 'k1')).rejects.toMatchObject({ code: 'provider_unreachable' });
  expect(asked).toBe(0);
});

test('gives up a server that says nothing, one that does not end, and when it is told to', async () => {
  const silent = await serve(() => undefined);
  await expect(listModels({ fetch, baseUrl: silent, key: null, signal, patienceMs: 50 })).rejects.toMatchObject({ code: 'provider_unreachable' });

  const endless = await serve((_request, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(100_000)));
    };
    response.on('drain', write);
    write();
  });
  await expect(list(endless)).rejects.toMatchObject({ code: 'provider_failed' });

  const controller = new AbortController();
  const cancelled = listModels({ fetch, baseUrl: silent, key: null, signal: controller.signal });
  controller.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
});
