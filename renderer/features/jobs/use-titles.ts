import { useMemo } from 'react';
import { combineLatest, map, of } from 'rxjs';
import { useApp } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';

export interface Titles {
  book(bookId: string | undefined): string;
  chapter(bookId: string | undefined, chapterId: string | undefined): string;
  /** The chapter that this is the draft of, in one of these books. */
  placeOf(draftId: string): { bookId: string; chapterId: string } | undefined;
}

const NONE = new Map<string, { title: string; chapters: ReadonlyMap<string, { title: string; draftId: string }> }>();

/** The titles of these books and their chapters, as they are now. */
export function useTitles(bookIds: readonly (string | undefined)[]): Titles {
  const app = useApp();
  const wanted = [...new Set(bookIds.filter((id) => id !== undefined))].toSorted().join(' ');
  const books$ = useMemo(() => {
    if (wanted === '') return of(NONE);
    return combineLatest(wanted.split(' ').map((id) => app.observeBook(id))).pipe(
      map((books) => new Map(books.filter((book) => book !== null).map((book) => [book.id, { title: book.title, chapters: new Map(book.chapters.map((chapter) => [chapter.id, chapter])) }]))),
    );
  }, [app, wanted]);
  const books = useObservable<typeof NONE>(books$, NONE);
  return {
    book: (id) => (id === undefined ? '' : (books.get(id)?.title ?? '')) || 'a book',
    chapter: (bookId, chapterId) => (bookId === undefined || chapterId === undefined ? '' : (books.get(bookId)?.chapters.get(chapterId)?.title ?? '')) || 'Untitled',
    placeOf(draftId) {
      for (const [bookId, { chapters }] of books) for (const [chapterId, chapter] of chapters) if (chapter.draftId === draftId) return { bookId, chapterId };
      return undefined;
    },
  };
}
