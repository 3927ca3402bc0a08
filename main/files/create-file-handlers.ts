import type { BrowserWindow, OpenDialogOptions, OpenDialogReturnValue, SaveDialogOptions, SaveDialogReturnValue, Shell } from 'electron';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import type { Handlers } from '../ipc.ts';
import type { Grants } from './grants.ts';
import { proposeFile } from './media-types.ts';
import { MANUSCRIPT_EXTENSIONS, readManuscriptPaths } from './read-manuscript-path.ts';
import { createSaves } from './saves.ts';

/** The dialogs of the system that ask for a place; Electron's `dialog` is one. */
export interface FileDialog {
  showSaveDialog(window: BrowserWindow, options: SaveDialogOptions): Promise<SaveDialogReturnValue>;
  showOpenDialog(window: BrowserWindow, options: OpenDialogOptions): Promise<OpenDialogReturnValue>;
}

export interface FileParts {
  dialog: FileDialog;
  shell: Pick<Shell, 'showItemInFolder'>;
  grants: Grants;
  /** Where the first dialog opens, such as the author's documents. */
  documents(): string;
}

type FileCalls = 'files.save-begin' | 'files.save-write' | 'files.save-end' | 'files.save-cancel' | 'files.reveal' | 'files.pick';

/** Saving, showing and picking files: each place is one that the author chose in a dialog of the system. */
export function createFileHandlers({ dialog, shell, grants, documents }: FileParts): Pick<Handlers, FileCalls> {
  const saves = createSaves();
  const watched = new WeakSet<BrowserWindow>();
  let lastFolder: string | null = null;
  const forgetWith = (window: BrowserWindow): void => {
    if (watched.has(window)) return;
    watched.add(window);
    // Whoever wrote is gone: what was half written goes too.
    window.once('closed', () => void saves.cancelAll());
    window.webContents.on('render-process-gone', () => void saves.cancelAll());
  };
  return {
    async 'files.save-begin'({ suggestedName, mediaType }, { window }) {
      const { name, extension, filters } = proposeFile(suggestedName, mediaType);
      const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: join(lastFolder ?? documents(), name), filters, properties: ['createDirectory', 'showOverwriteConfirmation'] });
      if (canceled || !filePath) return null;
      const path = await withExtension(filePath, extension);
      lastFolder = dirname(path);
      forgetWith(window);
      return { handle: await saves.begin(path) };
    },
    async 'files.save-write'({ handle, bytes }) {
      await saves.write(handle, bytes);
      return null;
    },
    async 'files.save-end'({ handle }) {
      const path = await saves.end(handle);
      return { place: describePlace(path), grant: grants.grant(path) };
    },
    async 'files.save-cancel'({ handle }) {
      await saves.cancel(handle);
      return null;
    },
    async 'files.reveal'({ grant }) {
      const path = grants.pathOf(grant);
      if (!(await exists(path))) throw new RectoError('not_found', `“${basename(path)}” is not there any more: it was moved, renamed or deleted since it was saved.`);
      shell.showItemInFolder(path);
      return null;
    },
    async 'files.pick'({ kind }, { window }) {
      const options: OpenDialogOptions =
        kind === 'folder'
          ? { title: 'Import a folder', buttonLabel: 'Import', properties: ['openDirectory'] }
          : { title: 'Import manuscripts', buttonLabel: 'Import', properties: ['openFile', 'multiSelections'], filters: [{ name: 'Manuscripts', extensions: [...MANUSCRIPT_EXTENSIONS] }] };
      const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
      if (canceled || filePaths.length === 0) return null;
      return readManuscriptPaths(filePaths);
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}

/** Dialogs of Linux add none. Where that would name another file, which the author was not asked about, it stays off. */
async function withExtension(path: string, extension: string): Promise<string> {
  if (extname(path) !== '') return path;
  const whole = `${path}.${extension}`;
  return (await exists(whole)) ? path : whole;
}

/** @returns a sentence's end: 'in Documents as The Keeper.epub' */
export function describePlace(path: string): string {
  const folder = dirname(path);
  return `in ${basename(folder) || folder} as ${basename(path)}`;
}
