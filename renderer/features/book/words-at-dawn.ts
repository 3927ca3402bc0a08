/** How many words each book had when it was first written in today; kept for this day only. */
const KEY = 'recto:words-at-dawn';

interface Dawn {
  day: string;
  books: Record<string, number>;
}

/** The day by this computer's calendar: '2026-11-22'. */
function dayOf(now: Date): string {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}

function readDay(now: Date): Dawn {
  const none: Dawn = { day: dayOf(now), books: {} };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return isDawn(kept) && kept.day === none.day ? kept : none;
  } catch {
    // Not ours, or broken: the count of the day begins again. No word depends on it.
    return none;
  }
}

function isDawn(value: unknown): value is Dawn {
  return typeof value === 'object' && value !== null && 'day' in value && 'books' in value && typeof value.books === 'object' && value.books !== null;
}

/** Null: the book was not written in yet today. */
export function readDawn(bookId: string, now: Date): number | null {
  return readDay(now).books[bookId] ?? null;
}

export function writeDawn(bookId: string, words: number, now: Date): void {
  const dawn = readDay(now);
  localStorage.setItem(KEY, JSON.stringify({ ...dawn, books: { ...dawn.books, [bookId]: words } }));
}
