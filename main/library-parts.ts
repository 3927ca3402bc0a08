/** The calls that are about what is in the library: each folder makes its own; here they meet. */
import type { BrowserWindow } from 'electron';
import type { BackupEntry, Notice } from '#schemas/ipc.ts';
import type { DesktopPaths } from './desktop.ts';
import type { Electron } from './electron-parts.ts';
import { createFileHandlers } from './files/create-file-handlers.ts';
import { createGrants } from './files/grants.ts';
import type { Handlers } from './ipc.ts';
import type { SettingsFile } from './settings.ts';

export interface LibraryPartsNeeds {
  electron: Electron;
  paths: DesktopPaths;
  settings: SettingsFile;
  userData: string;
  window(): BrowserWindow | null;
  notify(notice: Notice): void;
}

/** Calls that the program answers itself. */
type OwnCalls = 'app.start' | 'window.ready' | 'window.flushed' | 'window.set-focus-mode' | 'window.print' | 'menu.set-context' | 'updates.check' | 'spelling.read' | 'spelling.set-languages' | 'spelling.add-word' | 'spelling.remove-word';

export interface LibraryParts {
  handlers: Omit<Handlers, OwnCalls>;
  libraryFile: string;
  answerStudio(request: Request): Promise<Response>;
  readBackup(path: string): Promise<BackupEntry>;
  /** Everything that is open on the disk or runs beside, to be closed in this order. */
  closers: readonly (() => Promise<void>)[];
}

export async function openLibraryParts({ electron, userData }: LibraryPartsNeeds): Promise<LibraryParts> {
  const grants = createGrants();
  const files = createFileHandlers({ dialog: electron.dialog, shell: electron.shell, grants, documents: () => electron.app.getPath('documents') });
  return { handlers: { ...files } as LibraryParts['handlers'], libraryFile: `${userData}/library.recto`, answerStudio: async () => new Response(null, { status: 503 }), readBackup: () => Promise.reject(new Error('none')), closers: [] };
}
