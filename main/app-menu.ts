/** Keeps the program's menus at what the page says of itself. */
import type { Electron } from './electron-parts.ts';
import { buildMenu, type MenuActions, type MenuContext } from './menu.ts';

export interface AppMenu {
  change(patch: Partial<MenuContext>): void;
}

/** Shows the menus at once. */
export function createAppMenu(Menu: Electron['Menu'], first: MenuContext, actions: MenuActions): AppMenu {
  let context = first;
  const show = (): void => Menu.setApplicationMenu(Menu.buildFromTemplate(buildMenu(context, actions)));
  show();
  return {
    change(patch) {
      const next = { ...context, ...patch };
      // A menu that is built anew closes while it is open: only for a change.
      if (JSON.stringify(next) === JSON.stringify(context)) return;
      context = next;
      show();
    },
  };
}
