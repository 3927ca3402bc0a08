import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CLAUDE, startScriptedAnthropicServer } from '#processors/ai-service/test-support/scripted-anthropic-server.ts';
import type { ScriptedServer } from '#processors/ai-service/test-support/scripted-model-server.ts';
import { MODEL, startScriptedOpenAiServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { startTestServer, type Caller, type TestServer } from '../test-support/test-server.ts';
import { listen } from '../test-support/test-socket.ts';

const KEY = 'sk-very-secret-of-one-author';
const DRAFT = 'The keeper climbed the stairs. Nobody had come since March.';

let ours: ScriptedServer;
let theirs: ScriptedServer;
let server: TestServer;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([startScriptedOpenAiServer(), startScriptedAnthropicServer()]);
  server = await startTestServer({ ai: { provider: 'openai-compatible', baseUrl: ours.url, model: MODEL, apiKey: 'sk-of-the-operator' } });
});
afterEach(() => {
  ours.requests.length = 0;
  theirs.requests.length = 0;
});
afterAll(async () => {
  await server.close();
  await Promise.all([ours.close(), theirs.close()]);
});

const account = (more: object = {}) => ({ provider: 'anthropic', base_url: theirs.url, model: CLAUDE, ...more });

/** Posts a draft of the seed's, which the cloud expands, and waits for the end of its job. */
async function expandDraft(author: Caller, content = DRAFT): Promise<Record<string, unknown>> {
  const { body } = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content } });
  return expect
    .poll(async () => {
      const jobs = (await author.send('GET', `/api/v1/jobs?blob_id=${String(body['id'])}`)).body['jobs'] as Record<string, unknown>[];
      return jobs.find(({ state }) => state === 'done' || state === 'dead');
    })
    .toBeDefined()
    .then(async () => ((await author.send('GET', `/api/v1/jobs?blob_id=${String(body['id'])}`)).body['jobs'] as Record<string, unknown>[])[0]!);
}

