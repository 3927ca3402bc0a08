/** What each chapter of a book says now, as far as a pitch asks: which blob its text is, and the text's hash. */
import { hashChapterText, type ChapterHashes } from '#processors/contract/pitch.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import { contentOf } from './draft-content.ts';
import type { Library } from './library.ts';
import { findHeadId } from './observe-expansion.ts';

interface KnownText {
  version: number;
  hash: string | null;
}

export interface ChapterText {
  chapter_id: string;
  blob_id: string;
  blob_version: number;
  /** Null: not a word is written. */
  hash: string | null;
}

/** One memory an open library, so that a text is read and hashed again only when it is another. */
const memories = new WeakMap<Library, Map<string, KnownText>>();
const READ_BATCH = 25;

/** In the book's order; a chapter whose text is not on this computer is left out. */
export async function readChapterTexts(library: Library, book: BookV1): Promise<ChapterText[]> {
  const known = memories.get(library) ?? new Map<string, KnownText>();
  memories.set(library, known);
  const wanted: { chapter_id: string; blob_id: string }[] = [];
  await library.stats.caughtUp();
  for (const chapter of book.chapters) {
    const headId = chapter.edition === 'expansion' ? await findHeadId(library, chapter.id) : null;
    wanted.push({ chapter_id: chapter.id, blob_id: headId ?? chapter.draft_blob_id });
  }
  const changed = wanted.map(({ blob_id }) => blob_id).filter((id) => known.get(id)?.version !== library.stats.get(id)?.version || !known.has(id));
  for (let at = 0; at < changed.length; at += READ_BATCH) {
    const found = await library.blobs.getMany(changed.slice(at, at + READ_BATCH));
    for (const id of changed.slice(at, at + READ_BATCH)) known.delete(id);
    for (const blob of found.values()) known.set(blob.id, { version: blob.version, hash: hashChapterText(textOf(blob)) });
  }
  return wanted.flatMap(({ chapter_id, blob_id }) => {
    const text = known.get(blob_id);
    return text ? [{ chapter_id, blob_id, blob_version: text.version, hash: text.hash }] : [];
  });
}

/** What a chapter's blob says. */
export function textOf(blob: Blob): string {
  return isBlobOf(blob, 'expanded-text-v1') ? blob.data.expanded : contentOf(blob);
}

export function toHashes(texts: readonly ChapterText[]): ChapterHashes {
  return new Map(texts.flatMap(({ chapter_id, hash }) => (hash === null ? [] : [[chapter_id, hash] as const])));
}
