import { RectoError } from '#schemas/errors.ts';
import type { Block } from '../book-compiler/model.ts';
import type { ImportedChapter, ImportOptions } from '../contract/manuscript.ts';
import type { SourceBlock } from './source-blocks.ts';
import type { SourceSection } from './split-sections.ts';
import { writeSafely } from './write-safely.ts';

/**
 * Sections as chapters of Markdown.
 * @param group puts together what the document's program keeps as blocks in a row
 * @throws RectoError cancelled
 */
export function writeChapters(sections: readonly SourceSection[], bookTitle: string, group: (blocks: readonly SourceBlock[]) => Block[], { signal, onProgress }: ImportOptions): ImportedChapter[] {
  return sections.map((section, index) => {
    if (signal.aborted) throw new RectoError('cancelled', 'The import was cancelled; nothing was imported.');
    const notes = section.blocks.flatMap((block) => (block.kind === 'note' ? [block.text] : []));
    const content = writeSafely(group(section.blocks.filter(({ kind }) => kind !== 'note')));
    onProgress({ done: index + 1, total: sections.length, message: section.title });
    return { title: section.title || (sections.length === 1 ? bookTitle : 'Front matter'), content, ...(section.part !== undefined && { part: section.part }), ...(notes.length > 0 && { notes }) };
  });
}
