import { RectoError } from '#schemas/errors.ts';
import type { ImportedManuscript, ImportOptions } from '../contract/manuscript.ts';
import { createPictureCollector } from './collect-pictures.ts';
import { DocxReader, type DocxLosses } from './docx-blocks.ts';
import { takePictures } from './docx-pictures.ts';
import { blanksBreakScenes, groupBlocks } from './docx-groups.ts';
import { openDocx } from './open-docx.ts';
import { markChapterLines, splitSections, takeTitlePage, textOfFirst } from './split-sections.ts';
import { writeChapters } from './write-chapters.ts';

/**
 * A Word document, split at its highest headings.
 * @param name the file's
 * @param fallbackTitle the book's title where the document has none
 * @throws RectoError import_damaged, import_empty, import_unsupported, too_large
 */
export async function readDocx(bytes: Uint8Array, name: string, fallbackTitle: string, options: ImportOptions): Promise<ImportedManuscript> {
  options.onProgress({ done: 0, total: 0, message: 'Reading the document' });
  const opened = await openDocx(bytes, name);
  const pictures = createPictureCollector();
  await takePictures(opened.document, pictures);
  const reader = new DocxReader(opened.document);
  const blocks = markChapterLines([...reader.read()]);
  const blanksBreak = blanksBreakScenes(blocks);
  const { title, sections } = splitSections(takeTitlePage(blocks, opened.author));
  const bookTitle = title || textOfFirst(blocks, 'title') || opened.title || fallbackTitle;
  const chapters = writeChapters(sections, bookTitle, (each) => groupBlocks(each, blanksBreak), options);
  if (chapters.length === 0) throw new RectoError('import_empty', `“${name}” has no text, so there is nothing to import.`);
  return { title: bookTitle, author: opened.author, language: opened.language, ...(pictures.pictures.length > 0 && { pictures: pictures.pictures }), chapters, warnings: [...describeLosses(reader.losses, blanksBreak), ...pictures.describe()] };
}

function describeLosses(losses: DocxLosses, blanksBreak: boolean): string[] {
  return [
    losses.pictures > 0 && `${losses.pictures} pictures were left out; their descriptions, where they have one, stand in the text.`,
    losses.tables > 0 && `${losses.tables} tables became paragraphs, a cell each.`,
    blanksBreak && 'Blank lines between paragraphs became scene breaks.',
  ].filter((warning) => warning !== false);
}
