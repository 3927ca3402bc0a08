/** What every format's writer is: it gets the chapters one by one, and gives the file at the end. */
import type { CompileFormat } from '../../contract/manuscript.ts';
import type { BookHead, Chapter } from '../model.ts';
import type { Replacements } from '../replacements.ts';

export interface BookWriter {
  /**
   * Writes one chapter.
   * @returns the words, folded, as they are read back from what was written: title, then text
   */
  writeChapter(chapter: Chapter): string;
  finish(): Uint8Array;
}

export interface WriterKind {
  format: CompileFormat;
  mediaType: string;
  extension: string;
  start(head: BookHead, replacements: Replacements): BookWriter;
}
