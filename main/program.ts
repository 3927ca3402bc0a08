/** The running program: one window, its page, what it calls, and what happens when it goes. */
import type { BrowserWindow } from 'electron';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import { createAppMenu } from './app-menu.ts';
import type { CrashReports } from './crash-reports.ts';
import type { DesktopPaths, RequestSource } from './desktop.ts';
import type { Electron } from './electron-parts.ts';
import { endWith } from './end-with.ts';
import { registerIpc, sendEvent } from './ipc.ts';
import { openLibraryParts } from './library-parts.ts';
import { createMenuActions } from './menu-actions.ts';
import type { System } from './menu-keys.ts';
import { createNativeQuestions } from './native-questions.ts';
import { createNotices } from './notices.ts';
import { createOpenRequests } from './open-requests.ts';
import { openMainWindow, type MainWindow } from './open-main-window.ts';
import { createQuitGuard } from './quit-guard.ts';
import { readManuscriptPath } from './files/read-manuscript-path.ts';
import { secureSession } from './security/secure-app.ts';
import { serveApp } from './security/serve-app.ts';
import { openSettings } from './settings.ts';
import { applySpelling, createSpellingHandlers } from './spelling.ts';
import { tellOfLastCrash } from './tell-of-last-crash.ts';
import { createUpdates, type Updater } from './updates.ts';
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

/**
 * Opens the library's file and, meanwhile, the window.
 * @throws RectoError file_unreadable: the program's own files are not there
 */
export async function runProgram(parts: ProgramParts): Promise<void> {
  const { electron, paths, system, reports } = parts;
  const { app } = electron;
  if (!existsSync(join(paths.rendererFolder, 'index.html'))) throw new RectoError('file_unreadable', `Recto’s own files are not at ${paths.rendererFolder}. Install Recto again.`);
  const userData = app.getPath('userData');
  const settings = openSettings(join(userData, 'settings.json'));
  let main: MainWindow | null = null;
  const window = (): BrowserWindow | null => main?.window ?? null;
  const onProblem = (thrown: unknown): void => void reports.write('Something failed', thrown);

  const notices = createNotices((notice) => sendEvent(window(), 'notice', notice));
  for (const notice of settings.notices) notices.add(notice);
  tellOfLastCrash({ reports, settings, notices, onProblem });
  const questions = createNativeQuestions(electron.dialog, window);
  const library = openLibraryParts({ electron, paths, settings, userData, deviceName: parts.deviceName, window, notify: notices.add, noteCrash: (what) => void reports.write(what, undefined) });
  const openRequests = createOpenRequests({ readManuscript: readManuscriptPath, readBackup: library.readBackup, send: (target) => sendEvent(window(), 'open', target), notify: notices.add });
  const updates = createUpdates({
    isPackaged: app.isPackaged,
    updatesUrl: () => settings.read().updatesUrl,
    hasPackagedFeed: () => existsSync(join(process.resourcesPath, 'app-update.yml')),
    loadUpdater,
  });
  const quitGuard = createQuitGuard({
    hasPage: () => main?.hasPage() ?? false,
    flush: (flushId) => sendEvent(window(), 'flush', { flushId }),
    ask: questions.askToClose,
    onProblem,
    end: () => endWith([async () => main?.remember(), library.close], { onProblem, quit: () => quitNow(app, window()) }),
  });
  const menu = createAppMenu(
    electron.Menu,
    { system, place: null, recentBooks: settings.read().recentBooks ?? [], theme: settings.read().theme ?? 'system', hasGuides: existsSync(paths.guides), isDevelopment: !app.isPackaged },
    createMenuActions({ electron, window, questions, updates, reports, libraryFile: library.libraryFile, guides: paths.guides, notify: notices.add }),
  );

  const { session } = electron;
  secureSession(session.defaultSession);
  electron.protocol.handle('app', serveApp({ rendererFolder: paths.rendererFolder, answerStudio: library.answerStudio }));
  applySpelling({ session: session.defaultSession, settings });
  registerIpc(
    {
      ...library.handlers,
      ...createSpellingHandlers({ session: session.defaultSession, settings }),
      ...createWindowHandlers({
        opened: library.opened,
        start: { version: app.getVersion(), system, deviceName: parts.deviceName, libraryFile: library.libraryFile },
        notices,
        openRequests,
        quitGuard,
        focusMode: () => main!.focusMode,
        updates,
        onStart: () => main?.setPage(false),
        onReady: () => main?.setPage(true),
        onContext({ place, recentBooks, theme }) {
          menu.change({ place, recentBooks, ...(theme && { theme }) });
          main?.useTheme(theme);
          settings.change({ recentBooks, ...(theme && { theme }) }).catch(onProblem);
        },
      }),
    },
    { ipcMain: electron.ipcMain, window, onDefect: (call, thrown) => void reports.write(`The call ${call} failed`, thrown) },
  );

  main = openMainWindow({
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
  const onResume = (): void => {
    library.resumed();
    sendEvent(window(), 'resumed', {});
  };
  watchSystem({ electron, window: main.window, quitGuard, onResume });
  parts.requests.listen((requests, again) => {
    openRequests.open(requests);
    if (again) main?.toFront();
  });
  await library.opened;
}

/** The updater quits with the program, and installs then if it was told to. */
function quitNow(app: Electron['app'], window: BrowserWindow | null): void {
  if (window && !window.isDestroyed()) window.destroy();
  app.quit();
}

async function loadUpdater(): Promise<Updater> {
  const { default: module } = await import('electron-updater');
  return module.autoUpdater;
}