import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Blob } from '#schemas/blob.ts';
import { findDataErrors } from '#schemas/blob.ts';
import type { Processor, ProcessorContext, ProcessorOutput, Progress } from '../contract/processor.ts';
import { toBase64 } from '../contract/base64.ts';
import { bookCompiler } from './book-compiler.ts';
import { makePng } from './test-support/made-pictures.ts';

const makeBlob = (id: string, schema_id: string, data: Record<string, unknown>, more: Partial<Blob> = {}): Blob => ({
  id, user_id: 'local', processor_id: 'user-input', schema_id, data, tags: [], version: 3, created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', deleted: false, ...more,
});

const book = makeBlob('book', 'book-v1', {
  title: 'The Keeper', author: 'A. Writer',
  chapters: [
    { id: 'c1', title: 'Dusk', draft_blob_id: 'd1', edition: 'draft' },
    { id: 'c2', title: 'Night', draft_blob_id: 'd2', edition: 'expansion' },
  ],
});

const blobs = [
  makeBlob('d1', 'text-input-v2', { content: 'The keeper climbed.' }),
  makeBlob('d2', 'text-input-v1', { content: 'Nobody came.' }),
  makeBlob('e1', 'expanded-text-v1', { original: 'Nobody came.', expanded: 'Nobody came, not even the birds.', expansion_ratio: 2, metadata: { model: 'gpt-x' } }, { processor_id: 'text-expansion' }),
  makeBlob('e2', 'expanded-text-v1', { original: 'Nobody came.', expanded: 'Nobody came, not even the gulls.', expansion_ratio: 2, passages: [{ source: { first: 0, count: 1, hash: '' }, span: { start: 0, end: 32 }, origin: 'author' }] }, { parent_id: 'e1' }),
  makeBlob('gone', 'text-input-v2', { content: 'x' }, { deleted: true }),
  makeBlob('note', 'note-v1', { content: 'x' }),
];

