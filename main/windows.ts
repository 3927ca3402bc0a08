/** The one window: where it opens, what it looks like before its page is there, and what it remembers of itself. */
import type { BrowserWindow } from 'electron';
import { APP_ORIGIN } from '#schemas/ipc.ts';
import type { Electron } from './electron-parts.ts';
import { createWebPreferences } from './security/web-preferences.ts';
import type { MainSettings, SettingsFile } from './settings.ts';
import { placeWindow, SMALLEST } from './window-bounds.ts';

/** The desk behind the pages, as renderer/theme/tokens.css has it: the window is never white before its page is drawn. */
const DESKS = { day: '#efeae0', sepia: '#e7dabf', night: '#0f0e0d' } as const;

export function chooseBackground(theme: MainSettings['theme'], dark: boolean): string {
  if (theme && theme !== 'system') return DESKS[theme];
  return dark ? DESKS.night : DESKS.day;
}

export interface WindowParts {
  electron: Pick<Electron, 'BrowserWindow' | 'screen' | 'nativeTheme'>;
  settings: SettingsFile;
  preload: string;
  /** The program's icon where the system doesn't take it from the package. */
  icon?: string;
}

/** A window that shows when its page is drawn. The caller loads the page. */
export function createWindow({ electron, settings, preload, icon }: WindowParts): BrowserWindow {
  const { windowState, theme } = settings.read();
  electron.nativeTheme.themeSource = toThemeSource(theme);
  const main = electron.screen.getPrimaryDisplay();
  const areas = [main, ...electron.screen.getAllDisplays().filter(({ id }) => id !== main.id)].map(({ workArea }) => workArea);
  const window = new electron.BrowserWindow({
    ...placeWindow(windowState, areas),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Recto',
    show: false,
    backgroundColor: chooseBackground(theme, electron.nativeTheme.shouldUseDarkColors),
    ...(icon && { icon }),
    webPreferences: createWebPreferences(preload),
  });
  window.once('ready-to-show', () => {
    // Not before: a window that is made large is shown by that, with nothing drawn in it (electron#8861, #7722).
    if (windowState?.maximized) window.maximize();
    window.show();
    if (windowState?.fullScreen) window.setFullScreen(true);
  });
  return window;
}

export function loadScreens(window: BrowserWindow): Promise<void> {
  return window.loadURL(`${APP_ORIGIN}/`);
}

export function toThemeSource(theme: MainSettings['theme']): 'system' | 'light' | 'dark' {
  if (!theme || theme === 'system') return 'system';
  return theme === 'night' ? 'dark' : 'light';
}

/**
 * Kept when it closes: only then is it known, and a drag would otherwise write hundreds of times.
 * @throws RectoError file_unwritable
 */
export async function rememberWindow(window: BrowserWindow, settings: SettingsFile, isFocusMode: boolean): Promise<void> {
  const fullScreen = window.isFullScreen() && !isFocusMode;
  await settings.change({ windowState: { ...window.getNormalBounds(), maximized: window.isMaximized(), fullScreen } });
}
