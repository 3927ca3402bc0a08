/** Reads compiled files back without the compiler's own code: with a strict XML parser. */
import { unzipSync } from 'fflate';
import { SaxesParser } from 'saxes';

export interface ReadChapter {
  title: string;
  words: string[];
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

export const splitWords = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** @throws Error when the text is no well-formed XML with namespaces */
export function assertWellFormed(name: string, xml: string): void {
  const parser = new SaxesParser({ xmlns: true, fileName: name });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
}

/** The files of a zip by name; each XML part is well-formed, or it throws. */
export function readXmlParts(bytes: Uint8Array): Map<string, string> {
  const parts = new Map<string, string>();
  for (const [name, content] of Object.entries(unzipSync(bytes, { filter: ({ name }) => !/\.(?:png|jpg|gif)$/.test(name) }))) {
    parts.set(name, decode(content));
    if (/\.(?:xml|xhtml|opf|svg|rels)$/.test(name)) assertWellFormed(name, decode(content));
  }
  return parts;
}

const INLINE = new Set(['em', 'strong', 'code', 'a', 'span']);

/** Each `section` of a page: what its first heading says, and all words in order. */
export function readSections(xml: string): ReadChapter[] {
  const chapters: ReadChapter[] = [];
  let depth = 0;
  let text = '';
  let title: string | null = null;
  let inTitle = false;
  let inNumber = false;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, attributes }) => {
    if (/^doc-(?:noteref|backlink)$/.test(attributes['role']?.value ?? '')) inNumber = true;
    if (local === 'section') {
      depth += 1;
      text = '';
      title = null;
    }
    if (!INLINE.has(local)) text += ' ';
    if (local === 'h1' && depth > 0) inTitle = true;
  });
  parser.on('text', (part) => {
    // A note's number is no word of the author's.
    if (inNumber) return;
    text += part;
    if (inTitle) title = (title ?? '') + part;
  });
  parser.on('closetag', ({ local }) => {
    if (local === 'a') inNumber = false;
    if (!INLINE.has(local)) text += ' ';
    if (local === 'h1') inTitle = false;
    if (local !== 'section') return;
    depth -= 1;
    chapters.push({ title: title ?? '', words: splitWords(text) });
  });
  parser.write(xml).close();
  return chapters;
}

export function readEpub(bytes: Uint8Array): ReadChapter[] {
  return [...readXmlParts(bytes)].filter(([name]) => name.startsWith('EPUB/chapter-')).toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, xml]) => readSections(xml));
}

export function readHtml(bytes: Uint8Array): ReadChapter[] {
  return readSections(decode(bytes));
}

/** Chapters of a Word document by its styles, the words of its notes behind the text's; scene breaks are no words. */
export function readDocx(bytes: Uint8Array): ReadChapter[] {
  const parts = readXmlParts(bytes);
  const notes = new Map<string, string[]>();
  for (const { noteId, words } of readParagraphs(parts.get('word/footnotes.xml') ?? '')) notes.set(noteId, [...(notes.get(noteId) ?? []), ...words]);
  const chapters: (ReadChapter & { notes: string[] })[] = [];
  for (const { style, text, words, references } of readParagraphs(parts.get('word/document.xml') ?? '')) {
    if (style === 'Heading1' || style === 'ChapterStart') chapters.push({ title: text, words: [], notes: [] });
    if (style !== 'SceneBreak') chapters.at(-1)?.words.push(...words);
    chapters.at(-1)?.notes.push(...references.flatMap((id) => notes.get(id) ?? []));
  }
  return chapters.map(({ title, words, notes: behind }) => ({ title, words: [...words, ...behind] }));
}

interface WordParagraph {
  style: string;
  text: string;
  words: string[];
  /** Of the note that it belongs to; '' in the document. */
  noteId: string;
  /** Ids of the notes that it refers to. */
  references: string[];
}

function readParagraphs(xml: string): WordParagraph[] {
  const paragraphs: WordParagraph[] = [];
  let [noteId, style, runStyle, text] = ['', '', '', ''];
  let references: string[] = [];
  let inText = false;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ local, attributes }) => {
    const value = (name: string): string => attributes[`w:${name}`]?.value ?? '';
    if (local === 'footnote') noteId = value('id');
    if (local === 'p') [style, text, references] = ['', '', []];
    if (local === 'pStyle') style = value('val');
    if (local === 'r') runStyle = '';
    if (local === 'rStyle') runStyle = value('val');
    if (local === 'footnoteReference') references.push(value('id'));
    if (local === 'br' || local === 'tab') text += ' ';
    // What stands between numbers is no word of the author's.
    inText = local === 't' && runStyle !== 'FootnoteReference';
  });
  parser.on('text', (part) => {
    if (inText) text += part;
  });
  parser.on('closetag', ({ local }) => {
    inText = false;
    if (local === 'p') paragraphs.push({ style, text, words: splitWords(text), noteId, references });
  });
  if (xml !== '') parser.write(xml).close();
  return paragraphs;
}
