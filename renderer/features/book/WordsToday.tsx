import { useEffect, useState } from 'react';
import type { BookView } from '#app/recto-app.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatNumber } from '#renderer/shell/format-count.ts';
import { readDawn, writeDawn } from './words-at-dawn.ts';

/** Words that this book has more than when it was first written in today. Nothing while that is none. */
export function WordsToday({ book }: { book: Pick<BookView, 'id' | 'words'> }) {
  const { saveStatus$ } = useApp();
  const [dawn, setDawn] = useState(() => readDawn(book.id, new Date()));
  const { id, words } = book;
  useEffect(() => {
    if (dawn !== null) return undefined;
    // The first save of the day: the count is still what it was before it.
    const subscription = saveStatus$.subscribe(({ state }) => {
      if (state !== 'saving') return;
      writeDawn(id, words, new Date());
      setDawn(words);
    });
    return () => subscription.unsubscribe();
  }, [dawn, id, saveStatus$, words]);
  const today = dawn === null ? 0 : words - dawn;
  return today > 0 ? <span className="status-word">{formatNumber(today)} today</span> : null;
}