function run(config: Record<string, unknown>, options: { blob?: Blob; blobs?: readonly Blob[]; signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {}): Promise<ProcessorOutput> {
  const context: ProcessorContext = {
    blob: options.blob ?? book,
    config,
    signal: options.signal ?? new AbortController().signal,
    reportProgress: options.onProgress ?? (() => {}),
    readBlob: async (id) => (options.blobs ?? blobs).find((blob) => blob.id === id) ?? null,
    ai: { analyzeStyle: () => Promise.reject(new Error('not asked for')), expand: () => Promise.reject(new Error('not asked for')), hasModel: async () => false, write: () => Promise.reject(new Error('not asked for')) },
    now: () => 0,
  };
  return (bookCompiler satisfies Processor).run(context);
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const textOf = (output: ProcessorOutput): string => new TextDecoder().decode(output.file && 'bytes' in output.file ? output.file.bytes : undefined);

describe('the book compiler', () => {
  it('takes each chapter’s text from the blob that the config names, in the book’s order', async () => {
    const output = await run({ format: 'text', sources: [{ chapter_id: 'c2', blob_id: 'e2', edition: 'expansion' }, { chapter_id: 'c1', blob_id: 'd1', edition: 'draft' }] });
    expect(textOf(output)).toBe('The Keeper\nA. Writer\n\n\n\nDusk\n\nThe keeper climbed.\n\n\n\nNight\n\nNobody came, not even the gulls.\n');
    expect(output.file).toMatchObject({ name: 'The Keeper.txt', mediaType: 'text/plain' });
  });

  it('takes the draft of a chapter that the config doesn’t name: none is dropped', async () => {
    const output = await run({ format: 'text', sources: [{ chapter_id: 'c1', blob_id: 'd1', edition: 'draft' }] });
    expect(textOf(output)).toContain('Night\n\nNobody came.');
  });

  it('takes pictures and the cover from blobs of the book; for one that was deleted its description stands', async () => {
    const picture = { media_type: 'image/png', content: toBase64(makePng(4, 3)), width: 4, height: 3 };
    const own = [
      makeBlob('p1', 'image-v1', picture),
      makeBlob('p2', 'image-v1', picture, { deleted: true }),
      makeBlob('p3', 'image-v1', { ...picture, content: 'no base64' }),
      makeBlob('d1', 'text-input-v2', { content: 'The ![lamp](image:p1), the ![sea](image:p2), the ![sky](image:p3).' }),
    ];
    const output = await run({ format: 'epub', sources: [], chapter_ids: ['c1'] }, { blob: { ...book, data: { ...book.data, cover_image: 'p1' } }, blobs: own });
    const parts = Object.keys(unzipSync(output.file && 'bytes' in output.file ? output.file.bytes : new Uint8Array()));
    expect(parts.filter((name) => name.endsWith('.png'))).toEqual(['EPUB/cover.png', 'EPUB/pictures/picture-0001.png']);
    expect(output.data['replaced']).toEqual(['A picture stands as its description, “sea”: its file is missing', 'A picture stands as its description, “sky”: its file is missing']);
  });

  it('waits for a picture that has not arrived, where it is known to be', async () => {
    const own = [makeBlob('d1', 'text-input-v2', { content: 'The ![lamp](image:p1).' })];
    const config = { format: 'html', sources: [], chapter_ids: ['c1'] };
    await expect(run({ ...config, picture_ids: ['p1'] }, { blobs: own })).rejects.toMatchObject({ code: 'unavailable' });
    expect((await run({ ...config, picture_ids: ['p2'] }, { blobs: own })).data['replaced']).toEqual(['A picture stands as its description, “lamp”: its file is missing']);
  });

  it('waits for the version that was asked for, and takes a newer one', async () => {
    const source = { chapter_id: 'c1', blob_id: 'd1', edition: 'draft' };
    await expect(run({ format: 'text', sources: [{ ...source, blob_version: 4 }] })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(run({ format: 'text', sources: [{ ...source, blob_id: 'not-yet-here', blob_version: 1 }] })).rejects.toMatchObject({ code: 'unavailable' });
    expect(textOf(await run({ format: 'text', sources: [{ ...source, blob_version: 2 }] }))).toContain('The keeper climbed.');
  });

  it('gives a manifest that its schema accepts, with the version and the hash of each source', async () => {
    const output = await run({ format: 'epub', sources: [{ chapter_id: 'c2', blob_id: 'e2', edition: 'expansion' }] });
    expect(output.schema_id).toBe('compiled-book-v1');
    expect(findDataErrors('compiled-book-v1', output.data)).toEqual([]);
    expect(output.data['chapters']).toEqual([
      { chapter_id: 'c1', title: 'Dusk', edition: 'draft', chosen: 'draft', blob_id: 'd1', blob_version: 3, hash: hashOf('The keeper climbed.'), words: 3, origin: { author: 3, model_edited: 0, model: 0 } },
      { chapter_id: 'c2', title: 'Night', edition: 'expansion', chosen: 'edited-expansion', blob_id: 'e2', blob_version: 3, hash: hashOf('Nobody came, not even the gulls.'), words: 6, origin: { author: 0, model_edited: 6, model: 0, models: ['gpt-x'] } },
    ]);
    expect(output.data).toMatchObject({ title: 'The Keeper', author: 'A. Writer', origin: { author: 3, model_edited: 6, model: 0, models: ['gpt-x'] } });
    const fallback = await run({ format: 'text', sources: [{ chapter_id: 'c2', blob_id: 'd2', edition: 'draft', is_fallback: true }] });
    expect(fallback.data['chapters']).toMatchObject([{ chosen: 'draft' }, { edition: 'draft', chosen: 'no-expansion', origin: { author: 2 } }]);
  });

  it.each([
    ['a missing blob', 'nowhere', 'compile_missing_text'],
    ['a deleted blob', 'gone', 'compile_missing_text'],
    ['a blob without text', 'note', 'input_invalid'],
  ])('refuses %s and names the chapter', async (_, blob_id, code) => {
    await expect(run({ format: 'text', sources: [{ chapter_id: 'c2', blob_id, edition: 'draft' }] })).rejects.toMatchObject({ code, message: expect.stringContaining('“Night”') });
  });

  it('takes the layout, and of the chapters those that are wanted', async () => {
    expect(textOf(await run({ format: 'text', layout: { chapter_heading: 'number', number_style: 'words' }, chapter_ids: ['c2'] }))).toBe('The Keeper\nA. Writer\n\n\n\nChapter One\n\nNobody came.\n');
    await expect(run({ format: 'text', layout: { chapter_heading: 'huge' } })).rejects.toMatchObject({ code: 'input_invalid', message: expect.stringContaining('/layout/chapter_heading') });
    await expect(run({ format: 'text', chapter_ids: ['c9'] })).rejects.toMatchObject({ code: 'input_invalid' });
  });

  it('refuses a config that it doesn’t understand, or that speaks of another book', async () => {
    await expect(run({ format: 'rtf' })).rejects.toMatchObject({ code: 'input_invalid', message: expect.stringContaining('epub') });
    await expect(run({ format: 'text', sources: [{ chapter_id: 'c1' }] })).rejects.toMatchObject({ code: 'input_invalid' });
    await expect(run({ format: 'text', sources: [{ chapter_id: 'c9', blob_id: 'd1', edition: 'draft' }] })).rejects.toMatchObject({ code: 'input_invalid' });
    await expect(run({ format: 'text' }, { blob: makeBlob('n', 'note-v1', { content: 'x' }) })).rejects.toMatchObject({ code: 'input_invalid' });
  });

  it('reports each chapter, and stops when it is cancelled', async () => {
    const progress: Progress[] = [];
    await run({ format: 'docx' }, { onProgress: (step) => progress.push(step) });
    expect(progress).toEqual([{ done: 1, total: 2, message: 'Dusk' }, { done: 2, total: 2, message: 'Night' }]);
    await expect(run({ format: 'docx' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
