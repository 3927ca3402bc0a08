const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

interface Stroke {
  key: string;
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

function parseStroke(stroke: string): Stroke {
  const parts = stroke.split('+');
  const key = parts.at(-1) ?? '';
  return { key, mod: parts.includes('Mod'), shift: parts.includes('Shift'), alt: parts.includes('Alt') };
}

/** True where what is typed becomes text. */
function isTextTarget(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'range'].includes(target.type));
}

function isFunctionKey(key: string): boolean {
  return /^F\d{1,2}$/.test(key);
}

/** On a Mac, Alt and a letter type a sign. */
function typesOnMac(stroke: Stroke): boolean {
  return isMac && stroke.alt && !stroke.mod && stroke.key.length === 1;
}

function isKey(event: KeyboardEvent, stroke: Stroke): boolean {
  if (event.key.toLowerCase() === stroke.key.toLowerCase()) return true;
  return isMac && stroke.alt && event.code === `Key${stroke.key.toUpperCase()}`;
}

/**
 * Whether a key event is the keys of a command, such as 'Mod+Shift+Enter|F5'. A key with no modifier never
 * fires in text; one with a modifier does unless `inText` is false.
 */
export function matchesKey(event: KeyboardEvent, keys: string, inText = true): boolean {
  return keys.split('|').some((written) => {
    const stroke = parseStroke(written);
    const bare = !stroke.mod && !stroke.alt && !isFunctionKey(stroke.key);
    if ((bare || !inText || typesOnMac(stroke)) && isTextTarget(event.target)) return false;
    // AltGr types signs, and on Windows it reads as Ctrl and Alt.
    if (event.getModifierState('AltGraph')) return false;
    const mod = isMac ? event.metaKey : event.ctrlKey;
    const otherMod = isMac ? event.ctrlKey : event.metaKey;
    // '?' needs Shift on some layouts and not on others: a bare sign is matched by what it types.
    const shiftFits = stroke.key.length === 1 && bare ? true : event.shiftKey === stroke.shift;
    return mod === stroke.mod && !otherMod && event.altKey === stroke.alt && shiftFits && isKey(event, stroke);
  });
}

const SIGNS: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', ' ': 'Space' };

/** Keys as people read them: 'Ctrl+Shift+Enter', '⌘⇧Enter' on a Mac. */
export function formatKey(keys: string): string {
  const first = keys.split('|')[0] ?? '';
  const { key, mod, shift, alt } = parseStroke(first);
  const sign = SIGNS[key] ?? key;
  if (isMac) return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${sign}`;
  return [mod && 'Ctrl', alt && 'Alt', shift && 'Shift', sign].filter(Boolean).join('+');
}
