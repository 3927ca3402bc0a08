import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { COMMAND_KEYS, toAccelerator, type System } from './menu-keys.ts';
import { buildMenu, type MenuActions, type MenuContext } from './menu.ts';

const SYSTEMS: System[] = ['Linux', 'macOS', 'Windows'];

function build(context: Partial<MenuContext> = {}) {
  const actions: MenuActions = { command: vi.fn<MenuActions['command']>(), open: vi.fn<MenuActions['open']>(), checkForUpdates: vi.fn<() => void>(), showLibraryFile: vi.fn<() => void>(), showCrashReports: vi.fn<() => void>(), showGuides: vi.fn<() => void>() };
  const menu = buildMenu({ system: 'Linux', place: 'book', recentBooks: [], theme: 'sepia', hasGuides: true, isDevelopment: false, ...context }, actions);
  const items = flatten(menu);
  const find = (id: string) => items.find((item) => item.id === id);
  const click = (id: string): void => (find(id)?.click as (() => void) | undefined)?.();
  return { menu, items, find, click, actions };
}

function flatten(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
}

const labels = (items: readonly MenuItemConstructorOptions[]) => items.map(({ label, role }) => label?.replace('&', '') ?? role);

/** Commands of the screens with their keys, read where they are registered. */
function readScreenCommands(): Map<string, string | undefined> {
  const renderer = join(import.meta.dirname, '../renderer');
  const found = new Map<string, string | undefined>();
  for (const name of globSync('**/*.{ts,tsx}', { cwd: renderer }).filter((name) => !name.includes('.test.'))) {
    for (const [, id, rest] of readFileSync(join(renderer, name), 'utf8').matchAll(/\bid: '([\w.-]+)',\s*name:([^]*?)(?:\brun\b|\};)/g)) {
      found.set(id!, /\bkey: '([^']+)'/.exec(rest!)?.[1]);
    }
  }
  for (const theme of ['system', 'day', 'sepia', 'night']) found.set(`theme.${theme}`, undefined);
  return found;
}

describe('the menus of each system', () => {
  test('Linux and Windows', () => {
    for (const system of ['Linux', 'Windows'] as const) {
      expect(labels(build({ system }).menu)).toEqual(['File', 'Edit', 'View', 'Book', 'Help']);
    }
  });

  test('a Mac has its own first menu with what belongs to the program, and Windows', () => {
    const { menu, items } = build({ system: 'macOS' });
    expect(labels(menu)).toEqual(['Recto', 'File', 'Edit', 'View', 'Book', 'windowMenu', 'Help']);
    expect(labels(menu[0]!.submenu as MenuItemConstructorOptions[])).toEqual(expect.arrayContaining(['About Recto', 'Settings…', 'services', 'Quit Recto']));
    expect(labels(menu[1]!.submenu as MenuItemConstructorOptions[])).not.toContain('Quit');
    for (const role of ['about', 'quit']) expect(items.filter((item) => item.role === role)).toHaveLength(1);
  });

  test.each(SYSTEMS)('%s: no key is there twice, and the roles keep theirs', (system) => {
    const keys = build({ system }).items.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    // What Electron's own roles take there.
    for (const taken of ['CmdOrCtrl+Z', 'CmdOrCtrl+C', 'CmdOrCtrl+V', 'CmdOrCtrl+X', 'CmdOrCtrl+A', 'CmdOrCtrl+0', 'CmdOrCtrl+Plus', 'CmdOrCtrl+-']) expect(keys).not.toContain(taken);
  });

  test('the tools of whoever works on it are in no package', () => {
    expect(build({ isDevelopment: true }).items.some(({ role }) => role === 'toggleDevTools')).toBe(true);
    expect(build().items.some(({ role }) => role && ['toggleDevTools', 'reload', 'forceReload'].includes(role))).toBe(false);
  });
});

describe('commands of the screens', () => {
  const screens = readScreenCommands();

  test('are found', () => expect(screens.size).toBeGreaterThan(25));

  test.each(SYSTEMS)('%s: every item is a command that there is, and asks for it', (system) => {
    const { items, actions } = build({ system });
    const command = actions.command as ReturnType<typeof vi.fn<MenuActions['command']>>;
    let asked = 0;
    for (const item of items) (item.click as (() => void) | undefined)?.();
    for (const [commandId] of command.mock.calls) {
      expect(screens.has(commandId), commandId).toBe(true);
      asked += 1;
    }
    expect(asked).toBeGreaterThan(20);
  });

  test.each(Object.entries(COMMAND_KEYS))('%s has the key %s there, too', (id, key) => {
    expect(screens.get(id)).toBe(key);
  });

  test.each(SYSTEMS)('%s: their keys are shown and not taken, so that each acts once', (system) => {
    const { items } = build({ system });
    const own = items.filter(({ id, accelerator }) => id !== undefined && accelerator !== undefined);
    expect(own.length).toBeGreaterThan(5);
    for (const item of own) expect(item.registerAccelerator).toBe(false);
  });

  test('on a Mac no key is taken that types a sign or moves the caret', () => {
    expect(toAccelerator('Alt+N', 'macOS')).toBeNull();
    expect(toAccelerator('Alt+ArrowUp', 'macOS')).toBeNull();
    expect(toAccelerator('F11', 'macOS')).toBeNull();
    expect(toAccelerator('Mod+Shift+E', 'macOS')).toBe('CmdOrCtrl+Shift+E');
    expect(toAccelerator('Alt+ArrowUp', 'Linux')).toBe('Alt+Up');
  });
});

describe('where the author is', () => {
  test('with no page nothing can be asked of it, and the library can still be found', () => {
    const { find } = build({ place: null, recentBooks: [{ bookId: 'a', title: 'A' }] });
    for (const id of ['book.new', 'import.files', 'book.compile', 'settings.open', 'recent.a']) expect(find(id)?.enabled).toBe(false);
    for (const id of ['library-file.show', 'crash-reports.show']) expect(find(id)?.enabled).not.toBe(false);
  });

  test('in the library what belongs to a book is off', () => {
    const { find } = build({ place: 'library' });
    for (const id of ['book.compile', 'print', 'chapter.add', 'focus.toggle']) expect(find(id)?.enabled).toBe(false);
    for (const id of ['book.new', 'import.folder', 'backups.open', 'export.everything']) expect(find(id)?.enabled).toBe(true);
  });

  test('recent books open by a click, whatever their titles are', () => {
    const { find, click, actions } = build({ recentBooks: [{ bookId: 'a', title: 'Salt & Iron' }, { bookId: 'b', title: '  ' }, { bookId: 'c', title: '🦉'.repeat(90) }] });
    expect(find('recent.a')?.label).toBe('Salt && Iron');
    expect(find('recent.b')?.label).toBe('Untitled');
    expect([...find('recent.c')!.label!]).toHaveLength(60);
    click('recent.a');
    expect(actions.open).toHaveBeenCalledWith({ kind: 'book', bookId: 'a' });
    expect(build().find('recent')?.submenu).toEqual([{ label: 'No books yet', enabled: false }]);
  });

  test('the paper that is used is marked', () => {
    const papers = build({ theme: 'night' }).items.filter(({ type }) => type === 'radio');
    expect(papers.map(({ label, checked }) => [label, checked])).toEqual([['As the Computer', false], ['Day', false], ['Sepia', false], ['Night', true]]);
  });

  test('guides are there where the package has them', () => {
    expect(build({ hasGuides: false }).find('guides.show')).toBeUndefined();
    const { click, actions } = build();
    click('guides.show');
    expect(actions.showGuides).toHaveBeenCalled();
  });
});
