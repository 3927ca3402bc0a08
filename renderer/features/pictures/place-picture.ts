import type { Text } from '@codemirror/state';

/** Markdown of a picture. @param alt as a person typed it; empty: it only decorates */
export function writeImage(alt: string, address: string): string {
  const text = alt.replace(/\s+/g, ' ').trim().replace(/[\\[\]`*_<&]/g, '\\$&');
  return `![${text}](${address})`;
}

/**
 * Where a picture goes that is put at `at`: on the caret's line where that is blank, else behind its paragraph; always a
 * paragraph of its own.
 */
export function placePicture(doc: Text, at: number, markdown: string): { from: number; insert: string } {
  let line = doc.lineAt(at);
  if (line.text.trim() === '') {
    const above = line.number > 1 && doc.line(line.number - 1).text.trim() !== '';
    const below = line.number < doc.lines && doc.line(line.number + 1).text.trim() !== '';
    return { from: line.to, insert: `${above ? '\n' : ''}${markdown}${below ? '\n' : ''}` };
  }
  while (line.number < doc.lines && doc.line(line.number + 1).text.trim() !== '') line = doc.line(line.number + 1);
  return { from: line.to, insert: `\n\n${markdown}` };
}
