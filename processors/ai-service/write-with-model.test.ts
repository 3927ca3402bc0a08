import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRequest } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import { createAiService } from './ai-service.ts';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from './test-support/scripted-openai-server.ts';

const REQUEST: WriteRequest = { instruction: 'Sum the chapter up in one sentence.', text: 'The keeper climbed the stairs. Nobody had come since March.' };
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedOpenAiServer();
});
afterEach(() => {
  server.requests.length = 0;
  server.writes(() => null);
});
afterAll(() => server.close());

function write(request: Partial<WriteRequest> = {}, settings: Partial<AiSettings> = {}, onTokens?: (tokens: object) => void) {
  const ai = createAiService({ provider: 'openai-compatible', baseUrl: server.url, model: MODEL, ...settings }, { ...(onTokens && { onTokens }) });
  return ai.write({ ...REQUEST, ...request }, { signal: new AbortController().signal });
}

describe('a text on a processor’s own instruction', () => {
  it('is what the model wrote, with what is known of its making', async () => {
    server.writes(({ system, user }) => (system === REQUEST.instruction && user === REQUEST.text ? '<think>Hm.</think>A keeper waits.' : null));
    expect(await write({ maxOutputTokens: 200, seed: 3 }, { temperature: 0.2 })).toEqual({
      text: 'A keeper waits.', provider: 'openai-compatible', model: MODEL, temperature: 0.2, inputTokens: 100, outputTokens: 50, finishReason: 'stop',
    });
    expect(server.requests[0]!.body).toMatchObject({ max_tokens: 200, seed: 3, temperature: 0.2 });
  });

  it('is not used when it was cut off, refused or runs on', async () => {
    server.script({ kind: 'stream', text: 'A keeper', finish: 'length' }, { kind: 'stream', text: 'I’m sorry, but I can’t help with that.' }, { kind: 'stream', text: 'and on it went '.repeat(2_000) });
    await expect(write()).rejects.toMatchObject({ code: 'provider_truncated' });
    await expect(write()).rejects.toMatchObject({ code: 'provider_refused' });
    await expect(write({ maxOutputTokens: 100 })).rejects.toMatchObject({ code: 'provider_nonsense' });
  });

  it('is not asked for where the text does not fit the model', async () => {
    await expect(write({ text: REQUEST.text.repeat(100) }, { contextTokens: 2_000 })).rejects.toMatchObject({ code: 'context_too_long' });
    expect(server.requests).toHaveLength(0);
  });

  it('needs a model', async () => {
    expect(await createAiService({ provider: 'built-in' }).hasModel()).toBe(false);
    await expect(write({}, { provider: 'built-in' })).rejects.toMatchObject({ code: 'configuration' });
  });
});

describe('the tokens of an answer', () => {
  it('are told as the provider counted them, of an answer that is of no use too', async () => {
    const told: object[] = [];
    server.script({ kind: 'stream', text: 'A keeper waits.' }, { kind: 'stream', text: 'A keeper', finish: 'length' });
    await write({}, {}, (tokens) => told.push(tokens));
    await expect(write({}, {}, (tokens) => told.push(tokens))).rejects.toMatchObject({ code: 'provider_truncated' });
    expect(told).toEqual([{ inputTokens: 100, outputTokens: 50 }, { inputTokens: 100, outputTokens: 50 }]);
  });

  it('are counted here where the answer broke off, and there are none of one that never came', async () => {
    const told: { inputTokens: number; outputTokens: number }[] = [];
    server.script({ kind: 'cut', text: 'A keeper waits and waits.' }, { kind: 'status', status: 500 });
    await expect(write({}, {}, (tokens) => told.push(tokens as never))).rejects.toMatchObject({ code: 'provider_truncated' });
    await expect(write({}, {}, (tokens) => told.push(tokens as never))).rejects.toMatchObject({ code: 'provider_failed' });
    expect(told).toHaveLength(1);
    expect(told[0]!.inputTokens).toBeGreaterThan(15);
    expect(told[0]!.outputTokens).toBeGreaterThan(5);
  });
});
