import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManuscript } from '#processors/book-import/read-manuscript.ts';
import { readManuscriptPath, readManuscriptPaths } from './read-manuscript-path.ts';

const FRANKENSTEIN = join(import.meta.dirname, '../../manuscripts/frankenstein');
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recto-pick-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function lay(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function pathsIn(path: string): Promise<string[]> {
  const picked = await readManuscriptPath(path);
  return picked.kind === 'folder' ? picked.files.map((file) => file.path) : [picked.name];
}

describe('a manuscript that the author picked', () => {
  it('is a real book’s folder, which the import takes', async () => {
    const picked = await readManuscriptPath(FRANKENSTEIN);
    expect(picked).toMatchObject({ kind: 'folder', name: 'frankenstein' });
    expect((await readManuscript(picked, quiet)).chapters).toHaveLength(31);
  });

  it('is a folder’s texts and book.json, below it too, and no hidden or other file', async () => {
    await lay({ 'book.json': '{}', '1.md': '', 'part/2.Markdown': '', 'part/3.txt': '', '.hidden.md': '', '.git/4.md': '', 'cover.jpg': '', 'notes.json': '', 'scan.docx': '' });
    expect(await pathsIn(folder)).toEqual(['1.md', 'book.json', 'part/2.Markdown', 'part/3.txt']);
  });

  it('has the pictures of the book’s own images folder, and no others', async () => {
    await lay({ 'book.json': '{}', 'images/map.png': '', 'images/photo.JPG': '', 'images/drawing.svg': '', 'images/raw/scan.png': '', 'photos/a.jpg': '' });
    expect(await pathsIn(folder)).toEqual(['book.json', 'images/map.png', 'images/photo.JPG']);
  });

  it('is a Scrivener project’s binder and texts, and none of its pictures and snapshots', async () => {
    await lay({ 'N.scrivx': '', 'Files/Data/A/content.rtf': '', 'Files/Data/A/synopsis.txt': '', 'Files/Data/A/content.comments': '', 'Files/Data/B/map.png': '', 'Snapshots/A.snapshot/1.rtf': '', 'letter.rtf': '' });
    expect(await pathsIn(folder)).toEqual(['Files/Data/A/content.comments', 'Files/Data/A/content.rtf', 'Files/Data/A/synopsis.txt', 'N.scrivx']);
  });

  it('holds nothing from outside of its folder, and ends where links go round', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'recto-outside-'));
    try {
      await writeFile(join(outside, 'secret.md'), 'secret');
      await lay({ 'real.md': 'mine', 'part/x.md': '' });
      await symlink(join(outside, 'secret.md'), join(folder, 'a.md'));
      await symlink(outside, join(folder, 'b'));
      await symlink(folder, join(folder, 'part/round'));
      await symlink(join(folder, 'real.md'), join(folder, 'inside.md'));
      await symlink(join(folder, 'nowhere.md'), join(folder, 'broken.md'));
      expect(await pathsIn(folder)).toEqual(['inside.md', 'part/x.md', 'real.md']);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it.each(['a\nnew line.md', 'quote " \'.TXT', '📖 кни́га.docx', 'Novel.EPUB', 'page.html', `${'x'.repeat(247)}.md`])('may have any name: %j', async (name) => {
    await writeFile(join(folder, name), 'words');
    expect(await readManuscriptPath(join(folder, name))).toEqual({ kind: 'file', name, bytes: new TextEncoder().encode('words') });
  });

  it('is refused in a sentence when it is too much, by files, by bytes or by names', async () => {
    await lay({ 'a.md': 'aaaa', 'b.md': 'bbbb', 'c.jpg': '' });
    const limits = { files: 10, bytes: 100, names: 10 };
    await expect(readManuscriptPath(folder, limits)).resolves.toBeDefined();
    for (const limit of [{ files: 1 }, { bytes: 7 }, { names: 2 }]) {
      await expect(readManuscriptPath(folder, { ...limits, ...limit })).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('Nothing was imported') });
    }
    await expect(readManuscriptPaths([join(folder, 'a.md'), join(folder, 'b.md')], { ...limits, bytes: 7 })).rejects.toMatchObject({ code: 'too_large' });
    expect(await readManuscriptPaths([join(folder, 'a.md'), join(folder, 'b.md')], limits)).toHaveLength(2);
  });

  it('is refused in a sentence when it is of another kind, or gone', async () => {
    await lay({ 'a.pdf': '' });
    await expect(readManuscriptPath(join(folder, 'a.pdf'))).rejects.toMatchObject({ code: 'import_unsupported', message: expect.stringContaining('.docx, .epub, .html, .rtf, .md and .txt') });
    await expect(readManuscriptPath(join(folder, 'gone.md'))).rejects.toMatchObject({ code: 'file_unreadable', message: expect.stringContaining('not there any more') });
  });

  it.skipIf(process.platform === 'win32')('is never a pipe, which would not end', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    await expect(readManuscriptPath(join(folder, 'pipe.md'))).rejects.toMatchObject({ code: 'import_unsupported' });
    expect(await pathsIn(folder)).toEqual([]);
  });
});
