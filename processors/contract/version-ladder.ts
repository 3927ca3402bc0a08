/** Which of a text's past versions are kept as they grow old: one rule for the author's history and for the server's. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEAR = 365 * DAY;

/** From an age on (ms), one version is kept in each stretch of time (ms). Younger than the first: every one. */
const LADDER = [
  { from: DAY, each: HOUR },
  { from: WEEK, each: DAY },
  { from: YEAR, each: WEEK },
] as const;

export interface PastVersion {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** It stays however old it is, and stands for no other. */
  stays?: boolean;
}

/**
 * Every version for a day, then the last of each hour for a week, of each day for a year, and of each week after. Hours,
 * days and weeks are those of UTC, so that two devices that thin out the same versions keep the same ones.
 * @param versions of one text, in any order
 * @param now milliseconds since the epoch
 * @returns the ids of those that are not kept
 */
export function findThinnedOut(versions: readonly PastVersion[], now: number): string[] {
  const kept = new Set<string>();
  return versions
    .filter(({ stays }) => stays !== true)
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    .flatMap(({ id, at }) => {
      const step = LADDER.findLast(({ from }) => now - at >= from);
      if (!step) return [];
      const stretch = `${step.each} ${Math.floor(at / step.each)}`;
      if (kept.has(stretch)) return [id];
      kept.add(stretch);
      return [];
    });
}
