import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExpandRequest } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import { createAiService } from './ai-service.ts';
import { MODEL, startScriptedOpenAiServer, type ScriptedAnswer, type ScriptedServer } from './test-support/scripted-openai-server.ts';

const DRAFT = 'The keeper climbed the stairs. Nobody had come since March.';
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedOpenAiServer();
});
afterEach(() => {
  server.requests.length = 0;
  vi.restoreAllMocks();
});
afterAll(() => server.close());

interface Wishes {
  settings?: Partial<AiSettings>;
  request?: Partial<ExpandRequest>;
  signal?: AbortSignal;
  onText?: (text: string) => void;
  stallMs?: number;
}

function expand({ settings, request, signal = new AbortController().signal, onText, stallMs }: Wishes = {}) {
  const ai = createAiService({ provider: 'openai-compatible', baseUrl: server.url, model: MODEL, apiKey: 'sk-secret', ...settings }, { ...(stallMs && { stallMs }) });
  return ai.expand({ original: DRAFT, ...request }, { signal, ...(onText && { onText }) });
}

describe('an expansion by a model', () => {
  it('is streamed, and comes with what is known of its making', async () => {
    const seen: string[] = [];
    const result = await expand({ settings: { temperature: 0.3 }, request: { seed: 7 }, onText: (text) => seen.push(text) });
    expect(result).toMatchObject({ provider: 'openai-compatible', model: MODEL, temperature: 0.3, inputTokens: 100, outputTokens: 50, finishReason: 'stop' });
    expect(result.text).toMatch(/^The keeper climbed the stairs\. The scripted model .* Nobody had come since March\. The scripted model/);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.every((text, index) => text.startsWith(seen[index - 1] ?? ''))).toBe(true);
    expect(seen.at(-1)).toBe(result.text);
    expect(server.requests[0]).toMatchObject({ path: '/v1/chat/completions', body: { stream: true, temperature: 0.3, seed: 7 }, headers: { authorization: 'Bearer sk-secret' } });
  });

  it('is asked for with the neighbours, the book’s notes, the style and the wish', async () => {
    await expand({ request: { before: 'It was BEFORE.', after: 'It was AFTER.', styleNotes: 'Dry NOTES.', instruction: 'More RAIN.', style: 'formal', language: 'en-GB' } });
    const [system, user] = server.requests[0]!.body.messages!.map(({ content }) => content);
    expect(system).toContain('Add no new named person or place');
    for (const part of ['BEFORE', 'AFTER', 'NOTES', 'RAIN', 'formal', 'en-GB', DRAFT]) expect(user).toContain(part);
    expect(user!.endsWith(`<passage>\n${DRAFT}\n</passage>`)).toBe(true);
  });

  it('leaves out far neighbours at paragraph ends when the model is small, and says so', async () => {
    const paragraphs = Array.from({ length: 80 }, (_, index) => `Paragraph number ${index} tells of rain over the harbour and of the gulls.`);
    const result = await expand({ settings: { contextTokens: 1_500 }, request: { before: paragraphs.join('\n\n'), after: paragraphs.join('\n\n') } });
    const user = server.requests[0]!.body.messages![1]!.content;
    const before = /<before>\n([\s\S]*?)\n<\/before>/.exec(user)![1]!;
    const after = /<after>\n([\s\S]*?)\n<\/after>/.exec(user)![1]!;
    expect(before.split('\n\n')).toEqual(paragraphs.slice(-before.split('\n\n').length));
    expect(after.split('\n\n')).toEqual(paragraphs.slice(0, after.split('\n\n').length));
    expect(user).toContain(DRAFT);
    expect(result.neighbours).toEqual({ given: 2 * paragraphs.join('\n\n').length, sent: before.length + after.length });
  });

  it('never cuts the passage: one that does not fit is not sent', async () => {
    await expect(expand({ settings: { contextTokens: 1_000 }, request: { original: DRAFT.repeat(40) } })).rejects.toMatchObject({ code: 'context_too_long' });
    expect(server.requests).toHaveLength(0);
  });

  it('is not used when the server read less than was sent', async () => {
    server.script({ kind: 'stream', promptTokens: 600 });
    await expect(expand({ settings: { contextTokens: 32_000 }, request: { original: DRAFT.repeat(120) } })).rejects.toMatchObject({ code: 'context_too_long' });
  });

  it('is cleaned of thinking, fences and announcements', async () => {
    const prose = `${DRAFT} It was cold.`;
    for (const text of [`<think>\nHm.\n</think>\n\n${prose}`, `\`\`\`markdown\n${prose}\n\`\`\``, `Here is the expanded passage:\n\n${prose}`, `Sure! Here it is:\n${prose}`]) {
      server.script({ kind: 'stream', text });
      expect((await expand()).text).toBe(prose);
    }
    server.script({ kind: 'stream', text: prose, reasoning: 'The user wants…' });
    expect((await expand()).text).toBe(prose);
  });

  it('shows nothing of a model’s thinking aloud while it is written', async () => {
    const seen: string[] = [];
    server.script({ kind: 'stream', text: `<think> The user wants this and that of me. </think> ${DRAFT} It was cold.` });
    await expand({ onText: (text) => seen.push(text) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.filter((text) => !`${DRAFT} It was cold.`.startsWith(text.trim()))).toEqual([]);
  });

  it('knows prose that sounds like a refusal or an announcement from one', async () => {
    const original = 'I’m sorry, but I can’t help you, wrote Anna. Here is why: the boat was gone.';
    server.script({ kind: 'stream', text: `${original} She put down the pen.` });
    expect((await expand({ request: { original } })).text).toBe(`${original} She put down the pen.`);
  });
});

