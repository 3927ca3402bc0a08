/** Menus as data that a test can click: labels, roles, states, and what a click does. */
import type { BrowserWindow, Menu as ElectronMenu, MenuItem as ElectronItem, MenuItemConstructorOptions, WebContents } from 'electron';
import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import { BrowserWindowStandIn } from './browser-window.ts';
import { createEvent, emit, throwOnMissing } from './stand-in.ts';

type Role = NonNullable<MenuItemConstructorOptions['role']>;
type EditCommand = 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'pasteAndMatchStyle' | 'delete' | 'selectAll';

const EDIT_LABELS: Record<EditCommand, string> = { undo: 'Undo', redo: 'Redo', cut: 'Cut', copy: 'Copy', paste: 'Paste', pasteAndMatchStyle: 'Paste and Match Style', delete: 'Delete', selectAll: 'Select All' };

interface RoleMeaning {
  label: string;
  run(window: BrowserWindow | null): void;
  submenu?: MenuItemConstructorOptions[];
}

const withContents = (run: (contents: WebContents) => void) => (window: BrowserWindow | null): void => {
  if (window) run(window.webContents);
};

/** What a role does. Those of a system's own menus that have no counterpart here do nothing when clicked. */
function describeRole(role: Role): RoleMeaning {
  const wanted = role.toLowerCase();
  const edit = (Object.keys(EDIT_LABELS) as EditCommand[]).find((name) => name.toLowerCase() === wanted);
  if (edit) return { label: EDIT_LABELS[edit], run: withContents((contents) => contents[edit]()) };
  const meanings: Record<string, RoleMeaning> = {
    quit: { label: process.platform === 'win32' ? 'Exit' : 'Quit', run: () => app.quit() },
    about: { label: `About ${app.getName()}`, run: () => app.showAboutPanel() },
    close: { label: 'Close Window', run: (window) => window?.close() },
    minimize: { label: 'Minimize', run: (window) => window?.minimize() },
    zoom: { label: 'Zoom', run: (window) => window?.maximize() },
    togglefullscreen: { label: 'Toggle Full Screen', run: (window) => window?.setFullScreen(!window.isFullScreen()) },
    reload: { label: 'Reload', run: withContents((contents) => contents.reload()) },
    forcereload: { label: 'Force Reload', run: withContents((contents) => contents.reload()) },
    toggledevtools: { label: 'Toggle Developer Tools', run: withContents((contents) => contents.toggleDevTools()) },
    resetzoom: { label: 'Actual Size', run: withContents((contents) => contents.setZoomLevel(0)) },
    zoomin: { label: 'Zoom In', run: withContents((contents) => contents.setZoomLevel(contents.getZoomLevel() + 0.5)) },
    zoomout: { label: 'Zoom Out', run: withContents((contents) => contents.setZoomLevel(contents.getZoomLevel() - 0.5)) },
    clearrecentdocuments: { label: 'Clear Menu', run: () => app.clearRecentDocuments() },
    editmenu: { label: 'Edit', run: () => undefined, submenu: (Object.keys(EDIT_LABELS) as EditCommand[]).map((name) => ({ role: name })) },
    windowmenu: { label: 'Window', run: () => undefined, submenu: [{ role: 'minimize' }, { role: 'zoom' }, { role: 'close' }] },
    viewmenu: { label: 'View', run: () => undefined, submenu: [{ role: 'reload' }, { role: 'toggleDevTools' }, { role: 'togglefullscreen' }] },
    filemenu: { label: 'File', run: () => undefined, submenu: [{ role: process.platform === 'darwin' ? 'close' : 'quit' }] },
    appmenu: { label: app.getName(), run: () => undefined, submenu: [{ role: 'about' }, { role: 'quit' }] },
  };
  return meanings[wanted] ?? { label: role, run: () => undefined };
}

type ItemMember = 'id' | 'label' | 'sublabel' | 'toolTip' | 'type' | 'role' | 'accelerator' | 'enabled' | 'visible' | 'checked' | 'submenu' | 'click' | 'registerAccelerator' | 'commandId' | 'menu';

