import { RectoError } from '#schemas/errors.ts';
import type { ImportedManuscript, ImportOptions } from '../contract/manuscript.ts';
import { blanksBreakScenes, groupBlocks } from './docx-groups.ts';
import { readRtf, type RtfDocument } from './rtf-blocks.ts';
import { markChapterLines, splitSections } from './split-sections.ts';
import { writeChapters } from './write-chapters.ts';

/**
 * An RTF document, split at its highest headings, or at lines like “Chapter 12”.
 * @param name the file's
 * @param fallbackTitle the book's title where the document has none
 * @throws RectoError import_damaged, import_empty, too_large, cancelled
 */
export function readRtfFile(bytes: Uint8Array, name: string, fallbackTitle: string, options: ImportOptions): ImportedManuscript {
  options.onProgress({ done: 0, total: 0, message: 'Reading the document' });
  const document = readRtf(bytes, name);
  const blocks = markChapterLines(document.blocks);
  const blanksBreak = blanksBreakScenes(blocks);
  const { title, sections } = splitSections(blocks);
  if (sections.length === 0) throw new RectoError('import_empty', `“${name}” has no text, so there is nothing to import.`);
  const bookTitle = title || document.title || fallbackTitle;
  const chapters = writeChapters(sections, bookTitle, (each) => groupBlocks(each, blanksBreak), options);
  return { title: bookTitle, author: document.author, language: '', chapters, warnings: describeRtfLosses(document, blanksBreak) };
}

export function describeRtfLosses({ pictures }: Pick<RtfDocument, 'pictures'>, blanksBreak: boolean): string[] {
  return [
    pictures > 0 && `${pictures} ${pictures === 1 ? 'picture was' : 'pictures were'} left out.`,
    blanksBreak && 'Blank lines between paragraphs became scene breaks.',
  ].filter((warning) => warning !== false);
}
