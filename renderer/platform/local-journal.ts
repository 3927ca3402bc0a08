import type { Journal } from '#app/ports.ts';

const PREFIX = 'recto:journal:';

/**
 * The browser's localStorage, which stores before a call returns: a tab that closes has no time for IndexedDB. Where
 * it is full or refused nothing is kept here, and the library is still written to.
 */
export function createLocalJournal(): Journal {
  const attempt = <T>(use: () => T, otherwise: T): T => {
    try {
      return use();
    } catch {
      return otherwise;
    }
  };
  return {
    write: (key, value) => attempt(() => localStorage.setItem(PREFIX + key, value), undefined),
    remove: (key) => attempt(() => localStorage.removeItem(PREFIX + key), undefined),
    read: () =>
      attempt(
        () =>
          Object.keys(localStorage)
            .filter((key) => key.startsWith(PREFIX))
            .map((key) => ({ key: key.slice(PREFIX.length), value: localStorage.getItem(key) ?? '' })),
        [],
      ),
  };
}
