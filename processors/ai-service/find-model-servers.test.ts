import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { findModelServers } from './find-model-servers.ts';
import { MODEL, startScriptedOpenAiServer } from './test-support/scripted-openai-server.ts';

const servers: { close(): unknown }[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (body: string, status = 200) => serve((_request, response) => void response.writeHead(status).end(body));

it('finds the servers that answer, and what they can be used with', async () => {
  const scripted = await startScriptedOpenAiServer();
  servers.push(scripted);
  const origin = new URL(scripted.url).origin;
  const nothing = 'http://127.0.0.1:1';
  const found = await findModelServers(fetch, new AbortController().signal, { Ollama: origin, 'LM Studio': origin, 'llama.cpp': nothing });
  expect(found).toEqual([
    { name: 'Ollama', baseUrl: `${origin}/v1`, models: [MODEL] },
    { name: 'LM Studio', baseUrl: `${origin}/v1`, models: [MODEL] },
  ]);
});

it('takes nothing else for one', async () => {
  const signal = new AbortController().signal;
  const bodies = ['<html>', '[]', 'null', '{"data": "none"}', '{"data": [], "models": []}', '{"data": [1, {"id": ""}], "models": [{"name": 3}]}'];
  for (const body of bodies) {
    const origin = await answering(body);
    expect(await findModelServers(fetch, signal, { Ollama: origin, 'LM Studio': origin, 'llama.cpp': origin })).toEqual([]);
  }
  const origin = await answering('{"data": [{"id": "m"}], "models": [{"name": "m"}]}', 500);
  expect(await findModelServers(fetch, signal, { Ollama: origin, 'LM Studio': origin, 'llama.cpp': origin })).toEqual([]);
});

it('doesn’t wait for one that says nothing', async () => {
  const origin = await serve(() => {});
  const start = performance.now();
  expect(await findModelServers(fetch, new AbortController().signal, { Ollama: origin, 'LM Studio': origin, 'llama.cpp': origin })).toEqual([]);
  expect(performance.now() - start).toBeLessThan(60_000);
});

it('stops when it is told to', async () => {
  const origin = await serve(() => {});
  const controller = new AbortController();
  const found = findModelServers(fetch, controller.signal, { Ollama: origin, 'LM Studio': origin, 'llama.cpp': origin });
  controller.abort();
  await expect(found).rejects.toThrow(/abort/i);
});
