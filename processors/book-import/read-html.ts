import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { RectoError } from '#schemas/errors.ts';
import type { ImportedManuscript, ImportOptions } from '../contract/manuscript.ts';
import { createPictureCollector } from './collect-pictures.ts';
import { readDataUri } from './data-uri.ts';
import { blanksBreakScenes } from './docx-groups.ts';
import { decodeMarkup } from './decode-markup.ts';
import { readHtmlPage, type HtmlLosses } from './html-blocks.ts';
import { findHtmlNotes } from './html-notes.ts';
import { describeHtmlLosses, settleBlocks } from './html-groups.ts';
import { markChapterLines, splitSections, takeTitlePage, textOfFirst } from './split-sections.ts';
import { writeChapters } from './write-chapters.ts';

/**
 * A page of HTML, split at its highest headings.
 * @param name the file's
 * @param fallbackTitle the book's title where the page has none
 * @throws RectoError import_empty, import_not_utf8, too_large, cancelled
 */
export function readHtml(bytes: Uint8Array, name: string, fallbackTitle: string, options: ImportOptions): ImportedManuscript {
  options.onProgress({ done: 0, total: 0, message: 'Reading the page' });
  const losses: HtmlLosses = { pictures: 0, tables: 0, pieces: 0 };
  const pictures = createPictureCollector();
  const takePicture = (source: string): string | null | undefined => {
    const content = readDataUri(source);
    return content ? pictures.take(`${bytesToHex(sha256(content))}/picture`, content) : undefined;
  };
  const html = decodeMarkup(bytes, name);
  const page = readHtmlPage(html, { name, losses, takePicture, path: '', notes: findHtmlNotes(new Map([['', html]])) });
  const blocks = markChapterLines(page.blocks);
  const blanksBreak = blanksBreakScenes(blocks);
  const { title, sections } = splitSections(takeTitlePage(blocks, page.author));
  if (sections.length === 0) throw new RectoError('import_empty', `“${name}” has no text, so there is nothing to import.`);
  const bookTitle = textOfFirst(blocks, 'title') || title || page.title || fallbackTitle;
  const chapters = writeChapters(sections, bookTitle, (each) => settleBlocks(each, blanksBreak), options);
  return { title: bookTitle, author: page.author, language: page.language, ...(pictures.pictures.length > 0 && { pictures: pictures.pictures }), chapters, warnings: [...describeHtmlLosses(losses, blanksBreak), ...pictures.describe()] };
}
