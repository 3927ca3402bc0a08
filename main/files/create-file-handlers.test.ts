import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BrowserWindow, OpenDialogOptions, SaveDialogOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IpcContext } from '../ipc.ts';
import { createFileHandlers } from './create-file-handlers.ts';
import { createGrants } from './grants.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recto-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What the author does in the dialogs: gives a path, or closes them. */
function setUp(author: { save?: (options: SaveDialogOptions) => string | null; open?: (options: OpenDialogOptions) => string[] } = {}) {
  const shown: string[] = [];
  const window = Object.assign(new EventEmitter(), { webContents: new EventEmitter() });
  const context: IpcContext = { window: window as unknown as BrowserWindow, send: () => undefined };
  const handlers = createFileHandlers({
    dialog: {
      showSaveDialog: async (_window, options) => {
        const filePath = author.save?.(options) ?? null;
        return { canceled: filePath === null, filePath: filePath ?? '' };
      },
      showOpenDialog: async (_window, options) => {
        const filePaths = author.open?.(options) ?? [];
        return { canceled: filePaths.length === 0, filePaths };
      },
    },
    shell: { showItemInFolder: (path) => void shown.push(path) },
    grants: createGrants(),
    documents: () => folder,
  });
  return { handlers, context, window, shown };
}

const EPUB = 'application/epub+zip';

describe('saving by a dialog of the system', () => {
  it('writes where the author says, tells the place, and can show it', async () => {
    const { handlers, context, shown } = setUp({ save: ({ defaultPath }) => defaultPath ?? null });
    const begun = await handlers['files.save-begin']({ suggestedName: 'The Keeper.epub', mediaType: EPUB }, context);
    const handle = begun?.handle ?? '';
    await handlers['files.save-write']({ handle, bytes: new Uint8Array([1, 2, 3]) }, context);
    const { place, grant } = await handlers['files.save-end']({ handle }, context);
    expect(place).toBe(`in ${basename(folder)} as The Keeper.epub`);
    expect([...(await readFile(join(folder, 'The Keeper.epub')))]).toEqual([1, 2, 3]);
    await handlers['files.reveal']({ grant }, context);
    expect(shown).toEqual([join(folder, 'The Keeper.epub')]);
    await rm(join(folder, 'The Keeper.epub'));
    await expect(handlers['files.reveal']({ grant }, context)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('writes nothing where the author closes the dialog', async () => {
    const { handlers, context } = setUp();
    expect(await handlers['files.save-begin']({ suggestedName: 'a.epub', mediaType: EPUB }, context)).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['../../etc/passwd', 'etc passwd.epub'],
    ['con', 'con (book).epub'],
    ['a\nb.epub', 'a b.epub'],
    ['ends with a dot. . .', 'ends with a dot.epub'],
    ['program.exe', 'program.exe.epub'],
    ['.epub', 'epub.epub'],
    ['', 'Untitled.epub'],
  ])('proposes for %j the safe name %j', async (suggestedName, expected) => {
    let proposed = '';
    const { handlers, context } = setUp({ save: ({ defaultPath }) => ((proposed = defaultPath ?? ''), null) });
    await handlers['files.save-begin']({ suggestedName, mediaType: EPUB }, context);
    expect(proposed).toBe(join(folder, expected));
  });

  it('saves only what Recto makes', async () => {
    const { handlers, context } = setUp();
    for (const mediaType of ['application/x-sh', 'constructor', '']) {
      await expect(handlers['files.save-begin']({ suggestedName: 'a.sh', mediaType }, context)).rejects.toMatchObject({ code: 'malformed' });
    }
  });

  it('adds the extension that a dialog left off, but never so that it names another file', async () => {
    const { handlers, context } = setUp({ save: () => join(folder, 'Keeper') });
    const first = await handlers['files.save-begin']({ suggestedName: 'x', mediaType: EPUB }, context);
    expect((await handlers['files.save-end']({ handle: first?.handle ?? '' }, context)).place).toMatch(/as Keeper\.epub$/);
    const second = await handlers['files.save-begin']({ suggestedName: 'x', mediaType: EPUB }, context);
    expect((await handlers['files.save-end']({ handle: second?.handle ?? '' }, context)).place).toMatch(/as Keeper$/);
  });

  it.each(['closed', 'render-process-gone'])('leaves no half of a file when the window is gone (%s)', async (event) => {
    const { handlers, context, window } = setUp({ save: ({ defaultPath }) => defaultPath ?? null });
    const begun = await handlers['files.save-begin']({ suggestedName: 'a', mediaType: EPUB }, context);
    await handlers['files.save-write']({ handle: begun?.handle ?? '', bytes: new Uint8Array(10) }, context);
    expect(await readdir(folder)).toHaveLength(1);
    (event === 'closed' ? window : window.webContents).emit(event);
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  it('shows nothing that was not saved with it', async () => {
    const { handlers, context, shown } = setUp();
    for (const grant of ['/etc/passwd', '__proto__', 'x']) await expect(handlers['files.reveal']({ grant }, context)).rejects.toMatchObject({ code: 'forbidden' });
    expect(shown).toEqual([]);
  });
});

describe('picking a manuscript', () => {
  it('reads the files that the author chose', async () => {
    await writeFile(join(folder, 'a.md'), 'A');
    await writeFile(join(folder, 'b.txt'), 'B');
    const { handlers, context } = setUp({ open: ({ properties }) => (properties?.includes('openFile') ? [join(folder, 'a.md'), join(folder, 'b.txt')] : []) });
    expect(await handlers['files.pick']({ kind: 'files' }, context)).toMatchObject([{ name: 'a.md' }, { name: 'b.txt' }]);
    expect(await handlers['files.pick']({ kind: 'folder' }, context)).toBeNull();
  });

  it('reads a folder', async () => {
    await writeFile(join(folder, 'a.md'), 'A');
    const { handlers, context } = setUp({ open: ({ properties }) => (properties?.includes('openDirectory') ? [folder] : []) });
    expect(await handlers['files.pick']({ kind: 'folder' }, context)).toMatchObject([{ kind: 'folder', files: [{ path: 'a.md' }] }]);
  });
});
