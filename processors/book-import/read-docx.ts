import { RectoError } from '#schemas/errors.ts';
import type { ImportedChapter, ImportedManuscript, ImportOptions } from '../contract/manuscript.ts';
import { inlineText, type Inline } from '../book-compiler/model.ts';
import { DocxReader, type DocxBlock, type DocxLosses } from './docx-blocks.ts';
import { blanksBreakScenes, groupBlocks } from './docx-groups.ts';
import { isChapterLine } from './chapter-lines.ts';
import { openDocx } from './open-docx.ts';
import { writeSafely } from './write-safely.ts';

interface Section {
  title: string;
  blocks: DocxBlock[];
}

/**
 * A Word document, split at its highest headings.
 * @param name the file's
 * @param fallbackTitle the book's title where the document has none
 * @throws RectoError import_damaged, import_empty, import_unsupported, too_large
 */
export async function readDocx(bytes: Uint8Array, name: string, fallbackTitle: string, { signal, onProgress }: ImportOptions): Promise<ImportedManuscript> {
  onProgress({ done: 0, total: 0, message: 'Reading the document' });
  const opened = await openDocx(bytes, name);
  const reader = new DocxReader(opened.document);
  const blocks = markChapterLines([...reader.read()]);
  const blanksBreak = blanksBreakScenes(blocks);
  const { title, sections } = splitSections(takeTitlePage(blocks, opened.author));
  const bookTitle = title || textOfFirst(blocks, 'title') || opened.title || fallbackTitle;
  const chapters: ImportedChapter[] = [];
  for (const [index, section] of sections.entries()) {
    if (signal.aborted) throw new RectoError('cancelled', 'The import was cancelled; nothing was imported.');
    chapters.push({ title: section.title || (sections.length === 1 ? bookTitle : 'Front matter'), content: writeSafely(groupBlocks(section.blocks, blanksBreak)) });
    onProgress({ done: index + 1, total: sections.length, message: section.title });
  }
  if (chapters.length === 0) throw new RectoError('import_empty', `“${name}” has no text, so there is nothing to import.`);
  return { title: bookTitle, author: opened.author, language: opened.language, chapters, warnings: describeLosses(reader.losses, opened.document.comments?.length ?? 0, blanksBreak) };
}

/** In a document without headings, lines like “Chapter 12” are the headings. */
function markChapterLines(blocks: DocxBlock[]): DocxBlock[] {
  if (blocks.some((block) => block.kind === 'heading')) return blocks;
  const isLine = (block: DocxBlock): boolean => block.kind === 'paragraph' && isChapterLine(inlineText(block.inlines).trim());
  if (blocks.filter(isLine).length < 2) return blocks;
  return blocks.map((block) => (block.kind === 'paragraph' && isLine(block) ? { kind: 'heading', level: 1, inlines: block.inlines } : block));
}

/** The title and the author's name are the book's, not a chapter's. */
function takeTitlePage(blocks: readonly DocxBlock[], author: string): DocxBlock[] {
  const firstTitle = blocks.find((block) => block.kind === 'title');
  return blocks.filter((block) => block !== firstTitle && !(block.kind === 'subtitle' && author !== '' && plain(block.inlines).toLowerCase().replace(/^by /, '') === author.toLowerCase()));
}

function splitSections(blocks: readonly DocxBlock[]): { title: string; sections: Section[] } {
  const levels = blocks.flatMap((block) => (block.kind === 'heading' ? [block.level] : []));
  const top = Math.min(...levels);
  const next = Math.min(...levels.filter((level) => level > top));
  const single = levels.filter((level) => level === top).length === 1 && levels[0] === top && levels.filter((level) => level === next).length > 1;
  const opens = single ? next : top;
  let title = '';
  const sections: Section[] = [{ title: '', blocks: [] }];
  for (const block of blocks) {
    if (block.kind === 'heading' && single && block.level === top) title = plain(block.inlines);
    else if (block.kind === 'heading' && block.level === opens) sections.push({ title: plain(block.inlines), blocks: [] });
    else sections.at(-1)?.blocks.push(block);
  }
  const hasText = sections[0]?.blocks.some((block) => block.kind !== 'blank') ?? false;
  return { title, sections: hasText ? sections : sections.slice(1) };
}

function textOfFirst(blocks: readonly DocxBlock[], kind: 'title'): string {
  const found = blocks.find((block) => block.kind === kind);
  return found && 'inlines' in found ? plain(found.inlines) : '';
}

function plain(inlines: readonly Inline[]): string {
  return inlineText(inlines).replace(/\s+/g, ' ').trim();
}

function describeLosses(losses: DocxLosses, comments: number, blanksBreak: boolean): string[] {
  return [
    losses.pictures > 0 && `${losses.pictures} pictures were left out; their descriptions, where they have one, stand in the text.`,
    losses.tables > 0 && `${losses.tables} tables became paragraphs, a cell each.`,
    losses.notes > 0 && `${losses.notes} footnotes and endnotes stand at the end of their chapter, with a number in the text.`,
    comments > 0 && `${comments} comments were left out.`,
    blanksBreak && 'Blank lines between paragraphs became scene breaks.',
  ].filter((warning) => warning !== false);
}
