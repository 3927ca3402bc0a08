/** Put into main by a test, on the stand-in and on real Electron alike: answers to dialogs, and what left for the desktop. */
import type { MenuItem } from 'electron';
import type { MainModule } from './desktop-program.ts';

/** A message box can be answered by its button's label. */
export type DialogAnswer = { button: string } | { response: number; checkboxChecked?: boolean } | { canceled: boolean; filePaths?: string[]; filePath?: string };
export type DialogMethod = 'showMessageBox' | 'showOpenDialog' | 'showSaveDialog' | 'showErrorBox';

export interface ShownDialog {
  method: DialogMethod;
  message: string;
  detail: string;
  buttons: string[];
  title: string;
  defaultPath: string;
}

export interface DesktopRecord {
  dialogs: ShownDialog[];
  /** Those that had no answer: each fails the test. */
  unanswered: string[];
  openedExternals: string[];
  openedPaths: string[];
  shownInFolder: string[];
  prints: object[];
}

interface Hooks extends DesktopRecord {
  answers: { method: DialogMethod; answer: DialogAnswer }[];
  popup: { items: MenuItem[] } | null;
}

/** Runs in main; whole in itself. */
export function installHooks({ app, dialog, Menu, shell, webContents }: MainModule, answers: Hooks['answers']): void {
  const world = globalThis as unknown as { rectoTest?: Hooks };
  if (world.rectoTest) return;
  const hooks: Hooks = { dialogs: [], unanswered: [], openedExternals: [], openedPaths: [], shownInFolder: [], prints: [], answers, popup: null };
  world.rectoTest = hooks;

  const show = (method: DialogMethod, args: unknown[]): unknown => {
    const options = args.at(-1) as Partial<ShownDialog>;
    const { message = '', detail = '', buttons = [], title = '', defaultPath = '' } = method === 'showErrorBox' ? { title: args[0] as string, message: args[1] as string } : options;
    hooks.dialogs.push({ method, message, detail, buttons, title, defaultPath });
    const at = hooks.answers.findIndex((one) => one.method === method);
    const given = hooks.answers.splice(at, at < 0 ? 0 : 1)[0]?.answer;
    const response = given && 'button' in given ? buttons.map((label) => label.replaceAll('&', '')).indexOf(given.button) : 0;
    if (given && response >= 0) return 'button' in given ? { response, checkboxChecked: false } : given;
    const asked = `dialog.${method}: ${message || title} [${buttons.join(' | ')}]`;
    hooks.unanswered.push(asked);
    // It only tells: whoever shows it goes on when it is closed.
    if (method === 'showErrorBox') return undefined;
    throw new Error(`Nobody answered ${asked}`);
  };
  for (const method of ['showMessageBox', 'showOpenDialog', 'showSaveDialog'] as const) dialog[method] = (async (...args: unknown[]) => show(method, args)) as never;
  dialog.showErrorBox = (...args) => void show('showErrorBox', args);

  shell.openExternal = async (url) => void hooks.openedExternals.push(url);
  shell.openPath = async (path) => (hooks.openedPaths.push(path), '');
  shell.showItemInFolder = (path) => void hooks.shownInFolder.push(path);

  Menu.prototype.popup = function popup(options) {
    hooks.popup = this;
    this.once('menu-will-close', () => options?.callback?.());
  };
  const watchPrint = (contents: Electron.WebContents): void => {
    contents.print = (options, callback) => {
      hooks.prints.push({ ...options });
      callback?.(true, '');
    };
  };
  webContents.getAllWebContents().forEach(watchPrint);
  app.on('web-contents-created', (_event, contents) => watchPrint(contents));
}

/** Runs in main; whole in itself. */
export function addAnswer(_electron: MainModule, answer: Hooks['answers'][number]): void {
  (globalThis as unknown as { rectoTest: Hooks }).rectoTest.answers.push(answer);
}

/** Runs in main; whole in itself. */
export function readRecord(): DesktopRecord {
  const { dialogs, unanswered, openedExternals, openedPaths, shownInFolder, prints } = (globalThis as unknown as { rectoTest: Hooks }).rectoTest;
  return JSON.parse(JSON.stringify({ dialogs, unanswered, openedExternals, openedPaths, shownInFolder, prints })) as DesktopRecord;
}

/** A menu's item, as a person sees it. */
export interface SeenItem {
  label: string;
  enabled: boolean;
  checked: boolean;
  accelerator: string;
  items: SeenItem[];
}

/** Runs in main; whole in itself. @returns what the menu (the program's, or the context menu that is open) shows; null: there is none */
export function readMenu({ Menu }: MainModule, which: 'application' | 'context'): SeenItem[] | null {
  const see = (items: readonly MenuItem[]): SeenItem[] =>
    items
      .filter((item) => item.visible && item.type !== 'separator')
      .map((item) => ({ label: item.label, enabled: item.enabled, checked: item.checked, accelerator: String(item.accelerator ?? ''), items: item.submenu ? see(item.submenu.items) : [] }));
  const menu = which === 'application' ? Menu.getApplicationMenu() : (globalThis as unknown as { rectoTest: Hooks }).rectoTest.popup;
  return menu && see(menu.items);
}

/** Runs in main; whole in itself. Clicks an item by the labels on the way to it. @throws Error where it is not there, or grey */
export function clickItem({ BrowserWindow, Menu }: MainModule, { which, labels }: { which: 'application' | 'context'; labels: string[] }): void {
  const { rectoTest } = globalThis as unknown as { rectoTest: Hooks };
  let items: readonly MenuItem[] = (which === 'application' ? Menu.getApplicationMenu() : rectoTest.popup)?.items ?? [];
  let found: MenuItem | undefined;
  for (const label of labels) {
    found = items.find((item) => item.visible && item.label.replaceAll('&&', '\0').replaceAll('&', '').replaceAll('\0', '&') === label);
    if (!found) throw new Error(`No “${label}” among ${items.map((item) => item.label).filter(Boolean).join(', ') || 'no items'}`);
    if (!found.enabled) throw new Error(`“${label}” is grey`);
    items = found.submenu?.items ?? [];
  }
  if (which === 'context') rectoTest.popup = null;
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  found?.click(undefined, window, window?.webContents);
}
