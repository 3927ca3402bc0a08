import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { runAiServiceAcceptance } from '#processors/ai-service/ai-service.acceptance.ts';
import { createAiService } from '#processors/ai-service/ai-service.ts';
import { MODEL, startScriptedOpenAiServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { startTestServer, type TestServer } from '../test-support/test-server.ts';
import { addToken } from '../test-support/worker-client.ts';

const servers: TestServer[] = [];
async function start(settings: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const server = await startTestServer(settings);
  servers.push(server);
  return server;
}
afterAll(async () => {
  for (const server of servers) await server.close();
});

runAiServiceAcceptance('at a URL, with a worker’s token', {
  async create(ai, onTokens) {
    const server = await start({ ai });
    const service = { url: `${server.url}/api/v1/ai/`, token: await addToken(server, 'text-expansion') };
    return createAiService({ provider: 'built-in', service }, { onTokens });
  },
});

describe('a server whose ai-service is elsewhere', () => {
  it('has its jobs written there, and adds up what they took', async () => {
    const model = await startScriptedOpenAiServer();
    const there = await start({ ai: { provider: 'openai-compatible', baseUrl: model.url, model: MODEL } });
    const here = await start({ ai: { provider: 'built-in', service: { url: `${there.url}/api/v1/ai`, token: (await there.signUp()).session.access_token } } });
    const author = await here.signUp();
    const { body } = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The keeper climbed the stairs.' } });
    await expect
      .poll(async () => ((await author.send('GET', `/api/v1/jobs?blob_id=${String(body['id'])}`)).body['jobs'] as { state: string }[])[0]?.state)
      .toBe('done');
    expect(model.requests).toHaveLength(1);
    expect((await author.send('GET', '/api/v1/usage')).body['usage']).toMatchObject([{ provider: 'openai-compatible', model: MODEL, answers: 1, input_tokens: 100, cost: null }]);
    await model.close();
  });

  it('makes a pitch out of the book’s own sentences where there is no model there either', async () => {
    const there = await start({});
    const service = { url: `${there.url}/api/v1/ai`, token: (await there.signUp()).session.access_token };
    expect(await createAiService({ provider: 'built-in', service }).hasModel()).toBe(false);
    const here = await start({ ai: { provider: 'built-in', service } });
    const author = await here.signUp();
    const post = async (schema_id: string, data: object) => String((await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id, data })).body['id']);
    const draft = await post('text-input-v2', { content: 'The keeper climbed the stairs. Nobody had come since March. The lamp was cold, and the sea was loud below.' });
    const book = await post('book-v1', { title: 'The Lamp', author: 'A. Keeper', chapters: [{ id: 'c', title: 'One', draft_blob_id: draft, edition: 'draft' }] });
    const { id } = (await author.send('POST', '/api/v1/jobs', { processor_id: 'pitch-builder', blob_id: book })).body;
    await expect.poll(async () => (await author.send('GET', `/api/v1/jobs/${String(id)}`)).body['state']).toBe('done');
    const { output_id } = (await author.send('GET', `/api/v1/jobs/${String(id)}`)).body;
    expect((await author.send('GET', `/api/v1/blobs/${String(output_id)}`)).body['data']).toMatchObject({ metadata: { method: expect.stringContaining('LexRank') as string } });
  });

  it('that has the seed’s two paths alone writes nothing on an instruction', async () => {
    const seeds = createServer((_request, reply) => void reply.writeHead(404).end('Not found')).listen(0, '127.0.0.1');
    await once(seeds, 'listening');
    const { port } = seeds.address() as AddressInfo;
    expect(await createAiService({ provider: 'built-in', service: { url: `http://127.0.0.1:${port}?key=1`, token: undefined } }).hasModel()).toBe(false);
    seeds.close();
  });

  it('says so where the token is not good there', async () => {
    const there = await start({});
    const ai = createAiService({ provider: 'built-in', service: { url: `${there.url}/api/v1/ai`, token: 'recto-worker-nonsense' } });
    await expect(ai.analyzeStyle('A text.')).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
