const DAY_MS = 24 * 60 * 60 * 1000;

/** Days until then, one that has begun counted whole; 0: it is over. @param now milliseconds since the epoch */
export function daysLeft(goneAt: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(goneAt) - now) / DAY_MS));
}
