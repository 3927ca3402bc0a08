/**
 * Keys of the palette's commands, in its own notation (renderer/features/palette/keys.ts). The page acts on them; a menu
 * only shows them, so that a key acts once. A test compares them with the screens.
 */
export const COMMAND_KEYS = {
  'book.new': 'Alt+N',
  'import.folder': 'Alt+Shift+I',
  'import.files': 'Alt+I',
  'book.compile': 'Mod+Shift+E',
  'export.everything': 'Alt+Shift+E',
  'backups.open': 'Alt+Shift+B',
  'trash.open': 'Alt+Shift+T',
  print: 'Mod+P',
  'spelling.open': 'F7',
  'settings.open': 'Mod+,',
  'library.open': 'Mod+Shift+L',
  'tab.toggle': 'Mod+E',
  'focus.toggle': 'F11',
  'theme.next': 'Mod+Alt+P',
  'chapter.add': 'Alt+Shift+N',
  'chapter.next': 'Alt+PageDown',
  'chapter.previous': 'Alt+PageUp',
  'chapter.rename': 'F2',
  'chapter.up': 'Alt+ArrowUp',
  'chapter.down': 'Alt+ArrowDown',
  'chapter.history': 'Alt+Shift+H',
  'passage.expand': 'Mod+Enter',
  'chapter.expand': 'Mod+Shift+Enter',
  'book.details': 'Mod+Alt+B',
  'palette.open': 'Mod+K',
} as const satisfies Record<string, string>;

export type System = 'Linux' | 'macOS' | 'Windows';

const NAMES: Readonly<Record<string, string>> = { Mod: 'CmdOrCtrl', ArrowUp: 'Up', ArrowDown: 'Down' };

/**
 * As Electron writes it. Null where a menu must not have it: on a Mac a menu's key can't be shown without being taken from
 * the page, and there Alt and a letter type a sign, F keys are the system's, and Alt and an arrow move in text.
 */
export function toAccelerator(key: string, system: System): string | null {
  const parts = key.split('+');
  if (system === 'macOS' && !parts.includes('Mod')) return null;
  return parts.map((part) => NAMES[part] ?? part).join('+');
}
