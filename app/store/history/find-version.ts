import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Library } from '../library.ts';

export interface VersionPlace {
  bookId: string;
  chapterId: string;
  /** A ChapterVersion's id. */
  versionId: string;
}

/** A snapshot of the chapter, one of its expansions, or its draft. @throws RectoError not_found */
export async function findVersion({ blobs }: Pick<Library, 'blobs'>, { chapterId, versionId }: VersionPlace): Promise<Blob> {
  const blob = await blobs.get(versionId);
  if (blob?.conversation_id === chapterId) return blob;
  throw new RectoError('not_found', 'This version is no longer kept: it has thinned out with age, here or on another device. The chapter is as it was.');
}

/** Whether a version is one of the expansion; else it is one of the draft. */
export function isOfExpansion(version: Blob): boolean {
  return version.schema_id === 'expanded-text-v1' || (isBlobOf(version, 'snapshot-v1') && version.data.of_schema_id === 'expanded-text-v1');
}
