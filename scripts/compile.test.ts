import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePng } from '#processors/book-compiler/test-support/made-pictures.ts';
import { readDocx, readEpub, readXmlParts } from '#processors/book-compiler/test-support/read-back.ts';
import { MANUSCRIPTS } from '#processors/book-compiler/test-support/real-books.ts';

const SCRIPT = fileURLToPath(new URL('./compile.ts', import.meta.url));
const FRANKENSTEIN = join(MANUSCRIPTS, 'frankenstein');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recto-compile-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function compile(...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SCRIPT, ...args]);
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (outcome.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (outcome.stderr += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...outcome, code }));
  });
}

async function makeFolder(files: Record<string, string | Uint8Array>): Promise<string> {
  const path = join(folder, 'book');
  await mkdir(path);
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return path;
}

const bookJson = (...files: string[]): string => JSON.stringify({ title: 'T', author: 'A', chapters: files.map((file) => ({ file, title: file })) });

describe('npm run compile', () => {
  it('writes the book in the format that --format or the file’s extension names', async () => {
    const epub = await compile(FRANKENSTEIN, '--format', 'epub', '--out', join(folder, 'a.bin'));
    expect(epub).toMatchObject({ code: 0, stdout: '' });
    expect(epub.stderr).toMatch(/31 chapters, 77678 words/);
    expect(readEpub(await readFile(join(folder, 'a.bin')))).toHaveLength(31);
    expect(await compile(FRANKENSTEIN, '--out', join(folder, 'b.docx'))).toMatchObject({ code: 0 });
    expect(readDocx(await readFile(join(folder, 'b.docx')))).toHaveLength(31);
    expect(await readdir(folder)).toEqual(['a.bin', 'b.docx']);
  });

  it('makes a zipped folder with its pictures, which is compiled again as the same book', async () => {
    const path = await makeFolder({ 'book.json': JSON.stringify({ title: 'T', author: 'A', cover: 'map.png', chapters: [{ file: 'one.md', title: 'One' }] }), 'one.md': 'The ![map](map.png), ![outside](../secret.png).', 'map.png': makePng(3, 2) });
    await writeFile(join(folder, 'secret.png'), makePng(1, 1));
    const made = await compile(path, '--out', join(folder, 'a.zip'));
    expect(made).toMatchObject({ code: 0 });
    const parts = unzipSync(await readFile(join(folder, 'a.zip')));
    expect(Object.keys(parts).toSorted()).toEqual(['001 One.md', 'book.json', 'images/cover.png', 'images/picture-0001.png']);
    await mkdir(join(folder, 'again/images'), { recursive: true });
    for (const [name, content] of Object.entries(parts)) await writeFile(join(folder, 'again', name), content);
    await compile(path, '--out', join(folder, 'a.epub'));
    await compile(join(folder, 'again'), '--out', join(folder, 'b.epub'));
    expect(Buffer.compare(await readFile(join(folder, 'a.epub')), await readFile(join(folder, 'b.epub')))).toBe(0);
  });

  it.each([
    [[], 'Which folder?'],
    [['x'], 'Where to?'],
    [['x', 'y', '--out', 'z.epub'], 'One folder at a time'],
    [['x', '--out', 'z.xyz'], 'tells no format'],
    [['x', '--out', 'z.epub', '--format', 'rtf'], 'no format “rtf”'],
    [['x', '--out', 'z.epub', '--loud'], '--loud'],
    [['x', '--out', 'z.docx', '--style', 'shunn'], '--style can be reading, manuscript-modern'],
  ])('explains itself when it is called with %j', async (args, sentence) => {
    const { code, stderr } = await compile(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('Usage: npm run compile');
  });

  it('makes a standard manuscript of a folder whose book.json says who submits it', async () => {
    const head = { title: 'The Sea', author: 'Ann Writer', subtitle: 'A Novel', contact: 'Ann Writer\n1 Sea Road', language: 'en-US', matter: [{ id: '1', kind: 'dedication', text: 'For you.' }, { id: '2', kind: 'epigraph', text: 'Not this.', included: false }] };
    const chapters = [{ file: 'a.md', title: 'Dusk', part: 'North', numbered: false }, { file: 'a.md', title: 'Night' }, { file: 'lost.md', title: 'Gone', included: false }];
    const path = await makeFolder({ 'book.json': JSON.stringify({ ...head, chapters }), 'a.md': 'One.\n\n* * *\n\nTwo.' });
    const out = join(folder, 'a.docx');
    expect(await compile(path, '--out', out, '--style', 'manuscript-modern', '--numbers', 'words')).toMatchObject({ code: 0, stderr: expect.stringContaining('2 chapters, 4 words') });
    const text = (readXmlParts(await readFile(out)).get('word/document.xml') ?? '').replace(/<\/w:p>|<w:tab\/>/g, '|').replace(/<[^>]*>|\n/g, '');
    expect(text).toBe('Ann Writer|about 100 words|1 Sea Road|The Sea|A Novel|by Ann Writer||For you.|Part One|North|Dusk|One.|#|Two.|Chapter One|Night|One.|#|Two.|END|');
    await writeFile(join(path, 'book.json'), JSON.stringify({ ...head, matter: [{ kind: 'rant' }], chapters }));
    expect((await compile(path, '--out', out)).stderr).toContain('The front and back matter in');
  });

  it('says whose words they are, and writes a statement where it is asked for: in a folder all are the author’s', async () => {
    const statement = join(folder, 'statement.txt');
    expect(await compile(join(MANUSCRIPTS, 'frankenstein'), '--out', join(folder, 'f.txt'), '--manifest', statement)).toMatchObject({ code: 0, stderr: expect.stringContaining('Written by the author 100 %.') });
    expect(await readFile(statement, 'utf8')).toMatch(/^How this text came about\n\nFrankenstein, by Mary Shelley\n77,678 words in 31 chapters[^]*Written by the author +77,678 words {2}100 %/);
    expect(await compile(join(MANUSCRIPTS, 'frankenstein'), '--out', join(folder, 'f.txt'), '--manifest', join(folder, 'none', 'm.json'))).toMatchObject({ code: 1, stderr: expect.stringContaining('another place with --manifest') });
  });

  it('says in a sentence what is wrong with a folder, and leaves the old file', async () => {
    const out = join(folder, 'old.epub');
    await writeFile(out, 'old');
    const path = await makeFolder({ 'book.json': bookJson('here.md', 'lost.md'), 'here.md': 'Text' });
    const outcomes = [await compile(path, '--out', out), await compile(folder, '--out', out), await compile(join(folder, 'nowhere'), '--out', out)];
    expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(outcomes[0]?.stderr).toBe('The chapter “lost.md” that book.json names is not in the folder. No file was made.\n');
    expect(outcomes[1]?.stderr).toContain('The folder needs a book.json');
    expect(outcomes[2]?.stderr).toContain('doesn’t exist');
    expect(await readFile(out, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['book', 'old.epub']);
  });

  it('refuses texts that are not UTF-8, chapters outside of the folder, and an empty book', async () => {
    const out = join(folder, 'a.txt');
    const path = await makeFolder({ 'book.json': bookJson('a.md'), 'a.md': new Uint8Array([0x63, 0xe9]) });
    expect((await compile(path, '--out', out)).stderr).toContain('is not UTF-8');
    await writeFile(join(path, 'book.json'), bookJson('../../etc/passwd'));
    expect((await compile(path, '--out', out)).stderr).toContain('outside of the folder');
    await writeFile(join(path, 'book.json'), bookJson());
    expect((await compile(path, '--out', out)).stderr).toContain('no words yet');
    await writeFile(join(path, 'book.json'), '{');
    expect((await compile(path, '--out', out)).stderr).toContain('not valid JSON');
  });

  it('says why a file can’t be written, and leaves nothing behind', async () => {
    const nowhere = await compile(FRANKENSTEIN, '--out', join(folder, 'no/such/a.epub'));
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('its folder doesn’t exist') });
    await mkdir(join(folder, 'taken.epub'));
    const taken = await compile(FRANKENSTEIN, '--out', join(folder, 'taken.epub'));
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('it is a folder') });
    expect(await readdir(folder)).toEqual(['taken.epub']);
  });
});
