/** What the shelf says of each book, kept from the last time that all stats were in memory: it is shown before they are. */
import { isFields } from '../domain/merge-values.ts';
import type { LocalState } from '../sync/sync-types.ts';

export interface BookTotal {
  words: number;
  /** Of its latest text, RFC 3339. */
  updatedAt: string;
}

export interface BookTotals {
  get(bookId: string): BookTotal | undefined;
  keep(bookId: string, total: BookTotal): void;
  /** Writes down what is new. @throws RectoError storage_full, storage_failed */
  persist(): Promise<void>;
}

const KEY = 'book-totals';

export async function openBookTotals(state: LocalState): Promise<BookTotals> {
  const totals = readTotals(await state.get(KEY));
  let isNew = false;
  return {
    get: (bookId) => totals.get(bookId),
    keep(bookId, total) {
      const known = totals.get(bookId);
      if (known?.words === total.words && known.updatedAt === total.updatedAt) return;
      totals.set(bookId, total);
      isNew = true;
    },
    async persist() {
      if (!isNew) return;
      isNew = false;
      try {
        await state.set(KEY, Object.fromEntries(totals));
      } catch (thrown) {
        isNew = true;
        throw thrown;
      }
    },
  };
}

function readTotals(value: unknown): Map<string, BookTotal> {
  const entries = isFields(value) ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, BookTotal] => isFields(entry[1]) && typeof entry[1]['words'] === 'number' && typeof entry[1]['updatedAt'] === 'string'));
}
