import type { CompileSource, Edition } from '#processors/contract/manuscript.ts';
import type { BookV1, Chapter } from '#schemas/generated/types.ts';
import type { Library } from './library.ts';
import { findHeadId } from './observe-expansion.ts';

/** Which text each chapter gives to a compile; 'as-set': what the chapter says. One without an expansion gives its draft. */
export async function chooseSources(library: Library, book: BookV1, edition: 'as-set' | Edition): Promise<CompileSource[]> {
  const sources: CompileSource[] = [];
  for (const chapter of book.chapters) sources.push(await chooseSource(library, chapter, edition));
  return sources;
}

async function chooseSource(library: Library, chapter: Chapter, wish: 'as-set' | Edition): Promise<CompileSource> {
  const edition = wish === 'as-set' ? chapter.edition : wish;
  const headId = edition === 'expansion' ? await findHeadId(library, chapter.id) : null;
  if (headId !== null) return { chapter_id: chapter.id, blob_id: headId, edition: 'expansion' };
  return { chapter_id: chapter.id, blob_id: chapter.draft_blob_id, edition: 'draft', ...(edition === 'expansion' && { is_fallback: true }) };
}
