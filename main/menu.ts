/** The menus of the three systems, as plain templates: what they need to know goes in, what they do comes as functions. */
import type { MenuItemConstructorOptions } from 'electron';
import type { IpcInput, OpenTarget } from '#schemas/ipc.ts';
import { COMMAND_KEYS, toAccelerator, type System } from './menu-keys.ts';

export interface MenuContext {
  system: System;
  /** Null: no page is there to be told anything. */
  place: IpcInput<'menu.set-context'>['place'] | null;
  recentBooks: IpcInput<'menu.set-context'>['recentBooks'];
  theme: NonNullable<IpcInput<'menu.set-context'>['theme']>;
  /** Where the documents of the program are; false: the package has none. */
  hasGuides: boolean;
  /** Not packaged: the tools of whoever works on it. */
  isDevelopment: boolean;
}

export interface MenuActions {
  /** A command of the palette, by its id. */
  command(commandId: string): void;
  open(target: OpenTarget): void;
  checkForUpdates(): void;
  showLibraryFile(): void;
  showCrashReports(): void;
  showGuides(): void;
}

type Item = MenuItemConstructorOptions;
const LINE: Item = { type: 'separator' };

export function buildMenu(context: MenuContext, actions: MenuActions): Item[] {
  const command = createCommandItem(context, actions);
  const isMac = context.system === 'macOS';
  return [
    ...(isMac ? [buildAppMenu(command, actions)] : []),
    buildFileMenu(context, actions, command),
    buildEditMenu(isMac, command),
    buildViewMenu(context, command),
    buildBookMenu(command),
    ...(isMac ? [{ role: 'windowMenu' } satisfies Item] : []),
    buildHelpMenu(context, actions, command),
  ];
}

type CommandItem = (label: string, commandId: string, where?: 'book') => Item;

/** Without a page nothing can be asked of it, and what belongs to a book is off in the library. */
function createCommandItem({ system, place }: MenuContext, actions: MenuActions): CommandItem {
  return (label, commandId, where) => {
    const key = Object.hasOwn(COMMAND_KEYS, commandId) ? COMMAND_KEYS[commandId as keyof typeof COMMAND_KEYS] : null;
    const accelerator = key && toAccelerator(key, system);
    return {
      id: commandId,
      label,
      enabled: place !== null && (where === undefined || place === where),
      // The page has the key already.
      ...(accelerator && { accelerator, registerAccelerator: false }),
      click: () => actions.command(commandId),
    };
  };
}

function buildAppMenu(command: CommandItem, actions: MenuActions): Item {
  return {
    label: 'Recto',
    submenu: [
      { role: 'about', label: 'About Recto' },
      { id: 'updates.check', label: 'Check for Updates…', click: () => actions.checkForUpdates() },
      LINE,
      command('Settings…', 'settings.open'),
      LINE,
      { role: 'services' },
      LINE,
      { role: 'hide', label: 'Hide Recto' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      LINE,
      { role: 'quit', label: 'Quit Recto' },
    ],
  };
}

function buildFileMenu(context: MenuContext, actions: MenuActions, command: CommandItem): Item {
  return {
    label: '&File',
    submenu: [
      command('New Book…', 'book.new'),
      buildRecentMenu(context, actions),
      LINE,
      command('Import a Folder…', 'import.folder'),
      command('Import Files…', 'import.files'),
      LINE,
      command('Compile…', 'book.compile', 'book'),
      command('Export Everything…', 'export.everything'),
      command('Backups…', 'backups.open'),
      command('Trash', 'trash.open'),
      LINE,
      command('Print…', 'print', 'book'),
      LINE,
      ...(context.system === 'macOS' ? [{ role: 'close' } satisfies Item] : [command('Settings…', 'settings.open'), LINE, { role: 'quit', label: '&Quit', accelerator: 'CmdOrCtrl+Q' } satisfies Item]),
    ],
  };
}

function buildRecentMenu({ place, recentBooks }: MenuContext, actions: MenuActions): Item {
  const items = recentBooks.map(
    ({ bookId, title }): Item => ({ id: `recent.${bookId}`, label: escapeLabel(title.trim() || 'Untitled'), enabled: place !== null, click: () => actions.open({ kind: 'book', bookId }) }),
  );
  return { id: 'recent', label: 'Open Recent', submenu: items.length > 0 ? items : [{ label: 'No books yet', enabled: false }] };
}

/** In a label '&' underlines what follows it. A title as long as a page is cut. */
function escapeLabel(title: string): string {
  const characters = [...title];
  const cut = characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : title;
  return cut.replaceAll('&', '&&');
}

function buildEditMenu(isMac: boolean, command: CommandItem): Item {
  return {
    label: '&Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      LINE,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'pasteAndMatchStyle', label: 'Paste Without Formatting' },
      { role: 'selectAll' },
      LINE,
      command('Spelling…', 'spelling.open'),
      ...(isMac ? [LINE, { label: 'Speech', submenu: [{ role: 'startSpeaking' }, { role: 'stopSpeaking' }] } satisfies Item] : []),
    ],
  };
}

