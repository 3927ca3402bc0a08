import type { BrowserWindow } from 'electron';
import { buildContextMenu } from './context-menu.ts';
import type { Electron } from './electron-parts.ts';

/** A right click, or the menu key, shows what can be done there. */
export function showContextMenu(Menu: Electron['Menu'], window: BrowserWindow): void {
  const { webContents } = window;
  webContents.on('context-menu', (_event, clicked) => {
    const items = buildContextMenu(clicked, {
      replaceWith: (suggestion) => webContents.replaceMisspelling(suggestion),
      addToDictionary: (word) => void webContents.session.addWordToSpellCheckerDictionary(word),
    });
    if (items.length > 0) Menu.buildFromTemplate(items).popup({ window });
  });
}
