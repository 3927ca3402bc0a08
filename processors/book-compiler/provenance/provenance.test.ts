import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ExpandedTextV1, Passage } from '#schemas/generated/types.ts';
import type { WordOrigin } from '../../contract/manuscript.ts';
import { assemblePassages, type PassageText } from '../../contract/assemble-passages.ts';
import { applyExpansionEdit } from '../../contract/passage-edits.ts';
import { hashParagraphs, splitParagraphs } from '../../contract/passages.ts';
import { compileManuscript } from '../compile-manuscript.ts';
import { knownChapters } from '../test-support/random-manuscript.ts';
import { makeManuscript, quietly } from '../test-support/real-books.ts';
import { apportion } from '../../contract/apportion.ts';
import { readChapterText } from './read-chapter-text.ts';

const DRAFT = ['The keeper climbed the stairs.', 'Nobody had come since March.', 'The lamp was cold.'];
const GROWN = [
  'The keeper climbed the stairs at dusk, one hand on the cold rail and the other on his lantern.\n\nBelow him the sea went on with its long argument against the rocks.',
  'Nobody had come since March, when the supply boat left two sacks of flour and an old newspaper behind.',
  'The lamp was cold.',
];

const makeBlob = (id: string, data: ExpandedTextV1, more: Partial<Blob> = {}): Blob & Blob<'expanded-text-v1'> => ({
  id, user_id: 'local', processor_id: 'text-expansion', schema_id: 'expanded-text-v1', data, tags: [], version: 1, created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', deleted: false, ...more,
}) as Blob & Blob<'expanded-text-v1'>;

/** What a model made of the draft, a passage a paragraph. */
function grow(origins: Passage['origin'][] = ['model', 'model', 'draft']): ExpandedTextV1 {
  const parts = GROWN.map((text, index): PassageText => ({ text, source: { first: index, count: 1, hash: hashParagraphs([{ text: DRAFT[index]! }]) }, origin: origins[index]!, model: 'gpt-x' }));
  const original = DRAFT.join('\n\n');
  return { original, ...assemblePassages(parts), expansion_ratio: 2 };
}

async function trace(blob: Blob, others: Blob[] = []): Promise<{ paragraphs: WordOrigin[]; models: readonly string[] }> {
  const text = await readChapterText(blob, async (id) => others.find((other) => other.id === id) ?? null);
  const runs = text!.provenance!.runs;
  expect(runs.at(-1)?.end).toBe(text!.markdown.length);
  return { paragraphs: splitParagraphs(text!.markdown).map(({ start }) => runs.find(({ end }) => end > start)!.origin), models: text!.provenance!.models };
}

describe('how an expansion came about', () => {
  const grown = makeBlob('e1', grow());
  const edit = (change: (text: string) => string, more: Partial<Blob> = {}): Blob => makeBlob('u1', applyExpansionEdit(grown.data, change(grown.data.expanded)), { processor_id: 'user-input', parent_id: 'e1', ...more });

  it('is a model’s, but for what stands in the draft', async () => {
    expect(await trace(grown)).toEqual({ paragraphs: ['model', 'model', 'model', 'author'], models: ['gpt-x'] });
  });

  it('tells the paragraph that its author changed from the one beside it that they left', async () => {
    const edited = edit((text) => text.replace('its long argument', 'its old quarrel'));
    expect(edited.data).toMatchObject({ passages: [{ origin: 'author' }, { origin: 'model' }, { origin: 'draft' }] });
    expect(await trace(edited, [grown])).toEqual({ paragraphs: ['model', 'model_edited', 'model', 'author'], models: ['gpt-x'] });
  });

  it('is the author’s where they wrote a paragraph anew, put one in, or took their draft’s words back', async () => {
    const own = 'I remember nothing of that winter except the smell of paraffin and of wet wool.';
    expect((await trace(edit((text) => text.replace(/Below him.*/, own)), [grown])).paragraphs).toEqual(['model', 'author', 'model', 'author']);
    expect((await trace(edit((text) => `${text}\n\n${own}`), [grown])).paragraphs).toEqual(['model', 'model', 'model', 'author', 'author']);
    expect((await trace(edit((text) => text.replace(GROWN[1]!, DRAFT[1]!)), [grown])).paragraphs).toEqual(['model', 'model', 'author', 'author']);
  });

  it('stays a model’s where its author moved it, and is edited where they joined two', async () => {
    const [first, second] = GROWN[0]!.split('\n\n');
    expect((await trace(edit((text) => text.replace(GROWN[0]!, `${second}\n\n${first}`)), [grown])).paragraphs.slice(0, 2)).toEqual(['model', 'model']);
    expect((await trace(edit((text) => text.replace(GROWN[0]!, `${first} ${second}`)), [grown])).paragraphs[0]).toBe('model_edited');
  });

  it('follows what a later run carried on to what was there before', async () => {
    const edited = edit((text) => text.replace('its long argument', 'its old quarrel'));
    const again = makeBlob('e2', { ...(edited.data as unknown as ExpandedTextV1), metadata: { based_on: 'u1' } });
    expect((await trace(again, [edited, grown])).paragraphs).toEqual(['model', 'model_edited', 'model', 'author']);
  });

  it('counts as edited where what the model wrote is gone', async () => {
    const edited = edit((text) => text.replace('its long argument', 'its old quarrel'));
    expect((await trace(edited)).paragraphs).toEqual(['model_edited', 'model_edited', 'model', 'author']);
    const forbidden = readChapterText(edited, () => Promise.reject(new RectoError('forbidden', 'Not for this worker.')));
    expect((await forbidden)?.provenance?.runs[0]?.origin).toBe('model_edited');
    await expect(readChapterText(edited, () => Promise.reject(new RectoError('network', 'Gone.')))).rejects.toMatchObject({ code: 'network' });
  });

  it('is a model’s where a foreign processor says nothing of passages, and edited where a person sent it', async () => {
    const untold = { ...grow(), passages: [], metadata: { model: 'none', provider: 'built-in' } };
    expect(await trace(makeBlob('e3', untold))).toEqual({ paragraphs: ['model', 'model', 'model', 'author'], models: ['built-in'] });
    expect((await trace(makeBlob('e4', { ...untold, expanded: 'A hand of my own.' }, { processor_id: 'user-input' }))).paragraphs).toEqual(['model_edited']);
  });

  it('is compared character by character where a script has no spaces', async () => {
    const [was, is] = ['他慢慢地走上灯塔的楼梯，一只手扶着冰冷的栏杆。', '他慢慢地走上灯塔的台阶，一只手扶着冰冷的栏杆。'];
    const chinese = makeBlob('e1', { original: '他走上楼梯。', ...assemblePassages([{ text: was, source: { first: 0, count: 1, hash: hashParagraphs([{ text: '他走上楼梯。' }]) }, origin: 'model' }]), expansion_ratio: 3 });
    const edited = makeBlob('u1', applyExpansionEdit(chinese.data, is), { processor_id: 'user-input', parent_id: 'e1' });
    expect((await trace(edited, [chinese])).paragraphs).toEqual(['model_edited']);
  });
});

