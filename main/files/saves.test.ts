import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSaves } from './saves.ts';
import { canMount, mountSmallDisk } from './test-support/small-disk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recto-saves-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function save(path: string, ...parts: string[]): Promise<string> {
  const saves = createSaves();
  const handle = await saves.begin(path);
  await Promise.all(parts.map((part) => saves.write(handle, bytes(part))));
  return saves.end(handle);
}

describe('a file that is saved', () => {
  it('is there whole and in the order of the calls, with nothing beside it', async () => {
    const path = join(folder, 'The Keeper.md');
    expect(await save(path, 'one ', 'two ', 'three')).toBe(path);
    expect(await readFile(path, 'utf8')).toBe('one two three');
    expect(await readdir(folder)).toEqual(['The Keeper.md']);
  });

  it.each(['a\nnew line.md', 'quote " and \' and `.md', '📖 кни́га.md', `${'x'.repeat(247)}.md`, '-rf.md', '%2e%2e.md'])('takes any name that the disk takes: %j', async (name) => {
    await save(join(folder, name), 'words');
    expect(await readFile(join(folder, name), 'utf8')).toBe('words');
    expect(await readdir(folder)).toEqual([name]);
  });

  it('replaces the old one only at its end, and keeps its rights', async () => {
    const path = join(folder, 'a.md');
    await writeFile(path, 'old');
    await chmod(path, 0o640);
    const { mode } = await stat(path);
    const saves = createSaves();
    const handle = await saves.begin(path);
    await saves.write(handle, bytes('new'));
    expect(await readFile(path, 'utf8')).toBe('old');
    await saves.end(handle);
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode).toBe(mode);
  });

  it('replaces what a link points to, not the link', async () => {
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real/a.md'), 'old');
    await symlink(join(folder, 'real/a.md'), join(folder, 'link.md'));
    expect(await save(join(folder, 'link.md'), 'new')).toBe(join(folder, 'real/a.md'));
    expect(await readFile(join(folder, 'real/a.md'), 'utf8')).toBe('new');
  });

  it('goes when it is cancelled, and what was there stays', async () => {
    const path = join(folder, 'a.md');
    await writeFile(path, 'old');
    const saves = createSaves();
    const handle = await saves.begin(path);
    await saves.write(handle, bytes('half'));
    await saves.cancel(handle);
    await expect(saves.write(handle, bytes('more'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(saves.end(handle)).rejects.toMatchObject({ code: 'not_found' });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.md']);
  });

  it('leaves nothing of any when the window is gone', async () => {
    const saves = createSaves();
    const handles = await Promise.all(['a', 'b', 'c'].map((name) => saves.begin(join(folder, name))));
    await Promise.all(handles.map((handle) => saves.write(handle, bytes('half'))));
    await saves.cancelAll();
    expect(await readdir(folder)).toEqual([]);
  });

  it('clears away what a killed program left a day ago, and nothing else', async () => {
    const old = new Date(Date.now() - 2 * 86_400_000);
    for (const name of ['.recto-0123456789abcdef.part', '.recto-notes.part', 'mine.part']) {
      await writeFile(join(folder, name), '');
      await utimes(join(folder, name), old, old);
    }
    await writeFile(join(folder, '.recto-fedcba9876543210.part'), 'under way');
    await save(join(folder, 'a.md'), 'words');
    expect((await readdir(folder)).toSorted()).toEqual(['.recto-fedcba9876543210.part', '.recto-notes.part', 'a.md', 'mine.part']);
  });
});

describe('a file that can’t be saved', () => {
  it.each<[string, (folder: string) => Promise<string>, RegExp]>([
    ['the folder is gone', async (folder) => join(folder, 'gone/a.md'), /its folder is not there any more/],
    ['the path goes through a file', async (folder) => (await writeFile(join(folder, 'file'), ''), join(folder, 'file/a.md')), /part of its path is a file|not there any more/],
    ['there is a folder of its name', async (folder) => (await mkdir(join(folder, 'a.md')), join(folder, 'a.md')), /there is a folder of this name/],
    ['the name is too long', async (folder) => join(folder, `${'x'.repeat(300)}.md`), /too long/],
  ])('says so in a sentence when %s', async (_name, prepare, sentence) => {
    const path = await prepare(folder);
    const before = await readdir(folder);
    await expect(save(path, 'words')).rejects.toMatchObject({ code: 'file_unwritable', message: expect.stringMatching(sentence) });
    expect(await readdir(folder)).toEqual(before);
  });

  it('says so when its folder goes while it is written', async () => {
    const saves = createSaves();
    await mkdir(join(folder, 'stick'));
    const handle = await saves.begin(join(folder, 'stick/a.md'));
    await rm(join(folder, 'stick'), { recursive: true });
    await saves.write(handle, bytes('words'));
    await expect(saves.end(handle)).rejects.toMatchObject({ code: 'file_unwritable', message: expect.stringContaining('is as it was') });
  });

  it.runIf(canMount)('leaves no half of it on a disk that fills up, and the old one stays', async () => {
    const disk = mountSmallDisk('1m');
    try {
      const path = join(disk.path, 'a.epub');
      await writeFile(path, 'old');
      const saves = createSaves();
      const handle = await saves.begin(path);
      const results = await Promise.allSettled([1, 2, 3].map(() => saves.write(handle, new Uint8Array(700_000))));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(results[1]).toMatchObject({ reason: { code: 'storage_full', message: expect.stringContaining('no room') } });
      expect(results[2]).toMatchObject({ reason: { code: 'storage_full' } });
      await expect(saves.end(handle)).rejects.toMatchObject({ code: 'not_found' });
      expect(await readdir(disk.path)).toEqual(['a.epub']);
      expect(await readFile(path, 'utf8')).toBe('old');
    } finally {
      disk.unmount();
    }
  });

  it.runIf(canMount)('says so on a disk that is read-only', async () => {
    const disk = mountSmallDisk('1m');
    try {
      disk.makeReadOnly();
      await expect(save(join(disk.path, 'a.md'), 'words')).rejects.toMatchObject({ code: 'file_unwritable', message: expect.stringContaining('read-only') });
    } finally {
      disk.unmount();
    }
  });

  it.runIf(canMount)('does not replace a file on it that may not be written', async () => {
    const disk = mountSmallDisk('1m');
    try {
      await writeFile(join(disk.path, 'a.md'), 'old');
      disk.makeReadOnly();
      await expect(save(join(disk.path, 'a.md'), 'new')).rejects.toMatchObject({ code: 'file_unwritable' });
      expect(await readFile(join(disk.path, 'a.md'), 'utf8')).toBe('old');
    } finally {
      disk.unmount();
    }
  });
});