describe('a user’s text provider', () => {
  it('writes that user’s jobs with that user’s key, and nobody else’s', async () => {
    const [one, other] = await Promise.all([server.signUp(), server.signUp()]);
    expect((await one.send('GET', '/api/v1/ai/account')).status).toBe(404);
    const put = await one.send('PUT', '/api/v1/ai/account', account({ key: KEY, price: { input: 10_000, output: 20_000 }, monthly_budget: 1_000 }));
    expect(put).toMatchObject({ status: 200, body: { provider: 'anthropic', base_url: theirs.url, has_key: true, monthly_budget: 1_000, spent_this_month: 0 } });
    expect(await expandDraft(one)).toMatchObject({ state: 'done' });
    expect(theirs.requests[0]!.headers['x-api-key']).toBe(KEY);
    expect(ours.requests).toHaveLength(0);
    expect(await expandDraft(other)).toMatchObject({ state: 'done' });
    expect(ours.requests[0]!.headers['authorization']).toBe('Bearer sk-of-the-operator');
    expect(theirs.requests).toHaveLength(1);

    expect((await other.send('GET', '/api/v1/ai/account')).status).toBe(404);
    const { usage } = (await one.send('GET', '/api/v1/usage')).body as { usage: object[] };
    expect(usage).toEqual([{ month: expect.stringMatching(/^\d{4}-\d\d$/) as string, processor_id: 'text-expansion', provider: 'anthropic', model: CLAUDE, answers: 1, input_tokens: 100, output_tokens: 50, cost: 2 }]);
    expect((await other.send('GET', '/api/v1/usage')).body).toMatchObject({ usage: [{ provider: 'openai-compatible', cost: null }] });
    expect((await one.send('GET', '/api/v1/ai/account')).body['spent_this_month']).toBe(2);
    expect((await one.send('DELETE', '/api/v1/ai/account')).status).toBe(204);
    expect((await one.send('GET', '/api/v1/ai/account')).status).toBe(404);
  });

  it('stops at its month’s budget, and goes on when that is raised', async () => {
    const author = await server.signUp();
    await author.send('PUT', '/api/v1/ai/account', account({ key: KEY, price: { input: 10_000, output: 20_000 }, monthly_budget: 1 }));
    const dead = await expandDraft(author);
    expect(dead).toMatchObject({ state: 'dead', attempts: 1, error: { code: 'budget_exceeded' } });
    expect(theirs.requests).toHaveLength(0);
    expect((await author.send('PUT', '/api/v1/ai/account', account({ price: { input: 10_000, output: 20_000 }, monthly_budget: 100 }))).body['has_key']).toBe(true);
    await author.send('POST', `/api/v1/dead-letters/${String(dead['id'])}/replay`);
    await expect.poll(() => theirs.requests.length).toBe(1);
  });

  it('that counts beyond all numbers leaves what is added up readable', async () => {
    const author = await server.signUp();
    await author.send('PUT', '/api/v1/ai/account', account({ key: KEY, price: { input: 1e308, output: 1e308 } }));
    expect(await expandDraft(author)).toMatchObject({ state: 'done' });
    expect(await expandDraft(author, `${DRAFT} Once more.`)).toMatchObject({ state: 'done' });
    for (const path of ['/api/v1/ai/account', '/api/v1/usage']) expect((await author.send('GET', path)).status).toBe(200);
    expect((await author.send('GET', '/api/v1/ai/account')).body['spent_this_month']).toEqual(expect.any(Number));
  });

  it('takes its key along to no other address, and gives it up when told', async () => {
    const author = await server.signUp();
    const put = async (body: object) => (await author.send('PUT', '/api/v1/ai/account', body)).body['has_key'];
    expect(await put(account({ key: KEY }))).toBe(true);
    expect(await put(account({ base_url: `${theirs.url}/other` }))).toBe(true);
    expect(await put(account({ base_url: ours.url }))).toBe(false);
    expect(await put(account({ key: KEY }))).toBe(true);
    expect(await put(account({ key: null }))).toBe(false);
  });

  it.each([
    ['no address', { provider: 'openai-compatible', model: 'm' }],
    ['another protocol', { provider: 'openai-compatible', model: 'm', base_url: 'file:///etc/passwd' }],
    ['a name in its address', { provider: 'openai-compatible', model: 'm', base_url: 'http://me:secret@example.org/v1' }],
    ['a query in its address', { provider: 'openai-compatible', model: 'm', base_url: 'http://example.org/v1?x=' }],
    ['a key that would be a header of its own', { provider: 'anthropic', model: 'm', key: 'sk-a\r\nx-more: 1' }],
    ['a key that no header carries', { provider: 'anthropic', model: 'm', key: 'sk-“a”' }],
    ['a price without end', '{"provider":"anthropic","model":"m","price":{"input":1e309,"output":1}}'],
    ['a budget without end', '{"provider":"anthropic","model":"m","monthly_budget":1e309}'],
    ['an unknown provider', { provider: 'magic', model: 'm' }],
    ['a budget that nothing can be counted against', { provider: 'anthropic', model: 'm', monthly_budget: 5 }],
    ['a negative budget', { provider: 'anthropic', model: 'm', monthly_budget: -1 }],
  ])('is refused with %s', async (_what, body) => {
    const author = await server.signUp();
    expect(await author.send('PUT', '/api/v1/ai/account', body)).toMatchObject({ status: 422, body: { code: 'schema_violation', errors: expect.any(Array) as unknown[] } });
  });

  it('needs a session', async () => {
    for (const [method, path] of [['GET', 'ai/account'], ['PUT', 'ai/account'], ['DELETE', 'ai/account'], ['GET', 'usage'], ['POST', 'ai/analyze/style'], ['POST', 'ai/generate/expand'], ['POST', 'ai/generate/write']] as const) {
      expect((await server.anonymous.send(method, `/api/v1/${path}`, method === 'GET' || method === 'DELETE' ? undefined : {})).status).toBe(401);
    }
  });
});

