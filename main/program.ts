/** The running program: one window, its page, what it calls, and what happens when it goes. */
import type { BrowserWindow } from 'electron';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import { createAppMenu, type AppMenu } from './app-menu.ts';
import type { CrashReports } from './crash-reports.ts';
import type { DesktopPaths, RequestSource } from './desktop.ts';
import type { Electron } from './electron-parts.ts';
import { endWith } from './end-with.ts';
import { registerIpc, sendEvent, type Handlers } from './ipc.ts';
import { openLibraryParts, type LibraryParts } from './library-parts.ts';
import { createMenuActions } from './menu-actions.ts';
import type { System } from './menu-keys.ts';
import { createNativeQuestions, type NativeQuestions } from './native-questions.ts';
import { namePath } from './name-path.ts';
import { createNotices, type Notices } from './notices.ts';
import { createOpenRequests, type OpenRequests } from './open-requests.ts';
import { openMainWindow, type MainWindow } from './open-main-window.ts';
import { createQuitGuard, type QuitGuard } from './quit-guard.ts';
import { readManuscriptPath } from './files/read-manuscript-path.ts';
import { secureSession } from './security/secure-app.ts';
import { serveApp } from './security/serve-app.ts';
import { openSettings, type SettingsFile } from './settings.ts';
import { applySpelling, createSpellingHandlers } from './spelling.ts';
import { tellOfLastCrash } from './tell-of-last-crash.ts';
import { createUpdates, formatFeed, type Updater, type Updates } from './updates.ts';
import { watchSystem } from './watch-system.ts';
import { createWindowHandlers } from './window-handlers.ts';

export interface ProgramParts {
  electron: Electron;
  paths: DesktopPaths;
  system: System;
  deviceName: string;
  reports: CrashReports;
  requests: RequestSource;
}

/** What the parts of the program share. `window` is null until there is one. */
interface Shared extends ProgramParts {
  settings: SettingsFile;
  notices: Notices;
  questions: NativeQuestions;
  library: LibraryParts;
  openRequests: OpenRequests;
  updates: Updates;
  quitGuard: QuitGuard;
  menu: AppMenu;
  main(): MainWindow | null;
  window(): BrowserWindow | null;
  onProblem(thrown: unknown): void;
}

/**
 * Opens the library's file and, meanwhile, the window.
 * @throws RectoError file_unreadable: the program's own files are not there
 */
export async function runProgram(parts: ProgramParts): Promise<void> {
  const { electron, paths } = parts;
  if (!existsSync(join(paths.rendererFolder, 'index.html'))) throw new RectoError('file_unreadable', `Recto’s own files are not at ${paths.rendererFolder}. Install Recto again.`);
  let main: MainWindow | null = null;
  const shared = createShared(parts, () => main);
  const { defaultSession } = electron.session;
  await secureSession(defaultSession);
  electron.protocol.handle('app', serveApp({ rendererFolder: paths.rendererFolder, answerStudio: shared.library.answerStudio }));
  applySpelling({ session: defaultSession, settings: shared.settings, system: parts.system });
  answerCalls(shared);
  main = openWindow(shared);
  watchSystem({ electron, window: main.window, quitGuard: shared.quitGuard, onResume: () => resume(shared) });
  parts.requests.listen((requests, again) => {
    shared.openRequests.open(requests);
    if (again) main?.toFront();
  });
  await shared.library.opened;
}

