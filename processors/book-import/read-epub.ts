import { RectoError } from '#schemas/errors.ts';
import type { ImportedManuscript, ImportOptions } from '../contract/manuscript.ts';
import { inlineText } from '../book-compiler/model.ts';
import { decodeMarkup } from './decode-markup.ts';
import { blanksBreakScenes } from './docx-groups.ts';
import { pictureIdOf } from '../contract/pictures.ts';
import { createPictureCollector, PICTURE_FILE, PICTURE_LIMITS } from './collect-pictures.ts';
import { readEpubPackage, resolvePath, type EpubPackage } from './epub-package.ts';
import { readHtmlPage, type HtmlLosses, type HtmlPage } from './html-blocks.ts';
import { findHtmlNotes } from './html-notes.ts';
import { describeHtmlLosses, settleBlocks } from './html-groups.ts';
import { readClassLooks, type Look } from './html-look.ts';
import { readZip } from './read-zip.ts';
import { markChapterLines, numbersIn, splitSections, type SourceSection } from './split-sections.ts';
import { writeChapters } from './write-chapters.ts';

/** Its pages, and what says their order and look. Fonts and scripts are never unpacked. */
const WANTED = /^META-INF\/(?:container|encryption)\.xml$|\.(?:opf|ncx|x?html?|htm|xml|css)$/i;

/** A million words are some 8 MB of XHTML. */
const LIMITS = { entries: 50_000, bytes: 100_000_000 };

/**
 * An EPUB 2 or 3, a chapter for each page that its contents name.
 * @param name the file's
 * @param fallbackTitle the book's title where the file has none
 * @throws RectoError import_damaged, import_empty, import_not_utf8, import_unsupported, too_large, cancelled
 */
export function readEpub(bytes: Uint8Array, name: string, fallbackTitle: string, options: ImportOptions): ImportedManuscript {
  options.onProgress({ done: 0, total: 0, message: 'Reading the EPUB' });
  const files = readZip(bytes, (entry) => WANTED.test(entry), LIMITS, name);
  const book = readEpubPackage(files, name);
  const losses: HtmlLosses = { pictures: 0, tables: 0, pieces: 0 };
  const classes = readLooks(files);
  const pictureFiles = readZip(bytes, (entry) => PICTURE_FILE.test(entry), PICTURE_LIMITS, name);
  const pictures = createPictureCollector();
  const takePicture = (path: string): string | null | undefined => (PICTURE_FILE.test(path) ? pictures.take(path, pictureFiles.get(path)) : undefined);
  const texts = new Map(book.pages.map((path) => {
    const content = files.get(path);
    if (!content) throw new RectoError('import_damaged', `“${name}” is damaged (it lacks ${path}). Nothing was imported.`);
    return [path, decodeMarkup(content, path)];
  }));
  const notes = findHtmlNotes(texts);
  const pages = [...texts].map(([path, html]) => ({ path, page: readHtmlPage(html, { name, classes, losses, notes, path, takePicture: (source) => takePicture(resolvePath(path, source)) }) }));
  const { sections, title } = book.contents.size === 0 ? splitSections(markChapterLines(pages.flatMap(({ page }) => page.blocks))) : { ...splitByContents(pages, book), title: '' };
  if (sections.length === 0) throw new RectoError('import_empty', `“${name}” has no text, so there is nothing to import.`);
  const blanksBreak = blanksBreakScenes(sections.flatMap((section) => section.blocks));
  const bookTitle = book.title || title || fallbackTitle;
  const chapters = writeChapters(sections, bookTitle, (each) => settleBlocks(each, blanksBreak), options);
  const cover = pictureIdOf(takePicture(book.cover) ?? '');
  return { title: bookTitle, author: book.author, language: book.language, ...(cover !== null && { cover }), ...(pictures.pictures.length > 0 && { pictures: pictures.pictures }), chapters, warnings: [...describeHtmlLosses(losses, blanksBreak), ...pictures.describe(), ...describeTitlePages(pages.map(({ page }) => page), bookTitle, book.author)] };
}

function readLooks(files: ReadonlyMap<string, Uint8Array>): Map<string, Look> {
  const looks = new Map<string, Look>();
  for (const [path, content] of files) if (/\.css$/i.test(path)) readClassLooks(new TextDecoder().decode(content), looks);
  return looks;
}

interface ReadPage {
  path: string;
  page: HtmlPage;
}

/** A page that the contents don't name goes on with the chapter before it, as programs cut long ones. */
function splitByContents(pages: readonly ReadPage[], { contents }: EpubPackage): { sections: SourceSection[] } {
  const sections: SourceSection[] = [];
  let part: string | undefined;
  for (const { path, page } of pages) {
    const titles = contents.get(path) ?? [];
    const first = page.blocks.find((block) => block.kind !== 'blank');
    const heading = first?.kind === 'heading' ? inlineText(first.inlines).replace(/\s+/g, ' ').trim() : '';
    if (page.isPart && page.blocks.every((block) => block === first || block.kind === 'blank')) {
      part = heading || titles[0];
      continue;
    }
    // Its notes stand where they are spoken of.
    if (page.hasNotes && page.blocks.every((block) => block === first || block.kind === 'blank') && (first === undefined || heading !== '')) continue;
    const opened: SourceSection[] = [];
    if (titles.length > 1) opened.push(...splitSections(page.blocks).sections);
    else if (titles.length === 1 || heading !== '') opened.push({ title: heading || (titles[0] ?? ''), blocks: heading === '' ? page.blocks : page.blocks.flatMap((block) => (block === first ? numbersIn(block) : [block])) });
    else if (page.blocks.length > 0) {
      const last = sections.at(-1);
      if (last) last.blocks.push(...page.blocks);
      else opened.push({ title: '', blocks: page.blocks });
    }
    if (opened[0] && part !== undefined) {
      opened[0].part = part;
      part = undefined;
    }
    sections.push(...opened);
  }
  // A part that nothing follows is a page of its own.
  if (part !== undefined) sections.push({ title: part, blocks: [] });
  return { sections };
}

/** The title page is made anew by each compile; what else stands on it is told. */
function describeTitlePages(pages: readonly HtmlPage[], title: string, author: string): string[] {
  const known = `${title} ${author}`.toLowerCase();
  return [...new Set(pages.map(({ titlePage }) => titlePage))]
    .filter((text) => text.split(/\s+/).some((word) => word !== '' && !known.includes(word.toLowerCase())))
    .map((text) => `The title page was left out; it says: “${text.length > 300 ? `${text.slice(0, 300)}…` : text}”`);
}
