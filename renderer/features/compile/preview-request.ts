import type { BookView } from '#app/recto-app.ts';
import type { CompileRequest } from '#app/use-cases/compile-book.ts';

/** About as many words as the first pages hold. */
const ENOUGH_WORDS = 1_500;

/** The same compile of its first chapters alone, as a page that a window can show. */
export function toPreviewRequest(book: BookView, request: CompileRequest): CompileRequest {
  const { scene_break: _shownByTheWindow, ...layout } = request.layout ?? {};
  const wanted = book.chapters.filter(({ id, isIncluded }) => (request.chapterIds ? request.chapterIds.includes(id) : isIncluded));
  const first: string[] = [];
  let words = 0;
  for (const chapter of wanted) {
    if (words >= ENOUGH_WORDS) break;
    first.push(chapter.id);
    words += chapter.words;
  }
  return { ...request, format: 'html', layout, chapterIds: first };
}

/** What stands between scenes, as a string of CSS (https://www.w3.org/TR/css-syntax-3/#consume-string-token). */
export function cssString(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\n\r\f]/g, ' ')}"`;
}
