/** A book's chapters in order: pure changes of the list. */
import type { BookV1, Chapter } from '#schemas/generated/types.ts';

/** Where a removed chapter stood: behind which, before which, and at which place. */
export interface ChapterPlace {
  index: number;
  before: readonly string[];
  after: readonly string[];
}

/** After the chapter named, or at the end where there is none such. */
export function insertChapter(book: BookV1, chapter: Chapter, afterId?: string): BookV1 {
  const at = book.chapters.findIndex(({ id }) => id === afterId);
  return { ...book, chapters: book.chapters.toSpliced(at < 0 ? book.chapters.length : at + 1, 0, chapter) };
}

/** @param toIndex its place in the list as it is afterwards; what lies outside is the nearest end */
export function moveChapter(book: BookV1, chapterId: string, toIndex: number): BookV1 {
  const from = book.chapters.findIndex(({ id }) => id === chapterId);
  const chapter = book.chapters[from];
  if (!chapter) return book;
  const rest = book.chapters.toSpliced(from, 1);
  return { ...book, chapters: rest.toSpliced(Math.max(0, Math.min(toIndex, rest.length)), 0, chapter) };
}

export function changeChapter(book: BookV1, chapterId: string, patch: Partial<Chapter>): BookV1 {
  return { ...book, chapters: book.chapters.map((chapter) => (chapter.id === chapterId ? { ...chapter, ...patch } : chapter)) };
}

export function removeChapter(book: BookV1, chapterId: string): BookV1 {
  return { ...book, chapters: book.chapters.filter(({ id }) => id !== chapterId) };
}

export function placeOf(book: BookV1, chapterId: string): ChapterPlace {
  const ids = book.chapters.map(({ id }) => id);
  const index = ids.indexOf(chapterId);
  return { index, before: ids.slice(0, index).toReversed(), after: ids.slice(index + 1) };
}

/**
 * Puts a removed chapter back where it stood: behind the nearest chapter before it that is still there, so that what
 * was added, moved or removed since does not matter; else before the nearest one after it.
 */
export function putChapterBack(book: BookV1, chapter: Chapter, place: ChapterPlace): BookV1 {
  if (book.chapters.some(({ id }) => id === chapter.id)) return book;
  const ids = book.chapters.map(({ id }) => id);
  const behind = place.before.find((id) => ids.includes(id));
  const ahead = place.after.find((id) => ids.includes(id));
  let at = Math.min(place.index, ids.length);
  if (behind !== undefined) at = ids.indexOf(behind) + 1;
  else if (ahead !== undefined) at = ids.indexOf(ahead);
  return { ...book, chapters: book.chapters.toSpliced(at, 0, chapter) };
}