let lastCommand = 0;

export class MenuItemStandIn implements Pick<ElectronItem, ItemMember> {
  id: string;
  label: string;
  sublabel: string;
  toolTip: string;
  type: ElectronItem['type'];
  role: ElectronItem['role'];
  accelerator: ElectronItem['accelerator'];
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  registerAccelerator: boolean;
  commandId = ++lastCommand;
  submenu: ElectronMenu;
  menu!: ElectronMenu;
  click: ElectronItem['click'];

  constructor(options: MenuItemConstructorOptions) {
    const meaning = options.role === undefined ? null : describeRole(options.role);
    this.id = options.id as string;
    this.label = options.label ?? meaning?.label ?? '';
    this.sublabel = options.sublabel ?? '';
    this.toolTip = options.toolTip ?? '';
    this.role = options.role as ElectronItem['role'];
    this.accelerator = options.accelerator as ElectronItem['accelerator'];
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.registerAccelerator = options.registerAccelerator ?? true;
    const submenu = options.submenu ?? meaning?.submenu;
    this.type = options.type ?? (submenu ? 'submenu' : 'normal');
    if (this.type === 'submenu' && !submenu) throw new Error('Invalid submenu');
    // Electron's own has none here either where there is no submenu.
    this.submenu = (Array.isArray(submenu) ? MenuStandIn.buildFromTemplate(submenu) : (submenu ?? null)) as ElectronMenu;
    this.click = (event?: unknown, window?: BrowserWindow | null) => {
      if (!this.enabled) return;
      if (this.type === 'checkbox') this.checked = !this.checked;
      if (this.type === 'radio') this.#chooseAmongRadios();
      const owner = window ?? (BrowserWindowStandIn.getFocusedWindow() as BrowserWindow | null);
      if (options.click) options.click(this as unknown as ElectronItem, owner ?? undefined, (event ?? {}) as Electron.KeyboardEvent);
      else meaning?.run(owner);
    };
  }

  #chooseAmongRadios(): void {
    const items = this.menu?.items ?? [];
    const at = items.indexOf(this as unknown as ElectronItem);
    const isRadio = (item: ElectronItem | undefined): boolean => item?.type === 'radio';
    for (let index = at; isRadio(items[index]); index -= 1) items[index]!.checked = false;
    for (let index = at + 1; isRadio(items[index]); index += 1) items[index]!.checked = false;
    this.checked = true;
  }
}

let applicationMenu: MenuStandIn | null = null;

export class MenuStandIn extends EventEmitter implements Pick<ElectronMenu, 'items' | 'append' | 'insert' | 'popup' | 'closePopup' | 'getMenuItemById'> {
  readonly items: ElectronItem[] = [];

  append(item: ElectronItem): void {
    this.insert(this.items.length, item);
  }

  insert(at: number, item: ElectronItem): void {
    (item as { menu: unknown }).menu = this;
    this.items.splice(at, 0, item);
  }

  /** Nothing is drawn; the test notes that it opened (main-hooks.ts). */
  popup(options: Electron.PopupOptions = {}): void {
    this.once('menu-will-close', () => options.callback?.());
    emit(this, 'menu-will-show', createEvent());
  }

  closePopup(): void {
    emit(this, 'menu-will-close', createEvent());
  }

  getMenuItemById(id: string): ElectronItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }

  static buildFromTemplate(template: readonly (MenuItemConstructorOptions | ElectronItem)[]): MenuStandIn {
    const menu = new MenuStandIn();
    for (const entry of template) menu.append((entry instanceof MenuItemStandIn ? entry : new MenuItemStandIn(entry as MenuItemConstructorOptions)) as unknown as ElectronItem);
    return menu;
  }

  static setApplicationMenu(menu: MenuStandIn | null): void {
    applicationMenu = menu;
  }

  static getApplicationMenu(): MenuStandIn | null {
    return applicationMenu;
  }

  static sendActionToFirstResponder(): void {}
}
Object.setPrototypeOf(MenuStandIn.prototype, throwOnMissing('Menu', EventEmitter.prototype));
