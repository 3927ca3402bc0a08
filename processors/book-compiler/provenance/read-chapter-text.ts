import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { ChapterText } from '../../contract/manuscript.ts';
import { traceProvenance } from './trace-provenance.ts';

/**
 * The text of a chapter's blob, with how it came about; null for a blob that holds none. A draft is its author's, also where it
 * was pasted or imported: nobody can tell.
 * @param readBlob any blob of the same user, deleted ones too
 */
export async function readChapterText(blob: Blob, readBlob: (id: string) => Promise<Blob | null>): Promise<ChapterText | null> {
  if (isBlobOf(blob, 'expanded-text-v1')) {
    const isEdited = blob.data.passages?.some(({ origin }) => origin === 'author') ?? false;
    return { markdown: blob.data.expanded, blob_version: blob.version, chosen: isEdited ? 'edited-expansion' : 'expansion', provenance: await traceProvenance(blob, readBlob) };
  }
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) return { markdown: blob.data.content, blob_version: blob.version, chosen: 'draft' };
  return null;
}