describe('a provider that does not deliver', () => {
  const cases: [what: string, answer: ScriptedAnswer, expected: Record<string, unknown>][] = [
    ['cut at its length', { kind: 'stream', finish: 'length' }, { code: 'provider_truncated' }],
    ['ended without a reason', { kind: 'stream', finish: null }, { code: 'provider_truncated' }],
    ['reset in mid-stream', { kind: 'cut', text: 'The keeper climbed' }, { code: 'provider_truncated' }],
    ['reset before the first word', { kind: 'cut' }, { code: 'provider_unreachable' }],
    ['filtered', { kind: 'stream', finish: 'content_filter' }, { code: 'provider_refused' }],
    ['refused in a field of its own', { kind: 'stream', refusal: 'I can’t help with that.' }, { code: 'provider_refused' }],
    ['refused in words', { kind: 'stream', text: 'I’m sorry, but I can’t assist with that request.' }, { code: 'provider_refused' }],
    ['refused by its policy', { kind: 'status', status: 400, body: '{"error":{"message":"blocked","code":"content_policy_violation"}}' }, { code: 'provider_refused' }],
    ['refused the key', { kind: 'status', status: 401 }, { code: 'provider_auth' }],
    ['forbade', { kind: 'status', status: 403 }, { code: 'provider_auth' }],
    ['busy for 7 seconds', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, { code: 'provider_rate_limited', retryAfterMs: 7_000 }],
    ['busy until it says no when', { kind: 'status', status: 429 }, { code: 'provider_rate_limited', retryAfterMs: undefined }],
    ['without credit', { kind: 'status', status: 429, body: '{"error":{"code":"insufficient_quota"}}' }, { code: 'provider_auth' }],
    ['out of order', { kind: 'status', status: 500 }, { code: 'provider_failed' }],
    ['down for a while', { kind: 'status', status: 503, headers: { 'retry-after': '3' } }, { code: 'provider_failed', retryAfterMs: 3_000 }],
    ['without such a model', { kind: 'status', status: 404 }, { code: 'configuration' }],
    ['too small', { kind: 'status', status: 400, body: '{"error":{"message":"This model\'s maximum context length is 4096 tokens"}}' }, { code: 'context_too_long' }],
    ['a web page', { kind: 'raw', contentType: 'text/html', body: '<html><body>It works!</body></html>' }, { code: 'provider_nonsense' }],
    ['JSON of another kind', { kind: 'raw', contentType: 'application/json', body: '{"hello":"world"}' }, { code: 'provider_nonsense' }],
    ['a stream of nonsense', { kind: 'raw', contentType: 'text/event-stream', body: 'data: {"no": "choices"}\n\ndata: %%%\n\n' }, { code: 'provider_nonsense' }],
    ['empty', { kind: 'raw', contentType: 'text/event-stream', body: '' }, { code: 'provider_nonsense' }],
    ['an error in mid-stream', { kind: 'raw', contentType: 'text/event-stream', body: 'data: {"error":{"message":"CUDA out of memory"}}\n\n' }, { code: 'provider_failed' }],
    ['saying nothing', { kind: 'stream', text: '' }, { code: 'provider_nonsense' }],
    ['answering noise', { kind: 'stream', text: '\ufffd\u0001\ufffd '.repeat(40) }, { code: 'provider_nonsense' }],
    ['answering with a summary', { kind: 'stream', text: 'A keeper climbs.' }, { code: 'provider_nonsense' }],
    ['without an end', { kind: 'stream', text: 'and on it went '.repeat(2_000) }, { code: 'provider_nonsense' }],
  ];

  it.each(cases)('%s', async (_what, answer, expected) => {
    const log = vi.spyOn(console, 'error');
    server.script(answer);
    const error: unknown = await expand().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'RectoError', ...expected });
    expect((error as Error).message).not.toContain('sk-secret');
    expect(server.requests).toHaveLength(1);
    // The author's text and key are printed nowhere.
    expect(log).not.toHaveBeenCalled();
  });

  it('is given up when it stalls, at once or in mid-stream', async () => {
    for (const answer of [{ kind: 'stall' }, { kind: 'stall', text: 'The keeper' }] as const) {
      server.script(answer);
      await expect(expand({ stallMs: 150 })).rejects.toMatchObject({ code: 'processor_timeout' });
    }
    await Promise.all(server.requests.map(({ closed }) => closed));
  });

  it('is not listened to any longer when it does not come to an end', async () => {
    server.script({ kind: 'stream', text: 'and on it went '.repeat(200_000) });
    await expect(expand()).rejects.toMatchObject({ code: 'provider_nonsense' });
    await server.requests[0]!.closed;
  });

  it('is waited for while it shows that it lives', async () => {
    server.script({ kind: 'stream', keepAlive: 35, pauseMs: 100 });
    expect((await expand({ stallMs: 3_000 })).finishReason).toBe('stop');
  });

  it('can’t be reached: says where', async () => {
    const port = await freePort();
    const settings = { baseUrl: `http://127.0.0.1:${port}/v1` };
    await expect(expand({ settings })).rejects.toMatchObject({ code: 'provider_unreachable', message: expect.stringContaining(String(port)) as string });
  });

  it('does not follow it to another server, which would get the text', async () => {
    const other = await startScriptedOpenAiServer();
    server.script({ kind: 'status', status: 307, headers: { location: `${other.url}/chat/completions` } });
    await expect(expand()).rejects.toMatchObject({ code: 'provider_unreachable' });
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it.each([
    ['no address', { baseUrl: '' }],
    ['an address that is none', { baseUrl: 'ollama' }],
    ['another protocol', { baseUrl: 'file:///etc/passwd' }],
    ['no model', { model: '' }],
  ])('has %s in the settings', async (_what, settings) => {
    await expect(expand({ settings })).rejects.toMatchObject({ code: 'configuration' });
  });
});

describe('cancelling', () => {
  it('ends at once, in mid-stream, and closes the connection', async () => {
    const controller = new AbortController();
    server.script({ kind: 'stall', text: 'The keeper climbed' });
    const ended = expand({ signal: controller.signal, onText: () => controller.abort() });
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
    await server.requests[0]!.closed;
  });

  it('before the first word', async () => {
    const controller = new AbortController();
    server.script({ kind: 'stall' });
    const ended = expand({ signal: controller.signal });
    await Promise.all([expect(ended).rejects.toMatchObject({ code: 'cancelled' }), server.received(1).then(() => controller.abort())]);
    await server.requests[0]!.closed;
  });
});

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
