import type { Replacements } from './replacements.ts';

/**
 * What XML 1.0 forbids (§2.2), with the delete and C1 controls, which it discourages and HTML forbids. With the
 * `u` flag a surrogate matches only when it stands alone.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF\p{Surrogate}]/gu;

/** Vertical tab, form feed and next line part words; they must not glue them together. */
const SPACES = new Set(['\u000B', '\u000C', '\u0085']);

/** The text with line ends as \n, and without what no format can hold; each replacement is noted. */
export function cleanText(text: string, replacements: Replacements): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return lines.replace(UNWRITABLE, (character) => {
    const code = character.charCodeAt(0);
    const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    if (SPACES.has(character)) {
      replacements.note(`Control character ${name} became a space`);
      return ' ';
    }
    if (code < 0xa0) {
      replacements.note(`Control character ${name} was left out`);
      return '';
    }
    replacements.note(`${name}, which is no character, became \uFFFD`);
    return '\uFFFD';
  });
}

/** A title or a name: clean, in one line. */
export function cleanLine(text: string, replacements: Replacements): string {
  return cleanText(text, replacements).replace(/\s+/g, ' ').trim();
}
