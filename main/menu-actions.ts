import type { BrowserWindow } from 'electron';
import { mkdirSync } from 'node:fs';
import { RectoError } from '#schemas/errors.ts';
import type { Notice } from '#schemas/ipc.ts';
import type { CrashReports } from './crash-reports.ts';
import type { Electron } from './electron-parts.ts';
import { sendEvent } from './ipc.ts';
import type { MenuActions } from './menu.ts';
import type { NativeQuestions } from './native-questions.ts';
import type { Updates } from './updates.ts';

export interface MenuActionParts {
  electron: Pick<Electron, 'shell'>;
  window(): BrowserWindow | null;
  questions: Pick<NativeQuestions, 'askToUpdate' | 'tell'>;
  updates: Updates;
  reports: CrashReports;
  libraryFile: string;
  guides: string;
  notify(notice: Notice): void;
}

/** What the menus' items do. Folders are shown in the system's file manager; no address is ever opened. */
export function createMenuActions({ electron: { shell }, window, questions, updates, reports, libraryFile, guides, notify }: MenuActionParts): MenuActions {
  const warn = (thrown: unknown): void => notify({ kind: 'warning', message: RectoError.from(thrown, 'internal').message });
  const openFolder = async (folder: string): Promise<void> => {
    const trouble = await shell.openPath(folder);
    if (trouble !== '') throw new RectoError('file_unreadable', `${folder} could not be shown: ${trouble}`);
  };
  return {
    command: (commandId) => sendEvent(window(), 'command', { commandId }),
    open: (target) => sendEvent(window(), 'open', target),
    checkForUpdates: () => void checkAndAsk(updates, questions).catch(warn),
    showLibraryFile: () => shell.showItemInFolder(libraryFile),
    showCrashReports() {
      mkdirSync(reports.folder, { recursive: true });
      openFolder(reports.folder).catch(warn);
    },
    showGuides: () => void openFolder(guides).catch(warn),
  };
}

async function checkAndAsk(updates: Updates, questions: Pick<NativeQuestions, 'askToUpdate' | 'tell'>): Promise<void> {
  const found = await updates.check();
  if (found.state === 'off') return questions.tell('This Recto looks for no newer versions.', 'No address to look at is set. Recto asks no server on its own.');
  if (found.state === 'current') return questions.tell('This is the newest Recto.');
  if (!(await questions.askToUpdate(found.version ?? ''))) return undefined;
  await updates.download();
  return questions.tell('The newer Recto is fetched.', 'It is installed when Recto closes.');
}
