import { useMemo } from 'react';
import { firstValueFrom } from 'rxjs';
import type { BookView, ChapterView } from '#app/recto-app.ts';
import { addChapter } from '#app/use-cases/add-chapter.ts';
import { deleteChapter } from '#app/use-cases/delete-chapter.ts';
import { expandChapter } from '#app/use-cases/expand-chapter.ts';
import { moveChapter } from '#app/use-cases/move-chapter.ts';
import { renameChapter } from '#app/use-cases/rename-chapter.ts';
import { setEdition } from '#app/use-cases/set-edition.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { goTo, parsePlace, type BookTab } from '#renderer/shell/router.ts';
import { useToast } from '#renderer/ui/toast.tsx';

export interface ChapterActions {
  open(chapterId: string, tab?: BookTab): void;
  /** After the given chapter, or at the end; opens it. */
  add(afterId?: string): Promise<void>;
  rename(chapterId: string, title: string): Promise<void>;
  moveTo(chapterId: string, index: number): Promise<void>;
  /** -1: one up. Does nothing at the ends. */
  moveBy(chapterId: string, step: number): Promise<void>;
  remove(chapterId: string): Promise<void>;
  setEdition(chapterId: string, edition: ChapterView['edition']): Promise<void>;
  expand(chapterId: string): Promise<void>;
}

/**
 * What can be done with a book's chapters. Each reads the book as it is then, so that it can be held on to.
 * @param justAdded takes the ids of chapters that the page's book may not show yet
 */
export function useChapterActions(book: BookView, tab: BookTab, justAdded: Set<string>): ChapterActions {
  const app = useApp();
  const { show } = useToast();
  const bookId = book.id;
  return useMemo<ChapterActions>(() => {
    const readChapters = async (): Promise<ChapterView[]> => (await firstValueFrom(app.observeBook(bookId)))?.chapters ?? [];
    // A chapter that is chosen beside the pitch is one to write in.
    const open = (chapterId: string, to: BookTab = tab === 'pitch' ? 'write' : tab): void => goTo({ name: 'book', bookId, chapterId, tab: to });
    return {
      open,
      async add(afterId) {
        const chapterId = await addChapter(app, bookId, afterId ? { afterId } : {});
        justAdded.add(chapterId);
        open(chapterId, 'write');
      },
      rename: (chapterId, title) => renameChapter(app, bookId, chapterId, title),
      moveTo: (chapterId, index) => moveChapter(app, bookId, chapterId, index),
      async moveBy(chapterId, step) {
        const chapters = await readChapters();
        const to = chapters.findIndex((chapter) => chapter.id === chapterId) + step;
        if (to >= 0 && to < chapters.length) await moveChapter(app, bookId, chapterId, to);
      },
      async remove(chapterId) {
        const chapters = await readChapters();
        const index = chapters.findIndex((chapter) => chapter.id === chapterId);
        const chapter = chapters[index];
        if (!chapter) return;
        const place = parsePlace(location.hash);
        const neighbour = chapters[index + 1] ?? chapters[index - 1];
        if (neighbour && place.name === 'book' && place.chapterId === chapterId) {
          goTo({ name: 'book', bookId, chapterId: neighbour.id, tab: place.tab }, { replace: true });
        }
        const { undo } = await deleteChapter(app, bookId, chapterId);
        show({ message: `“${chapter.title || 'Untitled'}” was deleted.`, undo });
      },
      setEdition: (chapterId, edition) => setEdition(app, bookId, chapterId, edition),
      async expand(chapterId) {
        // The expansion grows from what is stored: it must be what is on the page.
        await app.flush();
        await expandChapter(app, { bookId, chapterId });
      },
    };
  }, [app, bookId, justAdded, show, tab]);
}
