import { useCallback, useEffect } from 'react';
import { firstValueFrom } from 'rxjs';
import type { BookView, ChapterView } from '#app/recto-app.ts';
import { updateSettings } from '#app/use-cases/update-settings.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { goTo } from '#renderer/shell/router.ts';
import { useToast } from '#renderer/ui/toast.tsx';

/**
 * Coming back to a book is coming back to the line: with no chapter in the address (or one that is gone), goes to
 * where the author was, else to the first.
 * @param arriving the chapter in the address was just added, and the book shows it in a moment
 * @returns what keeps the caret's place
 */
export function useComeBack(book: BookView, chapter: ChapterView | null, arriving: boolean): (offset: number) => void {
  const app = useApp();
  const { showError } = useToast();
  const bookId = book.id;
  const openId = chapter?.id ?? null;
  const firstId = book.chapters[0]?.id ?? null;

  useEffect(() => {
    if (openId !== null || firstId === null || arriving) return undefined;
    let left = false;
    void firstValueFrom(app.settings$).then(({ lastPlace }) => {
      if (left) return;
      const known = lastPlace?.bookId === bookId && book.chapters.some((candidate) => candidate.id === lastPlace.chapterId);
      goTo({ name: 'book', bookId, chapterId: known ? lastPlace.chapterId : firstId, tab: 'write' }, { replace: true });
    }, showError);
    return () => {
      left = true;
    };
  }, [app, arriving, book.chapters, bookId, firstId, openId, showError]);

  const keep = useCallback(
    (offset: number) => {
      if (openId !== null) void updateSettings(app, { lastPlace: { bookId, chapterId: openId, offset } }).catch(showError);
    },
    [app, bookId, openId, showError],
  );

  // Opening a chapter is being there, before anything is typed; its line, if it was the last, is kept.
  useEffect(() => {
    if (openId === null) return;
    void firstValueFrom(app.settings$).then(({ lastPlace }) => {
      if (lastPlace?.chapterId !== openId) keep(0);
    }, showError);
  }, [app, keep, openId, showError]);
  return keep;
}
