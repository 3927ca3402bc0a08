import { debounce, defer, filter, from, map, of, startWith, switchMap, timer, type Observable } from 'rxjs';
import type { ChapterHashes } from '#processors/contract/pitch.ts';
import { isBlobOf } from '#schemas/blob.ts';
import { readChapterTexts, toHashes } from './chapter-hashes.ts';
import type { Library } from './library.ts';
import { readPitch, type PitchBlob } from './pitch-head.ts';

export interface PitchView {
  /** Null: none was made yet. */
  blob: PitchBlob | null;
  /** What the chapters say now: what tells which sentences are stale. */
  today: ChapterHashes;
}

/** Saves of a draft come every two seconds while its author types. */
const DRAFT_SETTLES_MS = 400;

/** The book's pitch beside its chapters as they are stored; null: there is no such book. */
export function observePitch(library: Library, bookId: string): Observable<PitchView | null> {
  let chapterIds = new Set<string>();
  const touched = library.blobs.changes$.pipe(
    map(({ blobs }) => blobs.filter((blob) => blob.id === bookId || isBlobOf(blob, 'pitch-v1') || chapterIds.has(blob.conversation_id ?? ''))),
    filter((blobs) => blobs.length > 0),
    map((blobs) => blobs.every((blob) => isBlobOf(blob, 'text-input-v2'))),
  );
  const read = async (): Promise<PitchView | null> => {
    const book = await library.blobs.get(bookId);
    if (!book || !isBlobOf(book, 'book-v1')) return null;
    chapterIds = new Set(book.data.chapters.map(({ id }) => id));
    const texts = await readChapterTexts(library, book.data);
    return { blob: await readPitch(library.blobs, bookId), today: toHashes(texts) };
  };
  return touched.pipe(
    debounce((onlyDraft) => (onlyDraft ? timer(DRAFT_SETTLES_MS) : of(0))),
    startWith(false),
    switchMap(() => defer(() => from(read()))),
  );
}