function createShared(parts: ProgramParts, main: () => MainWindow | null): Shared {
  const { electron, paths, reports } = parts;
  const userData = electron.app.getPath('userData');
  const settings = openSettings(join(userData, 'settings.json'));
  const window = (): BrowserWindow | null => main()?.window ?? null;
  const onProblem = (thrown: unknown): void => void reports.write('Something failed', thrown);
  const notices = createNotices((notice) => sendEvent(window(), 'notice', notice));
  for (const notice of settings.notices) notices.add(notice);
  tellOfLastCrash({ reports, settings, notices, onProblem });
  const questions = createNativeQuestions(electron.dialog, window);
  const noteCrash = (what: string): void => void reports.write(what, undefined);
  const library = openLibraryParts({ electron, paths, settings, userData, deviceName: parts.deviceName, window, notify: notices.add, noteCrash });
  const openRequests = createOpenRequests({ readManuscript: readManuscriptPath, readBackup: library.readBackup, send: (target) => sendEvent(window(), 'open', target), notify: notices.add });
  const updates = createUpdates({
    isPackaged: electron.app.isPackaged,
    updatesUrl: () => settings.read().updatesUrl,
    hasPackagedFeed: () => existsSync(join(process.resourcesPath, 'app-update.yml')),
    writeFeed: (url) => writeFeed(join(userData, 'app-update.yml'), url),
    loadUpdater,
  });
  const quitGuard = createQuitGuard({
    hasPage: () => main()?.hasPage() ?? false,
    flush: (flushId) => sendEvent(window(), 'flush', { flushId }),
    hide: () => void main()?.leave(),
    show: () => main()?.toFront(),
    ask: questions.askToClose,
    end: () => endWith([async () => main()?.leave(), library.close], { onProblem, quit: () => quitNow(electron.app, window()) }),
    onProblem,
  });
  const menu = createAppMenu(
    electron.Menu,
    { system: parts.system, place: null, recentBooks: settings.read().recentBooks ?? [], theme: settings.read().theme ?? 'system', hasGuides: existsSync(paths.guides), isDevelopment: !electron.app.isPackaged },
    createMenuActions({ electron, window, questions, updates, reports, libraryFile: library.libraryFile, guides: paths.guides, notify: notices.add }),
  );
  return { ...parts, settings, notices, questions, library, openRequests, updates, quitGuard, menu, main, window, onProblem };
}

/** Every call of the contract has its handler here, or this does not compile. */
function answerCalls({ electron, system, deviceName, reports, settings, notices, library, openRequests, updates, quitGuard, menu, main, window, onProblem }: Shared): void {
  const handlers: Handlers = {
    ...library.handlers,
    ...createSpellingHandlers({ session: electron.session.defaultSession, settings, system }),
    ...createWindowHandlers({
      opened: library.opened,
      start: { version: electron.app.getVersion(), system, deviceName, libraryFile: namePath(library.libraryFile, electron.app.getPath('home')) },
      notices,
      openRequests,
      quitGuard,
      focusMode: () => main()!.focusMode,
      updates,
      onStart: () => main()?.setPage(false),
      onReady: () => main()?.setPage(true),
      onContext({ place, recentBooks, theme }) {
        menu.change({ place, recentBooks, ...(theme && { theme }) });
        main()?.useTheme(theme);
        settings.change({ recentBooks, ...(theme && { theme }) }).catch(onProblem);
      },
    }),
  };
  registerIpc(handlers, { ipcMain: electron.ipcMain, window, onDefect: (call, thrown) => void reports.write(`The call ${call} failed`, thrown) });
}

function openWindow({ electron, paths, reports, settings, notices, questions, openRequests, quitGuard, menu, onProblem }: Shared): MainWindow {
  return openMainWindow({
    electron,
    settings,
    preload: paths.preload,
    icon: existsSync(paths.icon) ? paths.icon : undefined,
    questions,
    quitGuard,
    notify: notices.add,
    onGone(reason) {
      reports.write(`The window's page stopped: ${reason}`, undefined);
      notices.hold();
      openRequests.hold();
      quitGuard.pageGone();
      menu.change({ place: null });
    },
    showCrashReports: () => void electron.shell.openPath(reports.folder),
    onProblem,
  });
}

/** The computer woke up: connections of before are gone, whatever they say. */
function resume({ library, window }: Shared): void {
  library.resumed();
  sendEvent(window(), 'resumed', {});
}

/** The updater quits with the program, and installs then if it was told to. */
function quitNow(app: Electron['app'], window: BrowserWindow | null): void {
  if (window && !window.isDestroyed()) window.destroy();
  app.quit();
}

function writeFeed(file: string, url: string): string {
  writeFileSync(file, formatFeed(url), { mode: 0o600 });
  return file;
}

async function loadUpdater(): Promise<Updater> {
  const { default: module } = await import('electron-updater');
  return module.autoUpdater;
}