import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AiSettings } from '../contract/runner.ts';
import { createAiService } from './ai-service.ts';
import { CLAUDE, startScriptedAnthropicServer } from './test-support/scripted-anthropic-server.ts';
import type { ScriptedAnswer, ScriptedServer } from './test-support/scripted-model-server.ts';

const DRAFT = 'The keeper climbed the stairs. Nobody had come since March.';
const KEY = 'sk-ant-secret';
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedAnthropicServer();
});
afterEach(() => {
  server.requests.length = 0;
  vi.restoreAllMocks();
});
afterAll(() => server.close());

interface Wishes {
  settings?: Partial<AiSettings>;
  signal?: AbortSignal;
  onText?: (text: string) => void;
  onTokens?: (tokens: object) => void;
  stallMs?: number;
}

const serviceOf = ({ settings, onTokens, stallMs }: Wishes) =>
  createAiService({ provider: 'anthropic', baseUrl: server.url, model: CLAUDE, apiKey: KEY, ...settings }, { ...(onTokens && { onTokens }), ...(stallMs && { stallMs }) });

function expand(wishes: Wishes = {}) {
  const { signal = new AbortController().signal, onText } = wishes;
  return serviceOf(wishes).expand({ original: DRAFT, seed: 7, instruction: 'More RAIN.' }, { signal, ...(onText && { onText }) });
}

