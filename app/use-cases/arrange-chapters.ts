import type { Chapter } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { changeBook } from '../store/change-book.ts';

export interface ChapterArrangement {
  /** The title of the part that begins with it; '': none does. */
  part?: string;
  numbered?: boolean;
  included?: boolean;
}

/**
 * Says how chapters stand in the compiled book.
 * @throws RectoError not_found, schema_violation, storage_full, storage_failed
 */
export async function arrangeChapters(app: RectoApp, bookId: string, chapterIds: readonly string[], arrangement: ChapterArrangement): Promise<void> {
  const wanted = new Set(chapterIds);
  await changeBook(await coreOf(app).library(), bookId, (book) => ({ ...book, chapters: book.chapters.map((chapter) => (wanted.has(chapter.id) ? arrange(chapter, arrangement) : chapter)) }));
}

function arrange({ part, ...chapter }: Chapter, { part: newPart = part ?? '', ...rest }: ChapterArrangement): Chapter {
  return { ...chapter, ...(newPart.trim() !== '' && { part: newPart.trim() }), ...rest };
}
