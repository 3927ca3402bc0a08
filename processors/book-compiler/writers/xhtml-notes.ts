/**
 * Footnotes in XHTML: a number that leads to the note and one that leads back, told apart for who listens by DPUB-ARIA's roles. In an EPUB
 * they also have its own words (EPUB 3 Structural Semantics), by which a reader shows a note without leaving the page.
 */
import type { Block, Footnote, Inline } from '../model.ts';

export function writeReference({ note, isFirst, isBeside }: Extract<Inline, { kind: 'footnote' }>): string {
  return `<a class="noteref${isBeside ? ' beside' : ''}"${isFirst ? ` id="${placeOf(note)}"` : ''} role="doc-noteref" href="#${note.id}">${note.number}</a>`;
}

export function writeNotes(notes: readonly Footnote[], writeBlocks: (blocks: readonly Block[]) => string): string {
  if (notes.length === 0) return '';
  return `<div class="notes">\n${notes.map((note) => writeNote(note, writeBlocks)).join('')}</div>\n`;
}

function writeNote(note: Footnote, writeBlocks: (blocks: readonly Block[]) => string): string {
  const number = `<a class="note-number" role="doc-backlink" href="#${placeOf(note)}">${note.number}</a>`;
  const text = writeBlocks(note.blocks);
  const numbered = text.startsWith('<p>') ? text.replace('<p>', `<p>${number} `) : `<p>${number}</p>\n${text}`;
  return `<aside class="note" role="doc-footnote" aria-label="${note.number}" id="${note.id}">\n${numbered}</aside>\n`;
}

/** Where a reader came from. */
function placeOf({ id }: Footnote): string {
  return `${id}-ref`;
}

/** What stands in it is no word of the author's. */
export const NOTE_NUMBERS = /<a class="note(?:ref|-number)[^>]*>[^<]*<\/a>/g;

const TYPES: Record<string, string> = { 'doc-noteref': 'noteref', 'doc-backlink': 'backlink', 'doc-footnote': 'footnote' };

/** The same with EPUB's own words, which HTML doesn't know. No quotation mark of a text is a bare one, so none is taken for an attribute. */
export function withEpubTypes(xhtml: string): string {
  return xhtml.replace(/ role="(doc-(?:noteref|backlink|footnote))"/g, (attribute, role: string) => ` epub:type="${TYPES[role]}"${attribute}`);
}
