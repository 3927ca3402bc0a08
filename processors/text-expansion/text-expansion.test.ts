import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findDataErrors, type Blob } from '#schemas/blob.ts';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import { createAiService } from '../ai-service/ai-service.ts';
import { applyExpansionEdit, keepPassage } from '../contract/passage-edits.ts';
import { alignPassages, passagesOf, textOf } from '../contract/passages.ts';
import type { ProcessorContext, Progress } from '../contract/processor.ts';
import { textExpansion } from './text-expansion.ts';

const CHAPTER = new URL('../../manuscripts/frankenstein/012.md', import.meta.url);
const DRAFT = [
  '# The light',
  'The keeper climbed the lighthouse stairs at dusk. He carried the oil in one hand and the letter in the other, and he counted the steps because his father had counted them, and because the number was always the same.',
  'Nobody had come since March. The boat had been seen twice from the gallery, far out, and each time it had gone on north with its sail full, as if the island were only a mark on a chart and nobody lived there at all.',
  '* * *',
  'At midnight the wind got up. He wound the clock that turned the lamp, trimmed the wick, wiped the glass, and sat down with his back to the warm brass to read the letter again from the beginning.',
].join('\n\n');

interface Run {
  draft: string;
  base?: ExpandedTextV1;
  config?: Record<string, unknown>;
  overrides?: Partial<ProcessorContext>;
}

function blobOf(schemaId: string, data: Record<string, unknown>, id = 'draft'): Blob {
  const at = '2026-01-01T00:00:00.000Z';
  return { id, user_id: 'local', processor_id: 'user-input', schema_id: schemaId, data, tags: [], version: 7, created_at: at, updated_at: at, deleted: false };
}

async function run({ draft, base, config, overrides }: Run): Promise<{ data: ExpandedTextV1; reported: Progress[] }> {
  const reported: Progress[] = [];
  const output = await textExpansion.run({
    blob: blobOf('text-input-v2', { content: draft }),
    config: { ...config, ...(base && { based_on: 'base' }) },
    signal: new AbortController().signal,
    reportProgress: (progress) => reported.push(progress),
    readBlob: async (id) => (id === 'base' && base ? blobOf('expanded-text-v1', { ...base }, id) : null),
    ai: createAiService({ provider: 'built-in' }),
    now: () => 0,
    ...overrides,
  });
  expect(output.schema_id).toBe('expanded-text-v1');
  expect(findDataErrors('expanded-text-v1', output.data)).toEqual([]);
  return { data: output.data as unknown as ExpandedTextV1, reported };
}

const states = (draft: string, data: ExpandedTextV1): string[] => alignPassages(draft, data).map(({ state }) => state);
const texts = (data: ExpandedTextV1): string[] => passagesOf(data).map((passage) => textOf(data, passage));

const usedBy = (data: ExpandedTextV1): string[] => (data.metadata?.['used_details'] ?? []) as string[];

