/** What every format's writer is: it gets the sections one by one, and gives the file at the end. */
import type { CompileLayout } from '#schemas/generated/types.ts';
import type { CompileFormat } from '../../contract/manuscript.ts';
import type { Typesetter } from '../../contract/typesetter.ts';
import type { BookHead, Section } from '../model.ts';
import type { Replacements } from '../replacements.ts';

export interface BookWriter {
  /**
   * Writes one section.
   * @returns the words, folded, as they are read back from what was written: title, then text. What makes itself
   * (a title page, contents) and the number's line are no words of the author's
   */
  writeSection(section: Section): string;
  finish(): Uint8Array | Promise<Uint8Array>;
}

export interface WriterStart {
  head: BookHead;
  layout: CompileLayout;
  replacements: Replacements;
  /** For PDF; absent where there is none. */
  typesetter?: Typesetter | undefined;
}

export interface WriterKind {
  format: CompileFormat;
  mediaType: string;
  extension: string;
  /** Whether texts are set as a book's unless the layout says otherwise. */
  typography: 'typeset' | 'as-written';
  /** What a person reads while a `finish` takes longer than all chapters before it; absent where it is done at once. */
  finishing?: string;
  start(start: WriterStart): BookWriter;
}
