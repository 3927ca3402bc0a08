/** The module `electron` of the stand-in: the parts that a main process imports, with the types of electron.d.ts. */
import type * as Electron from 'electron';
import { app, launchApp } from './app.ts';
import { BrowserWindowStandIn } from './browser-window.ts';
import { listenToTest } from './control.ts';
import { crashReporter } from './crash-reporter.ts';
import { dialog } from './dialog.ts';
import { ipcMain as ipcMainStandIn } from './ipc-main.ts';
import { MenuItemStandIn, MenuStandIn } from './menu.ts';
import { MessageChannelMain } from './message-ports.ts';
import { nativeImage } from './native-image.ts';
import { nativeTheme } from './native-theme.ts';
import { net } from './net.ts';
import { NotificationStandIn } from './notification.ts';
import { powerMonitor, powerSaveBlocker } from './power.ts';
import { protocol } from './protocol.ts';
import { recordings } from './recordings.ts';
import { safeStorage } from './safe-storage.ts';
import { screen, setDisplays } from './screen.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
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
const standIn = { recordings, setDisplays };

const electron = {
  app, BrowserWindow, crashReporter, dialog, ipcMain, Menu, MenuItem, MessageChannelMain, nativeImage, nativeTheme, net, Notification, powerMonitor, powerSaveBlocker,
  protocol, safeStorage, screen, session, shell, standIn, utilityProcess, webContents,
};

export {
  app, BrowserWindow, crashReporter, dialog, ipcMain, Menu, MenuItem, MessageChannelMain, nativeImage, nativeTheme, net, Notification, powerMonitor, powerSaveBlocker,
  protocol, safeStorage, screen, session, shell, standIn, utilityProcess, webContents,
};
export default electron;

launchApp();
listenToTest(electron);
