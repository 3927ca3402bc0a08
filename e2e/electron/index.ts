/** The module `electron` of the stand-in: the parts that a main process imports, with the types of electron.d.ts. */
import type * as Electron from 'electron';
import { app, launchApp } from './app.ts';
import { BrowserWindowStandIn } from './browser-window.ts';
import { listenToTest } from './control.ts';
import { dialog } from './dialog.ts';
import { ipcMain as ipcMainStandIn } from './ipc-main.ts';
import { MenuItemStandIn, menus, MenuStandIn } from './menu.ts';
import { MessageChannelMain } from './message-ports.ts';
import { NotificationStandIn } from './notification.ts';
import { protocol } from './protocol.ts';
import { recordings } from './recordings.ts';
import { safeStorage } from './safe-storage.ts';
import { screen, setDisplays } from './screen.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { clipboard, crashReporter, nativeImage, nativeTheme, net, powerMonitor, powerSaveBlocker, systemPreferences } from './system.ts';
import { utilityProcess } from './utility-process.ts';
import { WebContentsStandIn } from './web-contents.ts';

const BrowserWindow = BrowserWindowStandIn as unknown as typeof Electron.BrowserWindow;
const Menu = MenuStandIn as unknown as typeof Electron.Menu;
const MenuItem = MenuItemStandIn as unknown as typeof Electron.MenuItem;
const Notification = NotificationStandIn as unknown as typeof Electron.Notification;
const ipcMain = ipcMainStandIn as unknown as Electron.IpcMain;
const webContents = {
  getAllWebContents: () => WebContentsStandIn.getAll() as unknown as Electron.WebContents[],
  getFocusedWebContents: () => BrowserWindow.getFocusedWindow()?.webContents ?? null,
  fromId: (id: number) => WebContentsStandIn.getAll().find((one) => one.id === id) as unknown as Electron.WebContents | undefined,
};
/** What only the stand-in has, for tests. */
const standIn = { recordings, menus, setDisplays };

const electron = {
  app, BrowserWindow, clipboard, crashReporter, dialog, ipcMain, Menu, MenuItem, MessageChannelMain, nativeImage, nativeTheme, net, Notification, powerMonitor, powerSaveBlocker,
  protocol, safeStorage, screen, session, shell, standIn, systemPreferences, utilityProcess, webContents,
};

export {
  app, BrowserWindow, clipboard, crashReporter, dialog, ipcMain, Menu, MenuItem, MessageChannelMain, nativeImage, nativeTheme, net, Notification, powerMonitor, powerSaveBlocker,
  protocol, safeStorage, screen, session, shell, standIn, systemPreferences, utilityProcess, webContents,
};
export default electron;
export type StandInElectron = typeof electron;

launchApp();
listenToTest(electron);