describe('an expansion by Anthropic', () => {
  it('is streamed, and comes with what is known of its making', async () => {
    const seen: string[] = [];
    const told: object[] = [];
    const log = vi.spyOn(console, 'warn');
    const result = await expand({ onText: (text) => seen.push(text), onTokens: (tokens) => told.push(tokens) });
    expect(result).toMatchObject({ provider: 'anthropic', model: CLAUDE, temperature: 1, inputTokens: 100, outputTokens: 50, finishReason: 'stop' });
    expect(result.text).toMatch(/^The keeper climbed the stairs\. The scripted model .* Nobody had come since March\. The scripted model/);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe(result.text);
    expect(told).toEqual([{ inputTokens: 100, outputTokens: 50 }]);
    const [{ path, headers, body }] = server.requests as [(typeof server.requests)[0]];
    expect(path).toBe('/v1/messages');
    expect(headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-version': expect.any(String) as string, 'anthropic-dangerous-direct-browser-access': 'true' });
    expect(headers['authorization']).toBeUndefined();
    expect(body).toMatchObject({ stream: true, model: CLAUDE, max_tokens: expect.any(Number) as number });
    expect(JSON.stringify(body.system)).toContain('Add no new named person or place');
    expect(JSON.stringify(body.messages)).toContain('RAIN');
    expect(log).not.toHaveBeenCalled();
  });

  it('leaves out the model’s thinking', async () => {
    server.script({ kind: 'stream', text: `${DRAFT} It was cold.`, reasoning: 'The user wants…' });
    expect((await expand()).text).toBe(`${DRAFT} It was cold.`);
  });

  it('writes on a processor’s own instruction, within the room it gives', async () => {
    server.writes(({ system, user }) => (system === 'Sum up.' && user === DRAFT ? 'A keeper waits.' : null));
    const { text } = await serviceOf({}).write({ instruction: 'Sum up.', text: DRAFT, maxOutputTokens: 300 }, { signal: new AbortController().signal });
    expect(text).toBe('A keeper waits.');
    expect(server.requests[0]!.body.max_tokens).toBe(300);
    server.writes(() => null);
  });

  it('is asked for at Anthropic’s own address where the settings name none', async () => {
    const asked: string[] = [];
    const refuse: typeof fetch = async (input) => {
      asked.push(input instanceof Request ? input.url : String(input));
      return new Response('{}', { status: 401 });
    };
    const ai = createAiService({ provider: 'anthropic', model: CLAUDE, apiKey: KEY }, { fetch: refuse });
    await expect(ai.expand({ original: DRAFT }, { signal: new AbortController().signal })).rejects.toMatchObject({ code: 'provider_auth' });
    expect(asked).toEqual(['https://api.anthropic.com/v1/messages']);
  });

  it('is not asked for without a key', async () => {
    const ai = createAiService({ provider: 'anthropic', baseUrl: server.url, model: CLAUDE });
    await expect(ai.expand({ original: DRAFT }, { signal: new AbortController().signal })).rejects.toMatchObject({ code: 'provider_auth' });
    expect(server.requests).toHaveLength(0);
  });
});

const problem = (type: string, message: string): string => JSON.stringify({ type: 'error', error: { type, message } });

describe('Anthropic, where it does not deliver', () => {
  const cases: [what: string, answer: ScriptedAnswer, expected: Record<string, unknown>][] = [
    ['cut at its length', { kind: 'stream', finish: 'max_tokens' }, { code: 'provider_truncated' }],
    ['cut at the model’s window', { kind: 'stream', finish: 'model_context_window_exceeded' }, { code: 'provider_truncated' }],
    ['ended without a reason', { kind: 'stream', finish: null }, { code: 'provider_truncated' }],
    ['reset in mid-stream', { kind: 'cut', text: 'The keeper climbed' }, { code: 'provider_truncated' }],
    ['declined', { kind: 'stream', text: 'The keeper', finish: 'refusal' }, { code: 'provider_refused' }],
    ['refused in words', { kind: 'stream', text: 'I’m sorry, but I can’t assist with that request.' }, { code: 'provider_refused' }],
    ['refused the key', { kind: 'status', status: 401, body: problem('authentication_error', 'invalid x-api-key') }, { code: 'provider_auth' }],
    ['forbade', { kind: 'status', status: 403, body: problem('permission_error', 'no') }, { code: 'provider_auth' }],
    ['without credit', { kind: 'status', status: 400, body: problem('invalid_request_error', 'Your credit balance is too low to access the API.') }, { code: 'provider_auth' }],
    ['busy for 7 seconds', { kind: 'status', status: 429, headers: { 'retry-after': '7' }, body: problem('rate_limit_error', 'slow') }, { code: 'provider_rate_limited', retryAfterMs: 7_000 }],
    ['overloaded', { kind: 'status', status: 529, body: problem('overloaded_error', 'Overloaded') }, { code: 'provider_rate_limited' }],
    ['overloaded in mid-stream', { kind: 'raw', contentType: 'text/event-stream', body: `event: error\ndata: ${problem('overloaded_error', 'Overloaded')}\n\n` }, { code: 'provider_rate_limited' }],
    ['out of order in mid-stream', { kind: 'raw', contentType: 'text/event-stream', body: `event: error\ndata: ${problem('api_error', 'Internal server error')}\n\n` }, { code: 'provider_failed' }],
    ['out of order', { kind: 'status', status: 500, body: problem('api_error', 'x') }, { code: 'provider_failed' }],
    ['without such a model', { kind: 'status', status: 404, body: problem('not_found_error', 'model: x') }, { code: 'configuration' }],
    ['too small', { kind: 'status', status: 400, body: problem('invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum') }, { code: 'context_too_long' }],
    ['saying nothing', { kind: 'stream', text: '' }, { code: 'provider_nonsense' }],
    ['a web page', { kind: 'raw', contentType: 'text/html', body: '<html><body>It works!</body></html>' }, { code: 'provider_nonsense' }],
    ['answering with a summary', { kind: 'stream', text: 'A keeper climbs.' }, { code: 'provider_nonsense' }],
  ];

  it.each(cases)('%s', async (_what, answer, expected) => {
    const log = vi.spyOn(console, 'error');
    server.script(answer);
    const error: unknown = await expand().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'RectoError', ...expected });
    expect((error as Error).message).not.toContain(KEY);
    expect(server.requests).toHaveLength(1);
    expect(log).not.toHaveBeenCalled();
  });

  it('is given up when it stalls, and cancelled at once', async () => {
    server.script({ kind: 'stall', text: 'The keeper' }, { kind: 'stall', text: 'The keeper climbed' });
    await expect(expand({ stallMs: 150 })).rejects.toMatchObject({ code: 'processor_timeout' });
    const controller = new AbortController();
    await expect(expand({ signal: controller.signal, onText: () => controller.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    await Promise.all(server.requests.map(({ closed }) => closed));
  });

  it('is not followed to another server', async () => {
    const other = await startScriptedAnthropicServer();
    server.script({ kind: 'status', status: 307, headers: { location: `${other.url}/messages` } });
    await expect(expand()).rejects.toMatchObject({ code: 'provider_unreachable' });
    expect(other.requests).toEqual([]);
    await other.close();
  });
});