describe('a key', () => {
  it('is in no log, event, blob, job, answer or problem, and sealed on the disk', async () => {
    const said: string[] = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        said.push(String(chunk));
        return true;
      });
    }
    const author = await server.signUp();
    const socket = await listen(server, author.session.access_token, { patterns: ['blob.*', 'processor.*'] });
    const put = await author.send('PUT', '/api/v1/ai/account', account({ key: KEY }));
    const bad = await author.send('PUT', '/api/v1/ai/account', { ...account({ key: KEY }), provider: 'magic' });
    await expandDraft(author);
    theirs.script({ kind: 'status', status: 401, body: JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: `bad key ${KEY}` } }) });
    const dead = await expandDraft(author, `${DRAFT} Nobody at all.`);
    expect(dead).toMatchObject({ state: 'dead', error: { code: 'provider_auth' } });
    const blobs = await author.send('GET', '/api/v1/blobs');
    const letters = await author.send('GET', '/api/v1/dead-letters');
    const shown = [put.text, bad.text, blobs.text, letters.text, JSON.stringify(socket.received), ...said, (await author.send('GET', '/api/v1/ai/account')).text];
    vi.restoreAllMocks();
    expect(shown.filter((text) => text.includes(KEY))).toEqual([]);
    expect(filesOf(server.dataDir).filter((path) => readFileSync(path).includes(KEY))).toEqual([]);
    expect(statSync(join(server.dataDir, 'ai.key')).mode & 0o777).toBe(0o600);
    expect((await author.send('GET', '/api/v1/ai/account')).body['has_key']).toBe(true);
    expect(socket.received.map(({ type }) => type)).toEqual(expect.arrayContaining(['blob.derived', 'processor.failed']));
    await socket.close();
  });

  it('is readable after a restart, and not with another server’s key file', async () => {
    const author = await server.signUp();
    await author.send('PUT', '/api/v1/ai/account', account({ key: KEY }));
    await server.restart();
    expect((await author.send('POST', '/api/v1/ai/generate/expand', { original: DRAFT })).status).toBe(200);
    expect(theirs.requests[0]!.headers['x-api-key']).toBe(KEY);
    writeFileSync(join(server.dataDir, 'ai.key'), randomBytes(32));
    await server.restart();
    expect(await author.send('POST', '/api/v1/ai/generate/expand', { original: DRAFT })).toMatchObject({ status: 422, body: { code: 'configuration', detail: expect.stringContaining('Give it again') as string } });
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('a server that others can reach', () => {
  it('opens its own network to nobody’s text provider, not by a name and not in a run', async () => {
    const guarded = await startTestServer({ aiAllowPrivate: false });
    const author = await guarded.signUp();
    for (const base_url of [theirs.url, 'http://localhost:1/v1', 'http://169.254.169.254/latest', 'http://[::ffff:10.0.0.1]/v1']) {
      expect(await author.send('PUT', '/api/v1/ai/account', account({ base_url, key: KEY }))).toMatchObject({ status: 422, body: { errors: [{ path: '/base_url' }] } });
    }
    expect((await author.send('PUT', '/api/v1/ai/account', account({ base_url: 'https://1.1.1.1/v1', key: KEY }))).status).toBe(200);
    await guarded.close();
  });
});

describe('ai-service', () => {
  it('analyzes a style, expands as the seed asks it to, and writes', async () => {
    const author = await server.signUp();
    const style = await author.send('POST', '/api/v1/ai/analyze/style', { text: DRAFT });
    expect(style).toMatchObject({ status: 200, body: { style: { tone: expect.any(String) as string, complexity: expect.any(Number) as number, detected_style: expect.any(String) as string } } });
    const expansion = await author.send('POST', '/api/v1/ai/generate/expand', { original: DRAFT, style: 'creative', context: { instruction: 'More RAIN.' } });
    expect(expansion).toMatchObject({ status: 200, body: { expanded: expect.stringContaining('The scripted model') as string, provider: 'openai-compatible', model: MODEL, input_tokens: 100, finish_reason: 'stop' } });
    expect(JSON.stringify(ours.requests[0]!.body)).toContain('RAIN');
    ours.writes(({ system }) => (system === 'Sum up.' ? 'A keeper waits.' : null));
    expect(await author.send('POST', '/api/v1/ai/generate/write', { instruction: 'Sum up.', text: DRAFT })).toMatchObject({ status: 200, body: { text: 'A keeper waits.', output_tokens: 50 } });
    ours.writes(() => null);
    await expect.poll(async () => (await author.send('GET', '/api/v1/usage')).body['usage']).toMatchObject([{ processor_id: 'ai-service', answers: 2 }]);
  });

  it('asked many times at once, spends a budget once', async () => {
    const author = await server.signUp();
    await author.send('PUT', '/api/v1/ai/account', account({ key: KEY, price: { input: 10_000, output: 20_000 }, monthly_budget: 25 }));
    // Each is expected to cost some ten, so that two are asked at a time.
    const asked = await Promise.all(Array.from({ length: 20 }, () => author.send('POST', '/api/v1/ai/generate/write', { instruction: 'Sum up.', text: DRAFT })));
    expect(theirs.requests.length).toBeGreaterThan(0);
    expect(theirs.requests.length).toBeLessThan(10);
    expect(asked.filter(({ body }) => body['code'] === 'budget_exceeded')).toHaveLength(20 - theirs.requests.length);
  });

  it('says what a provider did not do', async () => {
    const author = await server.signUp();
    ours.script({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    const busy = await author.send('POST', '/api/v1/ai/generate/expand', { original: DRAFT });
    expect(busy).toMatchObject({ status: 503, body: { code: 'provider_rate_limited' } });
    expect(busy.headers.get('retry-after')).toBe('7');
    expect((await author.send('POST', '/api/v1/ai/generate/expand', { original: 7 })).status).toBe(422);
    expect(await author.send('POST', '/api/v1/ai/generate/expand', { original: DRAFT, style: 'baroque' })).toMatchObject({ status: 422, body: { code: 'schema_violation', errors: [{ path: '/style' }] } });
    expect((await author.send('POST', '/api/v1/ai/analyze/style', {})).status).toBe(422);
  });
});
