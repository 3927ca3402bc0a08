import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AiService } from '../contract/processor.ts';
import type { AiSettings } from '../contract/runner.ts';
import { analyzeStyle } from './analyze-style.ts';
import type { AnswerTokens } from './ask-model.ts';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from './test-support/scripted-openai-server.ts';

export interface AiServiceSetup {
  /** ai-service with the provider of these settings. */
  create(settings: AiSettings, onTokens: (tokens: AnswerTokens) => void): Promise<AiService>;
}

const DRAFT = 'The keeper climbed the stairs. Nobody had come since March.';

/** What ai-service does wherever it is. */
export function runAiServiceAcceptance(name: string, { create }: AiServiceSetup): void {
  describe(`ai-service: ${name}`, () => {
    let server: ScriptedServer;
    let ai: AiService;
    let told: AnswerTokens[];
    const call = () => ({ signal: new AbortController().signal });

    beforeAll(async () => {
      server = await startScriptedOpenAiServer();
      told = [];
      ai = await create({ provider: 'openai-compatible', baseUrl: server.url, model: MODEL, apiKey: 'k' }, (tokens) => told.push(tokens));
    });
    beforeEach(() => {
      server.requests.length = 0;
      told.length = 0;
    });
    afterAll(() => server.close());

    it('computes the style of a text with no model', async () => {
      expect(await ai.analyzeStyle(DRAFT)).toEqual(analyzeStyle(DRAFT));
      expect(server.requests).toHaveLength(0);
    });

    it('has a passage written out as it is wished', async () => {
      const seen: string[] = [];
      const request = { original: DRAFT, style: 'formal', before: 'BEFORE it.', after: 'AFTER it.', styleNotes: 'Dry NOTES.', instruction: 'More RAIN.', language: 'en-GB', seed: 7 } as const;
      const result = await ai.expand(request, { ...call(), onText: (text) => seen.push(text) });
      expect(result).toMatchObject({ provider: 'openai-compatible', model: MODEL, temperature: 1, inputTokens: 100, outputTokens: 50, finishReason: 'stop' });
      expect(result.text).toMatch(/^The keeper climbed the stairs\. The scripted model/);
      expect(seen.at(-1)).toBe(result.text);
      const asked = JSON.stringify(server.requests[0]!.body);
      for (const part of ['BEFORE', 'AFTER', 'NOTES', 'RAIN', 'formal', 'en-GB', DRAFT]) expect(asked).toContain(part);
      expect(server.requests[0]!.body.seed).toBe(7);
      expect(told).toMatchObject([{ inputTokens: 100, outputTokens: 50 }]);
    });

    it('has a text written on an instruction', async () => {
      server.writes(({ system, user }) => (system === 'Sum up.' && user === DRAFT ? 'A keeper waits.' : null));
      expect(await ai.hasModel()).toBe(true);
      expect(await ai.write({ instruction: 'Sum up.', text: DRAFT, maxOutputTokens: 300, seed: 2 }, call())).toMatchObject({ text: 'A keeper waits.', model: MODEL, outputTokens: 50 });
      expect(server.requests[0]!.body).toMatchObject({ max_tokens: 300, seed: 2 });
      server.writes(() => null);
    });

    it('says what the provider did not do, and when to try again', async () => {
      server.script({ kind: 'status', status: 429, headers: { 'retry-after': '7' } }, { kind: 'stream', finish: 'length' }, { kind: 'status', status: 401 });
      await expect(ai.expand({ original: DRAFT }, call())).rejects.toMatchObject({ code: 'provider_rate_limited', retryAfterMs: 7_000 });
      await expect(ai.expand({ original: DRAFT }, call())).rejects.toMatchObject({ code: 'provider_truncated' });
      await expect(ai.write({ instruction: 'x', text: 'y' }, call())).rejects.toMatchObject({ code: 'provider_auth' });
    });

    it('ends at once when it is cancelled, and so does the provider', async () => {
      const controller = new AbortController();
      server.script({ kind: 'stall', text: 'The keeper' });
      const ended = ai.expand({ original: DRAFT }, { signal: controller.signal });
      await Promise.all([expect(ended).rejects.toMatchObject({ code: 'cancelled' }), server.received(1).then(() => controller.abort())]);
      await server.requests[0]!.closed;
    });
  });
}