describe('expanding a chapter', () => {
  it('leaves footnotes as they stand, and what refers to them in its place', async () => {
    const note = '[^1]: Of the lamp.\n\n    For thirty years.';
    const draft = `${DRAFT.replace('stairs', 'stairs[^1]')}\n\n${note}\n\nNobody came.`;
    const { data } = await run({ draft, config: { seed: 4 } });
    expect(texts(data).at(-2)).toBe(note);
    expect(data.expanded.match(/stairs\[\^1\]/g)).toHaveLength(1);
  });

  it('grows each passage, leaves headings and scene breaks as they stand, and says how', async () => {
    const { data, reported } = await run({ draft: DRAFT, config: { seed: 4 } });
    expect(states(DRAFT, data)).toEqual(['fresh', 'fresh', 'fresh', 'fresh', 'fresh']);
    expect(passagesOf(data).map(({ origin }) => origin)).toEqual(['draft', 'model', 'model', 'draft', 'model']);
    expect(texts(data).join('\n\n')).toBe(data.expanded);
    expect(data.expansion_ratio).toBeCloseTo(data.expanded.length / DRAFT.length, 10);
    expect(data.metadata).toMatchObject({ provider: 'built-in', model: 'none', finish_reason: 'stop', source_version: 7, seed: 4, input_tokens: 0, output_tokens: 0 });
    expect(reported.filter(({ total }) => total === 3).map(({ done }) => done)).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect(reported.some(({ partial }) => partial?.passage === 4)).toBe(true);
  });

  it('gives the same bytes for the same text, style and seed, and others for another seed', async () => {
    const [once, again, other] = await Promise.all([3, 3, 4].map((seed) => run({ draft: DRAFT, config: { seed } })));
    expect(once?.data.expanded).toBe(again?.data.expanded);
    expect(once?.data.expanded).not.toBe(other?.data.expanded);
  });

  it('grows a changed paragraph’s passage again, and no other', async () => {
    const { data: base } = await run({ draft: DRAFT });
    const now = DRAFT.replace('Nobody had come since March.', 'Nobody had come since the thaw.');
    expect(states(now, base)).toEqual(['fresh', 'fresh', 'stale', 'fresh', 'fresh']);
    const { data, reported } = await run({ draft: now, base });
    expect(states(now, data)).toEqual(['fresh', 'fresh', 'fresh', 'fresh', 'fresh']);
    expect(texts(data).toSpliced(2, 1)).toEqual(texts(base).toSpliced(2, 1));
    expect(texts(data)[2]).toContain('since the thaw.');
    expect(reported.filter(({ total }) => total > 0).at(-1)).toMatchObject({ done: 1, total: 1 });
    expect(data.metadata?.based_on).toBe('base');
  });

  it('never touches what the author edited or kept, even when asked to grow all again', async () => {
    const { data: grown } = await run({ draft: DRAFT });
    const edited = applyExpansionEdit(grown, grown.expanded.replace('The keeper climbed', 'By hand: the keeper climbed'));
    const base = keepPassage(edited, 2, DRAFT);
    const now = DRAFT.replaceAll('the letter', 'the parcel').replace('since March', 'since April');
    const { data } = await run({ draft: now, base, config: { again: true } });
    expect(texts(data).slice(1, 3)).toEqual(texts(base).slice(1, 3));
    expect(states(now, data)).toEqual(['fresh', 'edited-stale', 'stale', 'fresh', 'fresh']);
    expect(texts(data)[4]).toContain('to read the parcel again');
  });

  it('grows only the passages asked for; the others stand as the draft has them', async () => {
    const { data } = await run({ draft: DRAFT, config: { only_passages: [2] } });
    expect(states(DRAFT, data)).toEqual(['fresh', 'draft', 'fresh', 'fresh', 'draft']);
    const { data: next } = await run({ draft: DRAFT, base: data, config: { only_passages: [4] } });
    expect(states(DRAFT, next)).toEqual(['fresh', 'draft', 'fresh', 'fresh', 'fresh']);
    expect(texts(next)[2]).toBe(texts(data)[2]);
  });

  it('moves an author’s passage with its paragraph', async () => {
    const blocks = DRAFT.split('\n\n');
    const { data: grown } = await run({ draft: DRAFT });
    const base = applyExpansionEdit(grown, grown.expanded.replace('At midnight', 'By hand: at midnight'));
    const now = [blocks[0], blocks[4], blocks[1], blocks[2], blocks[3]].join('\n\n');
    const { data } = await run({ draft: now, base });
    expect(texts(data)).toEqual([0, 4, 1, 2, 3].map((at) => texts(base)[at]));
    expect(states(now, data)).toEqual(['fresh', 'edited', 'fresh', 'fresh', 'fresh']);
  });

  it('gives up the passage of a paragraph that was struck out, but not the author’s', async () => {
    const { data: base } = await run({ draft: DRAFT });
    const now = DRAFT.split('\n\n').toSpliced(2, 1).join('\n\n');
    expect(texts((await run({ draft: now, base })).data)).toEqual(texts(base).toSpliced(2, 1));
    const edited = applyExpansionEdit(base, base.expanded.replace('Nobody had come', 'By hand: nobody had come'));
    expect(texts((await run({ draft: now, base: edited })).data)).toEqual(texts(edited));
  });

  it('uses no detail twice in a chapter, nor any that other chapters have used', async () => {
    const draft = readFileSync(CHAPTER, 'utf8');
    const { data: before } = await run({ draft });
    const used = usedBy(before);
    expect(new Set(used).size).toBe(used.length);
    const { data } = await run({ draft: DRAFT, config: { used_details: used } });
    expect(usedBy(data).filter((id) => used.includes(id))).toEqual([]);
  });

  it('fails as a whole when a passage fails, and on what it cannot use', async () => {
    const ai = createAiService({ provider: 'built-in' });
    let calls = 0;
    const failing = { ...ai, expand: (async (request, options) => (++calls === 2 ? Promise.reject(new Error('cut off')) : ai.expand(request, options))) satisfies typeof ai.expand };
    await expect(run({ draft: DRAFT, overrides: { ai: failing } })).rejects.toThrow('cut off');
    await expect(run({ draft: ' \n' })).rejects.toMatchObject({ code: 'input_invalid' });
    await expect(run({ draft: DRAFT, config: { based_on: 'gone' } })).rejects.toMatchObject({ code: 'input_invalid' });
    await expect(run({ draft: DRAFT, config: { only_passages: ['x'] } })).rejects.toMatchObject({ code: 'input_invalid' });
    await expect(run({ draft: DRAFT, overrides: { signal: AbortSignal.abort(new Error('stopped')) } })).rejects.toThrow('stopped');
  });
});
