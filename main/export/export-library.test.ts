import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hashContent, packContent } from '#processors/contract/snapshot-content.ts';
import { readManuscript } from '#processors/book-import/read-manuscript.ts';
import { canMount, mountSmallDisk } from '../files/test-support/small-disk.ts';
import { readManuscriptPath } from '../files/read-manuscript-path.ts';
import { openLibraryFile } from '../mirror/library-file.ts';
import { exportInThread } from './export-in-thread.ts';
import { exportLibrary } from './export-library.ts';
import { makeBook, makeChapter, makeRealBook, writeLibrary, type Fields } from './test-support/make-library.ts';

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const THREAD = join(import.meta.dirname, 'export-thread.ts');

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recto-export-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function setUp(blobs: readonly Fields[]): { folder: string; from: string; out: string } {
  const folder = makeFolder();
  const from = join(folder, 'library.recto');
  writeLibrary(from, blobs);
  return { folder, from, out: join(folder, 'out') };
}

const listOf = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/')).toSorted();

const expansion = (id: string, chapterId: string, expanded: string, more: Partial<Fields> = {}): Fields => ({
  id, schema_id: 'expanded-text-v1', conversation_id: chapterId, parent_id: `draft-${chapterId}`, data: { original: 'x', expanded, expansion_ratio: 1, metadata: {} }, ...more,
});
const snapshot = (id: string, parent: string, chapterId: string | undefined, data: object, more: Partial<Fields> = {}): Fields => ({
  id, schema_id: 'snapshot-v1', parent_id: parent, ...(chapterId && { conversation_id: chapterId }), data: { of_schema_id: 'text-input-v2', of_version: 3, reason: 'session', ...data }, ...more,
});

