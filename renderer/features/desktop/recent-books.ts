/** The books that were opened last, for the system's menus: on this computer only, as what was open is. */
const KEY = 'recto:recent-books';
const MOST = 10;

/** The book last opened goes first. */
export function addRecent(recent: readonly string[], bookId: string): string[] {
  return [bookId, ...recent.filter((id) => id !== bookId)].slice(0, MOST);
}

export function readRecent(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, MOST) : [];
  } catch {
    // Written by hand, or by another version: there are none, and the next book begins the list.
    return [];
  }
}

export function keepRecent(recent: readonly string[]): void {
  localStorage.setItem(KEY, JSON.stringify(recent));
}

/** The list as a menu shows it: books that are gone, or another account's, are left out. */
export function listRecent(recent: readonly string[], books: readonly { id: string; title: string }[]): { bookId: string; title: string }[] {
  const titles = new Map(books.map((book) => [book.id, book.title]));
  return recent.flatMap((bookId) => {
    const title = titles.get(bookId);
    return title === undefined ? [] : [{ bookId, title: title.slice(0, 200) || 'Untitled' }];
  });
}
