import type { BackupBook } from '#schemas/ipc.ts';
import type { BookSummary } from '#app/recto-app.ts';
import { formatCount, formatNumber } from '#renderer/shell/format-count.ts';

/** How a book in a backup stands to the library's. */
export interface Difference {
  kind: 'same' | 'differs' | 'missing';
  /** As people say it: 'older by 1,204 words'. */
  text: string;
}

/**
 * Words are counted, not compared: two texts of one length that were changed at different times are not called the same.
 * @param now undefined where the library has no such book
 */
export function compareBook(kept: BackupBook, now: BookSummary | undefined): Difference {
  if (!now) return { kind: 'missing', text: 'not in the library' };
  const age = kept.updatedAt === now.updatedAt ? null : kept.updatedAt < now.updatedAt ? 'older' : 'newer';
  const words = now.words - kept.words;
  if (words === 0) return age === null ? { kind: 'same', text: 'same' } : { kind: 'differs', text: `${age}, with as many words` };
  const by = formatCount(Math.abs(words), 'word');
  const isShorter = words > 0;
  if (age === null) return { kind: 'differs', text: `${by} ${isShorter ? 'shorter' : 'longer'}` };
  // What is older is mostly shorter; where it is not, something was cut since, and that is to be seen.
  return { kind: 'differs', text: isShorter === (age === 'older') ? `${age} by ${by}` : `${age}, and ${by} ${isShorter ? 'shorter' : 'longer'}` };
}

/** One chapter's words then beside now; `now` null: the book has no such chapter (any more). */
export interface ChapterDifference {
  id: string;
  title: string;
  kept: number;
  now: number | null;
  /** Words that came since; negative where some went. */
  change: number;
}

export function compareChapters(kept: BackupBook['chapters'], now: readonly { id: string; words: number }[] | null): ChapterDifference[] {
  const wordsNow = new Map(now?.map((chapter) => [chapter.id, chapter.words]));
  return kept.map(({ id, title, words }) => {
    const current = wordsNow.get(id) ?? null;
    return { id, title, kept: words, now: current, change: current === null ? 0 : current - words };
  });
}

/** '+1,204', '−3'; nothing for none. */
export function formatChange(change: number): string {
  if (change === 0) return '';
  return `${change > 0 ? '+' : '−'}${formatNumber(Math.abs(change))}`;
}
