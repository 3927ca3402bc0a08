/** What Electron calls the roles of menu items that Recto uses, and the keys it gives them (lib/browser/api/menu-item-roles.ts). */
import type { MenuItemConstructorOptions } from 'electron';
import type { System } from '#main/menu-keys.ts';

export interface RoleName {
  label: string;
  accelerator?: string;
  submenu?: MenuItemConstructorOptions[];
}

/** @throws Error of a role that is not in the list yet */
export function roleOf(role: NonNullable<MenuItemConstructorOptions['role']>, system: System): RoleName {
  const isMac = system === 'macOS';
  const names: Readonly<Record<string, RoleName>> = {
    about: { label: 'About Recto' },
    close: { label: isMac ? 'Close Window' : 'Close', accelerator: 'CmdOrCtrl+W' },
    copy: { label: 'Copy', accelerator: 'CmdOrCtrl+C' },
    cut: { label: 'Cut', accelerator: 'CmdOrCtrl+X' },
    front: { label: 'Bring All to Front' },
    help: { label: 'Help' },
    hide: { label: 'Hide Recto', accelerator: 'Cmd+H' },
    hideothers: { label: 'Hide Others', accelerator: 'Cmd+Alt+H' },
    minimize: { label: 'Minimize', accelerator: 'CmdOrCtrl+M' },
    paste: { label: 'Paste', accelerator: 'CmdOrCtrl+V' },
    pasteandmatchstyle: { label: 'Paste and Match Style', accelerator: isMac ? 'Cmd+Option+Shift+V' : 'Shift+CmdOrCtrl+V' },
    quit: { label: system === 'Windows' ? 'Exit' : 'Quit', ...(system !== 'Windows' && { accelerator: 'CmdOrCtrl+Q' }) },
    redo: { label: 'Redo', accelerator: system === 'Windows' ? 'Ctrl+Y' : 'Shift+CmdOrCtrl+Z' },
    resetzoom: { label: 'Actual Size', accelerator: 'CmdOrCtrl+0' },
    selectall: { label: 'Select All', accelerator: 'CmdOrCtrl+A' },
    services: { label: 'Services' },
    startspeaking: { label: 'Start Speaking' },
    stopspeaking: { label: 'Stop Speaking' },
    toggledevtools: { label: 'Toggle Developer Tools', accelerator: isMac ? 'Alt+Cmd+I' : 'Ctrl+Shift+I' },
    togglefullscreen: { label: 'Toggle Full Screen', accelerator: isMac ? 'Ctrl+Cmd+F' : 'F11' },
    undo: { label: 'Undo', accelerator: 'CmdOrCtrl+Z' },
    unhide: { label: 'Show All' },
    windowmenu: { label: 'Window', submenu: [{ role: 'minimize' }, { role: 'zoom' }, { type: 'separator' }, { role: 'front' }] },
    zoom: { label: 'Zoom' },
    zoomin: { label: 'Zoom In', accelerator: 'CmdOrCtrl+Plus' },
    zoomout: { label: 'Zoom Out', accelerator: 'CmdOrCtrl+-' },
  };
  const found = names[role.toLowerCase()];
  if (!found) throw new Error(`The drawing of menus does not know the role ${role}.`);
  return found;
}