describe('everything that is exported', () => {
  it('is a real book that Recto imports again, word by word', async () => {
    const blobs = makeRealBook('frankenstein');
    const { from, out } = setUp(blobs);
    const report = await exportLibrary({ from, out }, quiet);
    expect(report).toMatchObject({ books: 1, warnings: [] });
    expect(report.files).toBe(listOf(out).length);
    const again = await readManuscript(await readManuscriptPath(join(out, 'books/Frankenstein')), quiet);
    expect(again).toMatchObject({ title: 'Frankenstein', author: 'Mary Shelley', language: 'en-GB', warnings: [] });
    const [head, ...drafts] = blobs;
    expect(again.chapters.map(({ title }) => title)).toEqual((head!.data as { chapters: { title: string }[] }).chapters.map(({ title }) => title));
    expect(again.chapters.map(({ content }) => content)).toEqual(drafts.map(({ data }) => (data as { content: string }).content));
  });

  it('has what grew beside the draft, the earlier states under history, and the deleted in the trash', async () => {
    const dusk = makeChapter('c1', 'Dusk', 'The keeper climbed.');
    const { from, out } = setUp([
      ...makeBook('b1', 'The Keeper', [dusk]),
      expansion('e1', 'c1', 'First growth.'),
      expansion('e2', 'c1', 'Edited by hand.', { parent_id: 'e1' }),
      expansion('e3', 'c1', 'Thrown away.', { deleted: true }),
      snapshot('s1', 'draft-c1', 'c1', { content: { content: 'The keeper.' } }),
      snapshot('s2', 'draft-c1', 'c1', { content: { content: 'Keeper?' }, reason: 'named', name: 'Before the cut / 2' }),
      snapshot('s3', 'b1', undefined, { content: { title: 'Old title' } }),
      { id: 'p1', schema_id: 'pitch-v1', parent_id: 'b1', data: { parts: [{ kind: 'logline', sentences: [{ text: 'A light goes out.', chapter_ids: [] }] }], metadata: { provider: 'x' } } },
      ...makeBook('b2', 'Abandoned', [makeChapter('c2', 'One', 'Left alone.')], { deleted: true }),
      expansion('e4', 'c2', 'Grown and left.', { deleted: true }),
      snapshot('s4', 'draft-c2', 'c2', { content: { content: 'Left?' } }, { deleted: true }),
      { id: 'gone', schema_id: 'text-input-v2', deleted: true, conversation_id: 'c9', data: { content: 'A chapter that was taken out.' } },
      { id: 'loose', schema_id: 'text-input-v1', data: { content: 'Sent by a script.' } },
      { id: 'p2', schema_id: 'pitch-v1', parent_id: 'p1', data: { parts: [{ kind: 'logline', sentences: [{ text: 'A light goes out, says its author.', chapter_ids: [] }] }], metadata: { provider: 'x' } } },
    ]);
    expect(await exportLibrary({ from, out }, quiet)).toMatchObject({ books: 1, warnings: [] });
    expect(listOf(out)).toEqual([
      'README.txt',
      'books/The Keeper/001 Dusk.md',
      'books/The Keeper/book.json',
      'books/The Keeper/expansions/001 Dusk.md',
      'books/The Keeper/pitch.txt',
      'everything.jsonl',
      'history/The Keeper/001 Dusk/2026-01-02 03.04.07 expansion.md',
      'history/The Keeper/001 Dusk/2026-01-02 03.04.10 session v3.md',
      'history/The Keeper/001 Dusk/2026-01-02 03.04.11 Before the cut 2 v3.md',
      'history/The Keeper/2026-01-02 03.04.12 session v3.json',
      'other texts/2026-01-02 03.04.19 draft.md',
      'trash/2026-01-02 03.04.09 expansion.md',
      'trash/2026-01-02 03.04.18 draft.md',
      'trash/books/Abandoned/001 One.md',
      'trash/books/Abandoned/book.json',
      'trash/books/Abandoned/expansions/001 One.md',
      'trash/history/Abandoned/001 One/2026-01-02 03.04.17 session v3.md',
    ]);
    expect(readFileSync(join(out, 'books/The Keeper/expansions/001 Dusk.md'), 'utf8')).toBe('Edited by hand.\n');
    expect(readFileSync(join(out, 'books/The Keeper/pitch.txt'), 'utf8')).toBe('# logline\n\nA light goes out, says its author.\n');
    const lines = readFileSync(join(out, 'everything.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(16);
    expect(lines.find(({ id }) => id === 'e3')).toEqual(expect.objectContaining({ deleted: true, user_id: 'local', version: 1, data: expect.objectContaining({ expanded: 'Thrown away.' }) }));
    expect(lines.flatMap((line) => Object.keys(line)).filter((key) => key.startsWith('_'))).toEqual([]);
  });

  it('has versions that are kept as differences, too, says which can’t be read, and leaves out what is gone for good', async () => {
    const whole = { content: 'The keeper climbed the stairs. '.repeat(40) };
    const next = { content: `${whole.content}Then he rested.` };
    const toBytes = (content: object): Uint8Array => new TextEncoder().encode(JSON.stringify(content));
    const pack = (content: object, id?: string): object => {
      const packed = packContent(toBytes(content), hashContent(toBytes(content)), id === undefined ? null : { id, bytes: toBytes(whole) });
      expect(packed.keyframe).toBe(id);
      return packed;
    };
    const { from, out } = setUp([
      ...makeBook('b1', 'The Keeper', [makeChapter('c1', 'Dusk', 'Now.')]),
      snapshot('s1', 'draft-c1', 'c1', { packed: pack(whole) }),
      snapshot('s2', 'draft-c1', 'c1', { packed: pack(next, 's1') }),
      snapshot('s3', 'draft-c1', 'c1', { packed: { ...pack(next, 's1'), keyframe: 'nowhere' }, reason: 'named', name: 'Alone' }),
      snapshot('s4', 'draft-c1', 'c1', { of_schema_id: '', reason: '' }, { deleted: true, tags: ['emptied'] }),
    ]);
    const { warnings } = await exportLibrary({ from, out }, quiet);
    expect(warnings).toEqual([expect.stringContaining('“Alone”')]);
    const files = listOf(out).filter((path) => path.startsWith('history/') || path.startsWith('trash/'));
    expect(files.map((path) => readFileSync(join(out, path), 'utf8').trim())).toEqual([whole.content.trim(), next.content]);
  });

  it('has of a book in the trash what its chapters showed, whatever has thinned out since', async () => {
    const { from, out } = setUp([
      ...makeBook('b1', 'Abandoned', [makeChapter('c1', 'One', 'Left alone.')], { deleted: true }),
      expansion('e1', 'c1', 'Grown and left.', { deleted: true }),
      expansion('e2', 'c1', '', { deleted: true, tags: ['emptied'] }),
    ]);
    await exportLibrary({ from, out }, quiet);
    expect(readFileSync(join(out, 'trash/books/Abandoned/expansions/001 One.md'), 'utf8')).toBe('Grown and left.\n');
  });

  it('has names that three systems take, and two of one name are both there', async () => {
    const titles = ['CON', 'a/b\\c:d*?"<>|', '📖 кни́га', '', '..', 'x'.repeat(400), 'new\nline', 'Dusk', 'dusk', 'DUSK.'];
    const books = titles.flatMap((title, at) => makeBook(`b${at}`, title, [makeChapter(`c${at}`, title, `Text ${at}`), makeChapter(`d${at}`, title, `Other ${at}`)]));
    const { from, out } = setUp(books);
    await exportLibrary({ from, out }, quiet);
    const paths = listOf(out);
    for (const path of paths) {
      expect(path.length).toBeLessThan(180);
      for (const part of path.split('/')) {
        expect(part).toMatch(/^(?!(?:con|aux|nul|prn)(?:\.|$))[^<>:"\\|?*\n]*[^. ]$/i);
        expect(Buffer.byteLength(part)).toBeLessThan(256);
      }
    }
    expect(new Set(paths.map((path) => path.normalize('NFC').toLowerCase())).size).toBe(paths.length);
    const texts = paths.filter((path) => path.endsWith('.md')).map((path) => readFileSync(join(out, path), 'utf8').trim());
    expect(texts.toSorted()).toEqual(titles.flatMap((_title, at) => [`Text ${at}`, `Other ${at}`]).toSorted());
  });

  it('has a folder for each account', async () => {
    const { from, out } = setUp(makeBook('b1', 'Mine', []));
    writeLibrary(from, makeBook('b1', 'Mine', []), 'recto-0123456789abcdef');
    expect(await exportLibrary({ from, out }, quiet)).toMatchObject({ books: 2 });
    expect(listOf(out)).toEqual(['Account 01234567/books/Mine/book.json', 'Account 01234567/everything.jsonl', 'README.txt', 'Without an account/books/Mine/book.json', 'Without an account/everything.jsonl']);
  });

  it('names what is missing', async () => {
    const [book] = makeBook('b1', 'Holes', [makeChapter('c1', 'Lost', 'x')]);
    const { from, out } = setUp([book!, { id: 'loose', schema_id: 'text-input-v2', data: { content: 'broken' } }]);
    const file = openLibraryFile(from);
    file.connection().prepare("UPDATE documents SET body = replace(body, 'broken', 'brOken') WHERE id = 'loose'").run();
    file.close();
    const { warnings } = await exportLibrary({ from, out }, quiet);
    expect(warnings).toEqual(['The draft of “Lost” in “Holes” is missing from the library, so its file is empty.', expect.stringMatching(/^One text in the file can’t be read/)]);
    expect(readFileSync(join(out, 'README.txt'), 'utf8')).toContain(warnings[0]);
  });

  it('comes from a library that is open at the same time, whose last words are in it', async () => {
    const folder = makeFolder();
    const from = join(folder, 'library.recto');
    const open = openLibraryFile(from);
    onTestFinished(() => open.close());
    writeLibrary(from, makeBook('b1', 'Open', [makeChapter('c1', 'One', 'Last words.')]));
    await exportLibrary({ from, out: join(folder, 'out') }, quiet);
    expect(readFileSync(join(folder, 'out/books/Open/001 One.md'), 'utf8')).toBe('Last words.\n');
  });

  it.runIf(canMount)('comes from a backup on a disk that is read-only, which is left as it is', async () => {
    const disk = mountSmallDisk('20m');
    onTestFinished(() => disk.unmount());
    const from = join(disk.path, 'Recto 2026-01-02 0304.recto');
    writeLibrary(from, makeBook('b1', 'Kept', [makeChapter('c1', 'One', 'Safe.')]));
    disk.makeReadOnly();
    const out = join(makeFolder(), 'out');
    await exportLibrary({ from, out }, quiet);
    expect(readFileSync(join(out, 'books/Kept/001 One.md'), 'utf8')).toBe('Safe.\n');
    expect(readdirSync(disk.path)).toEqual(['Recto 2026-01-02 0304.recto']);
  });
});

describe('an export that can’t be', () => {
  it.each<[string, (path: string) => void, string, RegExp]>([
    ['there is no file', () => undefined, 'file_unreadable', /There is no file/],
    ['the file is empty', (path) => writeFileSync(path, ''), 'storage_damaged', /is empty/],
    ['the file is something else', (path) => writeFileSync(path, 'words '.repeat(100)), 'storage_damaged', /not a library of Recto/],
    ['the file is a folder', (path) => mkdirSync(path), 'file_unreadable', /can’t be read/],
    ['a newer Recto wrote it', (path) => alter(path, (file) => file.connection().pragma('user_version = 99')), 'storage_newer', /newer Recto/],
    ['the file is damaged', (path) => damage(path), 'storage_damaged', /is damaged/],
    ['another program holds it', (path) => hold(path), 'storage_locked', /Another program holds/],
  ])('says so when %s, and leaves nothing', async (_name, prepare, code, sentence) => {
    const folder = makeFolder();
    const from = join(folder, 'library.recto');
    prepare(from);
    const before = existsSync(from) ? readdirSync(folder) : [];
    await expect(exportLibrary({ from, out: join(folder, 'out') }, quiet)).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) });
    expect(readdirSync(folder).filter((name) => !name.startsWith('library.recto-'))).toEqual(before.filter((name) => !name.startsWith('library.recto-')));
  });

  it('leaves what is there already', async () => {
    const { from, out, folder } = setUp(makeBook('b1', 'Book', []));
    mkdirSync(out);
    writeFileSync(join(out, 'mine.txt'), 'mine');
    await expect(exportLibrary({ from, out }, quiet)).rejects.toMatchObject({ code: 'file_unwritable', message: expect.stringContaining('already') });
    await expect(exportLibrary({ from, out: join(folder, 'gone/out') }, quiet)).rejects.toMatchObject({ code: 'file_unwritable' });
    expect(readdirSync(out)).toEqual(['mine.txt']);
    expect(readdirSync(folder).toSorted()).toEqual(['library.recto', 'out']);
  });

  it('that was killed long ago is cleared away by the next one', async () => {
    const { from, out, folder } = setUp([]);
    const old = new Date(Date.now() - 2 * 86_400_000);
    for (const name of ['.recto-export-0123456789abcdef', '.recto-export-mine']) {
      mkdirSync(join(folder, name));
      utimesSync(join(folder, name), old, old);
    }
    await exportLibrary({ from, out }, quiet);
    expect(readdirSync(folder).toSorted()).toEqual(['.recto-export-mine', 'library.recto', 'out']);
  });

  it.runIf(canMount)('leaves no half of it on a disk that fills up', async () => {
    const { from } = setUp(makeRealBook('frankenstein'));
    const disk = mountSmallDisk('512k');
    onTestFinished(() => disk.unmount());
    await expect(exportLibrary({ from, out: join(disk.path, 'out') }, quiet)).rejects.toMatchObject({ code: 'storage_full' });
    expect(readdirSync(disk.path)).toEqual([]);
  });
});

describe('an export in its own thread', () => {
  it('tells how far it is, to the end', async () => {
    const { from, out } = setUp(makeRealBook('frankenstein'));
    const told: { done: number; total: number }[] = [];
    const report = await exportInThread(THREAD, { from, out }, { ...quiet, onProgress: ({ done, total }) => void told.push({ done, total }) });
    expect(report).toMatchObject({ books: 1, files: 34 });
    expect(told.at(-1)).toEqual({ done: 64, total: 64 });
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  it('ends when it is cancelled, and leaves nothing', async () => {
    const { from, out, folder } = setUp(makeRealBook('frankenstein'));
    const controller = new AbortController();
    const exporting = exportInThread(THREAD, { from, out }, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(exporting).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(folder)).toEqual(['library.recto']);
  });

  it('brings an error back by its code', async () => {
    const folder = makeFolder();
    await expect(exportInThread(THREAD, { from: join(folder, 'none'), out: join(folder, 'out') }, quiet)).rejects.toMatchObject({ code: 'file_unreadable' });
    await expect(exportInThread(join(folder, 'none.ts'), { from: '', out: '' }, quiet)).rejects.toMatchObject({ code: 'processor_crashed' });
  });
});

function alter(path: string, change: (file: ReturnType<typeof openLibraryFile>) => unknown): void {
  writeLibrary(path, makeBook('b1', 'Book', [makeChapter('c1', 'One', 'x'.repeat(20_000))]));
  const file = openLibraryFile(path);
  change(file);
  file.close();
}

/** All after the header's page is overwritten. */
function damage(path: string): void {
  alter(path, () => undefined);
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4096);
  writeFileSync(path, bytes);
}

function hold(path: string): void {
  alter(path, () => undefined);
  const file = openLibraryFile(path);
  onTestFinished(() => file.close());
  file.connection().pragma('journal_mode = DELETE');
  file.connection().exec('BEGIN EXCLUSIVE');
}
