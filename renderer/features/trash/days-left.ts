const DAY_MS = 24 * 60 * 60 * 1000;

/** Whole days until then; 0: less than one. @param now milliseconds since the epoch */
export function daysLeft(goneAt: string, now: number): number {
  return Math.max(0, Math.floor((Date.parse(goneAt) - now) / DAY_MS));
}
