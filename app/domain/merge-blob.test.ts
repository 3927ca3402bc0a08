import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDataErrors, type Blob } from '#schemas/blob.ts';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import { emptyBlob } from '#processors/contract/emptied.ts';
import { hashParagraphs, splitParagraphs, textOf } from '#processors/contract/passages.ts';
import { contentOf, isSameBlob, mergeBlob } from './merge-blob.ts';

const draft = (content: string, more: Partial<Blob> = {}): Blob => ({
  id: 'blob-1',
  user_id: 'user-1',
  processor_id: 'user-input',
  schema_id: 'text-input-v2',
  data: { content },
  tags: [],
  conversation_id: 'chapter-1',
  version: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  deleted: false,
  ...more,
});

const at = (minute: number): Partial<Blob> => ({ version: minute, updated_at: `2026-01-01T00:0${minute}:00.000Z` });
const base = draft('The keeper climbed the stairs.');

describe('mergeBlob', () => {
  test('takes the words of both sides, one version further, at the later time', () => {
    const merged = mergeBlob(base, draft('The old keeper climbed the stairs.', at(2)), draft('The keeper climbed the stairs slowly.', at(3)));
    expect(merged.blob).toEqual(draft('The old keeper climbed the stairs slowly.', { version: 4, updated_at: '2026-01-01T00:03:00.000Z' }));
  });

  test('a merge that adds nothing to what the server has is what the server has', () => {
    const theirs = draft('The old keeper climbed the stairs slowly.', at(3));
    expect(mergeBlob(base, draft('The old keeper climbed the stairs slowly.', at(2)), theirs).blob).toBe(theirs);
    expect(mergeBlob(base, base, theirs).blob).toBe(theirs);
  });

  test('a paragraph that both sides added after different blank lines is the same text on either side', () => {
    const [mine, theirs] = [draft('\n\n rain', at(2)), draft('rain', at(3))];
    expect(mergeBlob(draft(''), mine, theirs).blob).toEqual(mergeBlob(draft(''), theirs, mine).blob);
  });

  test('words that one side deleted anew beat those that are gone for good; what nobody touched goes with them', () => {
    const words = draft(base.data['content'] as string, { ...at(5), deleted: true });
    const gone = emptyBlob({ ...words, ...at(7) });
    const anew = draft('The keeper ran.', { ...at(6), deleted: true });
    expect([mergeBlob(words, gone, anew).blob, mergeBlob(words, anew, gone).blob].map(({ data }) => data)).toEqual([anew.data, anew.data]);
    expect([mergeBlob(words, gone, words).blob, mergeBlob(words, words, gone).blob]).toEqual([gone, gone]);
  });

  test('an edit beats a delete; a delete beats what nobody changed', () => {
    const deleted = draft(base.data['content'] as string, { ...at(5), deleted: true });
    const edited = draft('The keeper ran up the stairs.', at(2));
    expect(mergeBlob(base, deleted, edited).blob).toMatchObject({ deleted: false, data: edited.data });
    expect(mergeBlob(base, edited, deleted).blob).toMatchObject({ deleted: false, data: edited.data, version: 6 });
    expect(mergeBlob(base, base, deleted).blob).toBe(deleted);
    expect(mergeBlob(null, edited, deleted).blob.deleted).toBe(false);
  });

  test('a book that was edited here and deleted there lives on with the chapters that either side had added', () => {
    const book = (title: string, chapters: string[], more: Partial<Blob> = {}): Blob =>
      draft('', { schema_id: 'book-v1', data: { title, author: 'A', chapters: chapters.map((id) => ({ id, title: id, draft_blob_id: `draft-${id}`, edition: 'draft' })) }, ...more });
    const before = book('Book', ['one', 'two']);
    const edited = book('The Book', ['two', 'three'], at(2));
    const deleted = book('Book', ['one', 'two', 'four'], { ...at(5), deleted: true, tags: ['deleted-with:blob-1'] });
    const expected = { deleted: false, tags: [], version: 6, data: { title: 'The Book', chapters: [{ id: 'two' }, { id: 'four' }, { id: 'three' }] } };
    expect(mergeBlob(before, edited, deleted).blob).toMatchObject(expected);
    expect(mergeBlob(before, deleted, edited).blob).toEqual(mergeBlob(before, edited, deleted).blob);
    expect(mergeBlob(before, edited, emptyBlob(deleted)).blob.data).toEqual(edited.data);
  });

  test('unknown fields and tags of both sides survive', () => {
    const mine = draft('The keeper climbed.', { ...at(2), tags: ['mine'], mood: 'dark' });
    const theirs = draft('The keeper climbed the stairs.', { ...at(3), tags: ['theirs'], data: { content: base.data['content'], style: 'creative', weather: 'rain' } });
    const { blob } = mergeBlob(base, mine, theirs);
    expect(blob).toMatchObject({ mood: 'dark', tags: ['mine', 'theirs'], data: { content: 'The keeper climbed.', style: 'creative', weather: 'rain' } });
  });

  test('what a processor made is taken from one side, whole', () => {
    const made = (words: string, more: Partial<Blob>): Blob => draft(words, { processor_id: 'text-expansion', ...more });
    const [older, newer] = [made('One.', at(2)), made('Two.', at(3))];
    expect(mergeBlob(made('Zero.', {}), older, newer).blob).toBe(newer);
    expect(mergeBlob(made('Zero.', {}), newer, older).blob).toBe(newer);
  });

  test('an older and a newer schema of a text meet in the newer', () => {
    const mine = draft('The old keeper climbed the stairs.', { ...at(2), schema_id: 'text-input-v1' });
    const { blob } = mergeBlob(draft(base.data['content'] as string, { schema_id: 'text-input-v1' }), mine, draft('The keeper climbed the stairs slowly.', at(3)));
    expect(blob).toMatchObject({ schema_id: 'text-input-v2', data: { content: 'The old keeper climbed the stairs slowly.' } });
  });

  test('an expansion that was edited on both sides: words of both, spans exact, what was kept stays kept', () => {
    const start = expansion(['One stood there.', 'Two stood there.', 'Three stood there.']);
    const mine = expansion(['One stood there, waiting.', 'Two stood there.', 'Three stood there.']);
    const theirs = expansion(['One stood there.', 'Two stood there.', 'Three stood there in the rain.']);
    theirs.passages![1] = { ...theirs.passages![1]!, kept: true };
    const wrap = (data: ExpandedTextV1, more: Partial<Blob> = {}): Blob => draft('', { schema_id: 'expanded-text-v1', data, ...more });
    const { blob, conflicts } = mergeBlob(wrap(start), wrap(mine, at(2)), wrap(theirs, at(3)));
    expect(conflicts).toBe(0);
    expect(findDataErrors('expanded-text-v1', blob.data)).toEqual([]);
    const data = blob.data as unknown as ExpandedTextV1;
    expect(data.passages!.map((passage) => textOf(data, passage))).toEqual(['One stood there, waiting.', 'Two stood there.', 'Three stood there in the rain.']);
    expect(data.passages!.map((passage) => passage.origin)).toEqual(['author', 'model', 'author']);
    expect(data.passages![1]!.kept).toBe(true);
    expect(mergeBlob(wrap(start), wrap(theirs, at(3)), wrap(mine, at(2))).blob).toEqual(blob);
  });

  test('random blobs: symmetric, valid where both sides are, and merged again nothing changes', () => {
    fc.assert(
      fc.property(randomBlob(1), randomBlob(2), randomBlob(3), (start, mine, theirs) => {
        const merged = mergeBlob(start, mine, theirs);
        const swapped = mergeBlob(start, theirs, mine);
        expect(swapped.blob).toEqual(merged.blob);
        expect(swapped.conflicts).toBe(merged.conflicts);
        expect(isSameBlob(mergeBlob(start, merged.blob, merged.blob).blob, merged.blob)).toBe(true);
        expect(contentOf(mergeBlob(theirs, merged.blob, theirs).blob)).toEqual(contentOf(merged.blob));
        expect(merged.blob.deleted ? [] : findDataErrors(merged.blob.schema_id, merged.blob.data)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

function expansion(passages: string[]): ExpandedTextV1 {
  const original = ['One.', 'Two.', 'Three.'];
  let start = 0;
  const expanded = passages.join('\n\n');
  return {
    original: original.join('\n\n'),
    expanded,
    expansion_ratio: expanded.length / original.join('\n\n').length,
    passages: passages.map((text, i) => {
      const span = { start, end: start + text.length };
      start = span.end + 2;
      return { source: { first: i, count: 1, hash: hashParagraphs(splitParagraphs(original[i]!)) }, span, origin: text.startsWith(['One', 'Two', 'Three'][i]!) && text.endsWith('there.') ? 'model' : 'author' };
    }),
  };
}

function randomBlob(version: number): fc.Arbitrary<Blob> {
  const words = fc.array(fc.constantFrom('rain', 'on', 'the', 'stairs', 'at', 'dusk', '\n\n'), { maxLength: 12 }).map((list) => list.join(' '));
  const chapters = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
  return fc
    .record({
      words,
      chapters,
      kind: fc.constantFrom('text-input-v2', 'note-v1', 'book-v1'),
      processor: fc.constantFrom('user-input', 'user-input', 'user-input', 'text-expansion'),
      deleted: fc.constantFrom(false, false, false, true),
      tags: fc.uniqueArray(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    })
    .map((plan) =>
      draft(plan.words, {
        ...at(version),
        schema_id: plan.kind,
        processor_id: plan.processor,
        deleted: plan.deleted,
        tags: plan.tags,
        data: plan.kind === 'book-v1' ? { title: plan.words, author: '', chapters: plan.chapters.map((id) => ({ id, title: plan.words, draft_blob_id: id, edition: 'draft' })) } : { content: plan.words },
      }),
    );
}
