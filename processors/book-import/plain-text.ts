/** A line this long is a paragraph, not a part of one: typed lines end before. */
const LONG_LINE = 120;

/**
 * Programs that save as plain text put a paragraph on a line, often with no blank line between two. Markdown would
 * join them, so they are set apart.
 */
export function separateLines(text: string): { text: string; separated: boolean } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const long = lines.filter((line) => line.length > LONG_LINE).length;
  const blank = /\n[ \t]*\n/.test(text);
  if (blank || lines.length < 2 || long < lines.length / 4) return { text, separated: false };
  return { text: lines.join('\n\n'), separated: true };
}