it('shares a number out so that the parts are its sum', () => {
  expect([apportion(100, [1, 1, 1]), apportion(7, [0, 0]), apportion(10, [0, 3, 0])]).toEqual([[34, 33, 33], [7, 0], [0, 10, 0]]);
  fc.assert(fc.property(fc.nat(1e6), fc.array(fc.nat(1e6), { minLength: 1, maxLength: 5 }), (total, weights) => {
    const parts = apportion(total, weights);
    expect(parts.reduce((a, b) => a + b)).toBe(total);
    expect(parts.every((part, index) => part >= 0 && (weights[index]! > 0 || part === 0 || weights.every((weight) => weight === 0)))).toBe(true);
  }));
});

it('adds up to a chapter’s words and to the book’s, whatever its Markdown and wherever its authors change', async () => {
  const origin = fc.constantFrom<WordOrigin>('author', 'model_edited', 'model');
  await fc.assert(
    fc.asyncProperty(knownChapters, fc.array(fc.array(origin, { minLength: 1, maxLength: 8 }), { minLength: 4, maxLength: 4 }), async (chapters, origins) => {
      const book = makeManuscript(chapters);
      const told = book.chapters.map((chapter, index) => {
        const runs = splitParagraphs(chapter.markdown).map(({ end }, at) => ({ end, origin: origins[index]![at % origins[index]!.length]! }));
        return { ...chapter, provenance: { runs, models: ['m'] } };
      });
      const { manifest } = await compileManuscript({ ...book, chapters: told }, 'text', quietly());
      for (const chapter of manifest.chapters) expect(chapter.origin!.author + chapter.origin!.model_edited + chapter.origin!.model).toBe(chapter.words);
      const { author, model_edited, model } = manifest.origin!;
      expect(author + model_edited + model).toBe(manifest.words_out);
    }),
    { numRuns: 60 },
  );
});

it('counts each author’s own words where no mark reaches from one to the next', async () => {
  const markdown = '# Dusk\n\nOne *two* three.\n\n> four [five](https://example.org) six\n\n- seven\n- eight';
  const end = (text: string): number => markdown.indexOf(text) + text.length;
  const runs = [{ end: end('three.'), origin: 'author' as const }, { end: end('six'), origin: 'model' as const }, { end: markdown.length, origin: 'model_edited' as const }];
  const book = makeManuscript([{ title: 'Dusk', markdown }]);
  const { manifest } = await compileManuscript({ ...book, chapters: [{ ...book.chapters[0]!, provenance: { runs, models: ['m'] } }] }, 'html', quietly());
  expect(manifest.chapters[0]).toMatchObject({ words: 8, origin: { author: 3, model: 3, model_edited: 2, models: ['m'] } });
});
