import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeBook, makeChapter, makeRealBook, writeLibrary } from '#main/export/test-support/make-library.ts';
import { makePng } from '#processors/book-compiler/test-support/made-pictures.ts';
import { readEpub } from '#processors/book-compiler/test-support/read-back.ts';
import { MANUSCRIPTS } from '#processors/book-compiler/test-support/real-books.ts';
import { toBase64 } from '#processors/contract/base64.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recto-from-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(script: string, ...args: string[]): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, `${script}.ts`), ...args]);
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

const library = (): string => join(folder, 'library.recto');
const out = (name: string): string => join(folder, name);

describe('npm run compile -- --from', () => {
  it('gives the same file as the folder that the book came from', async () => {
    writeLibrary(library(), makeRealBook('frankenstein'));
    const fromFile = await run('compile', '--from', library(), '--out', out('a.epub'));
    expect(fromFile.stderr).toContain('31 chapters, 77678 words');
    await run('compile', join(MANUSCRIPTS, 'frankenstein'), '--out', out('b.epub'));
    expect(readEpub(await readFile(out('a.epub')))).toEqual(readEpub(await readFile(out('b.epub'))));
    await run('compile', '--from', library(), '--out', out('a.md'));
    await run('compile', join(MANUSCRIPTS, 'frankenstein'), '--out', out('b.md'));
    expect(await readFile(out('a.md'), 'utf8')).toBe(await readFile(out('b.md'), 'utf8'));
  });

  it('has the pictures of the book and its cover', async () => {
    const png = makePng(6, 4);
    const withCover = makeBook('b1', 'The Keeper', [makeChapter('c1', 'One', 'The ![map](image:p1).', 'draft')]).map((blob) => (blob.id === 'b1' ? { ...blob, data: { ...(blob.data as object), cover_image: 'p1' } } : blob));
    writeLibrary(library(), [...withCover, { id: 'p1', schema_id: 'image-v1', parent_id: 'b1', data: { media_type: 'image/png', content: toBase64(png), width: 6, height: 4 } }]);
    expect(await run('compile', '--from', library(), '--out', out('a.epub'))).toMatchObject({ code: 0 });
    const parts = unzipSync(await readFile(out('a.epub')));
    expect([parts['EPUB/pictures/picture-0001.png'], parts['EPUB/cover.png']]).toEqual([png, png]);
  });

  it('takes each chapter in the edition that it is set to: the newest growth, or the draft where nothing grew', async () => {
    const grown = { schema_id: 'expanded-text-v1', conversation_id: 'c1' };
    writeLibrary(library(), [
      ...makeBook('b1', 'The Keeper', [makeChapter('c1', 'One', 'Draft one.', 'expansion'), makeChapter('c2', 'Two', 'Draft two.', 'draft'), makeChapter('c3', 'Three', 'Draft three.', 'expansion')]),
      { id: 'e1', ...grown, parent_id: 'draft-c1', processor_id: 'text-expansion', data: { original: 'Draft one.', expanded: 'At dusk the first growth came.', expansion_ratio: 1, metadata: { model: 'gpt-x' } } },
      { id: 'e2', ...grown, parent_id: 'e1', data: { original: 'Draft one.', expanded: 'At dusk the first grew. Edited by hand.', expansion_ratio: 1, passages: [{ source: { first: 0, count: 1, hash: '' }, span: { start: 0, end: 39 }, origin: 'author' }] } },
      { id: 'e3', ...grown, parent_id: 'e2', deleted: true, data: { original: '', expanded: 'Deleted.', expansion_ratio: 1 } },
      { id: 'e4', ...grown, conversation_id: 'c2', parent_id: 'draft-c2', data: { original: '', expanded: 'Not wanted.', expansion_ratio: 1 } },
    ]);
    expect(await run('compile', '--from', library(), '--out', out('a.txt'))).toMatchObject({ code: 0 });
    const text = await readFile(out('a.txt'), 'utf8');
    const { stderr } = await run('compile', '--from', library(), '--out', out('b.md'), '--manifest', out('b.json'));
    expect(stderr).toContain('Written by the author 33 %, grown by a model and edited 67 %.\nNo expansion of “Three”: the draft is in the file.\n');
    expect(JSON.parse(await readFile(out('b.json'), 'utf8'))).toMatchObject({
      origin: { author: 4, model_edited: 8, model: 0 },
      chapters: [{ chosen: 'edited-expansion', blob_id: 'e2', blob_version: 1, origin: { model_edited: 8, models: ['gpt-x'] } }, { chosen: 'draft', origin: { author: 2 } }, { chosen: 'no-expansion', origin: { author: 2 } }],
    });
    expect(text.match(/Edited by hand\.|Draft two\.|Draft three\.|first growth|Deleted|Not wanted|Draft one/g)).toEqual(['Edited by hand.', 'Draft two.', 'Draft three.']);
  });

  it('has the book’s title page, its parts and its front matter, and leaves out what the book leaves out', async () => {
    const chapters = [makeChapter('c1', 'Prologue', 'Before.'), makeChapter('c2', 'Dusk', 'At dusk.'), makeChapter('c3', 'Noon', 'Not this.')];
    const [book, ...drafts] = makeBook('b1', 'The Keeper', chapters);
    const entries = chapters.map(({ entry }, index) => ({ ...entry, ...[{ numbered: false }, { part: 'North' }, { included: false }][index] }));
    const matter = [{ id: 'm1', kind: 'dedication', text: 'For {author}.' }, { id: 'm2', kind: 'epigraph', text: 'Nor this.', included: false }];
    writeLibrary(library(), [{ ...book!, data: { ...book!.data, subtitle: 'A Novel', matter, chapters: entries } }, ...drafts]);
    expect(await run('compile', '--from', library(), '--out', out('a.txt'), '--numbers', 'roman')).toMatchObject({ code: 0 });
    expect((await readFile(out('a.txt'), 'utf8')).replace(/\n+/g, '|')).toBe('The Keeper|A Novel|A. Writer|For A. Writer.|Prologue|Before.|Part I|North|Chapter I|Dusk|At dusk.|');
  });

  it('finds a book by its title or its id, and names those that there are', async () => {
    writeLibrary(library(), [...makeBook('b1', 'Dusk', [makeChapter('c1', 'One', 'At dusk.')]), ...makeBook('b2', 'Dawn', [makeChapter('c2', 'One', 'At dawn.')]), ...makeBook('b3', 'Gone', [], { deleted: true })]);
    expect(await run('compile', '--from', library(), '--book', 'dawn', '--out', out('a.txt'))).toMatchObject({ code: 0 });
    expect(await readFile(out('a.txt'), 'utf8')).toContain('At dawn.');
    expect(await run('compile', '--from', library(), '--book', 'b1', '--out', out('b.txt'))).toMatchObject({ code: 0 });
    for (const wish of [[], ['--book', 'Gone'], ['--book', 'Noon']]) {
      const { code, stderr } = await run('compile', '--from', library(), ...wish, '--out', out('c.txt'));
      expect(code).toBe(1);
      expect(stderr).toMatch(/“Dusk” \(b1\), “Dawn” \(b2\)\.\n$/);
    }
    expect(await readdir(folder)).toEqual(['a.txt', 'b.txt', 'library.recto']);
  });

  it('says in a sentence what is wrong with the file or the wish', async () => {
    await writeFile(out('notes.recto'), 'words '.repeat(100));
    expect(await run('compile', '--from', out('notes.recto'), '--out', out('a.txt'))).toMatchObject({ code: 1, stderr: expect.stringContaining('not a library of Recto') });
    expect(await run('compile', '--from', out('none'), '--out', out('a.txt'))).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no file') });
    expect(await run('compile', 'folder', '--from', 'x', '--out', out('a.txt'))).toMatchObject({ code: 2, stderr: expect.stringContaining('not both') });
    expect(await run('compile', 'folder', '--book', 'x', '--out', out('a.txt'))).toMatchObject({ code: 2, stderr: expect.stringContaining('goes with --from') });
  });
});

describe('npm run export', () => {
  it('makes the folder, from which the book compiles as it did', async () => {
    writeLibrary(library(), makeRealBook('frankenstein'));
    const { code, stderr } = await run('export', '--from', library(), '--out', out('all'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: `${out('all')}: 1 book, 34 files\n` });
    await run('compile', out('all/books/Frankenstein'), '--out', out('a.md'));
    await run('compile', '--from', library(), '--out', out('b.md'));
    expect(await readFile(out('a.md'), 'utf8')).toBe(await readFile(out('b.md'), 'utf8'));
  });

  it('says what is missing in the command, and what is wrong with the file', async () => {
    expect(await run('export')).toMatchObject({ code: 2, stderr: expect.stringContaining('Give --from') });
    expect(await run('export', '--from', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('Give --out') });
    expect(await run('export', '--from', out('none'), '--out', out('all'))).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no file') });
    expect(await readdir(folder)).toEqual([]);
  });
});