const PAPERS = [
  { value: 'system', label: 'As the Computer' },
  { value: 'day', label: 'Day' },
  { value: 'sepia', label: 'Sepia' },
  { value: 'night', label: 'Night' },
] as const;

function buildViewMenu(context: MenuContext, command: CommandItem): Item {
  const papers = PAPERS.map(({ value, label }): Item => ({ ...command(label, `theme.${value}`), type: 'radio', checked: context.theme === value }));
  return {
    label: '&View',
    submenu: [
      command('Library', 'library.open'),
      command('Write or Book View', 'tab.toggle', 'book'),
      LINE,
      command('Focus Mode', 'focus.toggle', 'book'),
      // F11 is the focus mode's.
      { role: 'togglefullscreen', accelerator: context.system === 'macOS' ? 'Ctrl+Cmd+F' : 'Shift+F11' },
      LINE,
      { label: 'Paper', submenu: papers },
      LINE,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      ...(context.isDevelopment ? [LINE, { role: 'toggleDevTools' } satisfies Item] : []),
    ],
  };
}

function buildBookMenu(command: CommandItem): Item {
  return {
    label: '&Book',
    submenu: [
      command('Expand This Passage', 'passage.expand', 'book'),
      command('Expand the Chapter', 'chapter.expand', 'book'),
      LINE,
      command('Add a Chapter', 'chapter.add', 'book'),
      command('Rename the Chapter', 'chapter.rename', 'book'),
      command('Move the Chapter Up', 'chapter.up', 'book'),
      command('Move the Chapter Down', 'chapter.down', 'book'),
      LINE,
      command('History of the Chapter', 'chapter.history', 'book'),
      LINE,
      command('Next Chapter', 'chapter.next', 'book'),
      command('Previous Chapter', 'chapter.previous', 'book'),
      LINE,
      command('Book Details…', 'book.details', 'book'),
    ],
  };
}

function buildHelpMenu({ system, hasGuides }: MenuContext, actions: MenuActions, command: CommandItem): Item {
  const own: Item[] = [
    { id: 'updates.check', label: 'Check for Updates…', click: () => actions.checkForUpdates() },
    { role: 'about', label: 'About Recto' },
  ];
  return {
    role: 'help',
    label: '&Help',
    submenu: [
      command('Find an Action…', 'palette.open'),
      command('Keys', 'keys.open'),
      ...(hasGuides ? [{ id: 'guides.show', label: 'Guides', click: () => actions.showGuides() }] : []),
      LINE,
      { id: 'library-file.show', label: 'Show the Library File', click: () => actions.showLibraryFile() },
      { id: 'crash-reports.show', label: 'Show Crash Reports', click: () => actions.showCrashReports() },
      ...(system === 'macOS' ? [] : [LINE, ...own]),
    ],
  };
}
