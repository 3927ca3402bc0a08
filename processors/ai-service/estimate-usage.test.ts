import { readFileSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import { textExpansion } from '../text-expansion/text-expansion.ts';
import { makeBlob } from '../workflow/test-support/make-context.ts';
import { createAiService } from './ai-service.ts';
import { loadTokenCounter } from './count-tokens.ts';
import { addEstimates, estimateExpansion, GROWTH, type ChapterToExpand } from './estimate-usage.ts';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from './test-support/scripted-openai-server.ts';

const PRICE = { input: 3, output: 15 };
const letter = readFileSync(new URL('../../manuscripts/frankenstein/001.md', import.meta.url), 'utf8');
const chapter: ChapterToExpand = { draft: letter, base: null, styleNotes: 'Slow, in the first person.', instruction: 'More ice.' };
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedOpenAiServer({ countTokens: (text) => countTokens(text) });
  // A model that does what the prompt asks for.
  server.writes(({ user }) => {
    const passage = /<passage>\n([\s\S]*)\n<\/passage>$/.exec(user)![1]!;
    return passage.repeat(Math.ceil(GROWTH)).slice(0, Math.ceil(passage.length * GROWTH));
  });
});
afterAll(() => server.close());

const settings = { provider: 'openai-compatible', price: PRICE } as const;

async function expandLetter() {
  const total = { inputTokens: 0, outputTokens: 0 };
  const ai = createAiService({ ...settings, baseUrl: server.url, model: MODEL, contextTokens: 32_000 }, {
    onTokens({ inputTokens, outputTokens }) {
      total.inputTokens += inputTokens;
      total.outputTokens += outputTokens;
    },
  });
  const config = { style_notes: chapter.styleNotes, instruction: chapter.instruction };
  const { data } = await textExpansion.run({
    blob: makeBlob({ content: letter }, { schema_id: 'text-input-v2' }),
    config, ai, signal: new AbortController().signal, reportProgress() {}, readBlob: async () => null, now: () => 0,
  });
  return { total, data: data as unknown as ExpandedTextV1 };
}

describe('what an expansion will take', () => {
  it('is near what the model server then counts, and never much below it', async () => {
    const estimate = estimateExpansion(chapter, settings, await loadTokenCounter());
    const { total, data } = await expandLetter();
    expect(estimate.passages).toBe(server.requests.length);
    for (const [estimated, counted] of [[estimate.inputTokens, total.inputTokens], [estimate.outputTokens, total.outputTokens]] as const) {
      expect(estimated / counted).toBeGreaterThan(0.95);
      expect(estimated / counted).toBeLessThan(1.4);
    }
    expect(estimate.cost).toBeCloseTo((estimate.inputTokens * 3 + estimate.outputTokens * 15) / 1_000_000, 10);
    // What is grown already is not asked for again, unless it is wished.
    expect(estimateExpansion({ ...chapter, base: data }, settings, await loadTokenCounter())).toEqual({ passages: 0, inputTokens: 0, outputTokens: 0, cost: 0 });
    expect(estimateExpansion({ ...chapter, base: data, onlyPassages: [2], again: true }, settings, await loadTokenCounter()).passages).toBe(1);
  });

  it('has no cost where no price is set, and none at all with what is built in', async () => {
    const count = await loadTokenCounter();
    const unpriced = estimateExpansion(chapter, { provider: 'anthropic' }, count);
    expect(unpriced.cost).toBeNull();
    expect(unpriced.inputTokens).toBeGreaterThan(0);
    const builtIn = estimateExpansion(chapter, { provider: 'built-in' }, count);
    expect(builtIn).toMatchObject({ inputTokens: 0, outputTokens: 0, cost: 0 });
    expect(addEstimates([unpriced, builtIn]).cost).toBeNull();
    expect(addEstimates([])).toEqual({ passages: 0, inputTokens: 0, outputTokens: 0, cost: 0 });
  });
});
