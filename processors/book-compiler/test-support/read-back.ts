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
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local }) => {
    if (local === 'section') {
      depth += 1;
      text = '';
      title = null;
    }
    if (!INLINE.has(local)) text += ' ';
    if (local === 'h1' && depth > 0) inTitle = true;
  });
  parser.on('text', (part) => {
    text += part;
    if (inTitle) title = (title ?? '') + part;
  });
  parser.on('closetag', ({ local }) => {
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

/** Chapters of a Word document by its styles; scene breaks are no words. */
export function readDocx(bytes: Uint8Array): ReadChapter[] {
  const chapters: ReadChapter[] = [];
  let style = '';
  let text = '';
  let inText = false;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ local, attributes }) => {
    if (local === 'p') [style, text] = ['', ''];
    if (local === 'pStyle') style = String(attributes['w:val']?.value);
    if (local === 'br' || local === 'tab') text += ' ';
    inText = local === 't';
  });
  parser.on('text', (part) => {
    if (inText) text += part;
  });
  parser.on('closetag', ({ local }) => {
    inText = false;
    if (local !== 'p') return;
    if (style === 'Heading1' || style === 'ChapterStart') chapters.push({ title: text, words: [] });
    if (style !== 'SceneBreak') chapters.at(-1)?.words.push(...splitWords(text));
  });
  parser.write(readXmlParts(bytes).get('word/document.xml') ?? '').close();
  return chapters;
}
