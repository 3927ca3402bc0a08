import type { BrowserWindow } from 'electron';
import type { Notice } from '#schemas/ipc.ts';
import { createCrashLoop } from './crash-loop.ts';
import type { Electron } from './electron-parts.ts';
import { createFocusMode, type FocusMode } from './focus-mode.ts';
import type { NativeQuestions } from './native-questions.ts';
import type { QuitGuard } from './quit-guard.ts';
import type { MainSettings, SettingsFile } from './settings.ts';
import { showContextMenu } from './show-context-menu.ts';
import { watchPage } from './watch-page.ts';
import { chooseBackground, createWindow, loadScreens, rememberWindow, toThemeSource } from './windows.ts';

export interface MainWindow {
  readonly window: BrowserWindow;
  readonly focusMode: FocusMode;
  /** Whether there is a page that may hold words. */
  hasPage(): boolean;
  setPage(isThere: boolean): void;
  useTheme(theme: MainSettings['theme']): void;
  toFront(): void;
  /** Hides the window: from then on nobody types in it. Resolves when it is remembered where it was. */
  leave(): Promise<void>;
}

export interface MainWindowParts {
  electron: Electron;
  settings: SettingsFile;
  preload: string;
  icon: string | undefined;
  questions: NativeQuestions;
  quitGuard: QuitGuard;
  notify(notice: Notice): void;
  onGone(reason: string): void;
  showCrashReports(): void;
  onProblem(thrown: unknown): void;
}

/** Opens the window and loads the screens into it. */
export function openMainWindow(parts: MainWindowParts): MainWindow {
  const { electron, settings, questions, quitGuard, onProblem } = parts;
  const window = createWindow({ electron, settings, preload: parts.preload, ...(parts.icon !== undefined && { icon: parts.icon }) });
  const focusMode = createFocusMode(window);
  let hasPage = false;
  let leaving: Promise<void> | null = null;
  const load = (): Promise<void> => loadOrTell(window, parts);
  watchPage({
    window,
    questions,
    crashLoop: createCrashLoop(Date.now),
    isClosing: () => quitGuard.isOver,
    onGone(reason) {
      hasPage = false;
      focusMode.set(false);
      parts.onGone(reason);
    },
    notify: parts.notify,
    load,
    showCrashReports: parts.showCrashReports,
    quit: () => quitGuard.begin(),
    onProblem,
  });
  showContextMenu(electron.Menu, window);
  load().catch(onProblem);
  return {
    window,
    focusMode,
    hasPage: () => hasPage,
    setPage(isThere) {
      hasPage = isThere;
    },
    useTheme(theme) {
      if (!theme) return;
      electron.nativeTheme.themeSource = toThemeSource(theme);
      window.setBackgroundColor(chooseBackground(theme, electron.nativeTheme.shouldUseDarkColors));
    },
    toFront() {
      if (quitGuard.isOver) return;
      leaving = null;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    leave() {
      if (window.isDestroyed()) return Promise.resolve();
      // Before it is hidden: only then is it known where it is.
      leaving ??= rememberWindow(window, settings, focusMode.isOn).catch(onProblem);
      window.hide();
      return leaving;
    },
  };
}

/** A window that can't be drawn would never show by itself. */
async function loadOrTell(window: BrowserWindow, { questions, quitGuard, onProblem }: MainWindowParts): Promise<void> {
  try {
    await loadScreens(window);
  } catch (thrown) {
    if (quitGuard.isOver || window.isDestroyed()) return;
    onProblem(thrown);
    window.show();
    await questions.tell('Recto’s window could not be drawn.', 'Your library is as it was. Close Recto and open it again; if that does not help, install it again.');
  }
}
