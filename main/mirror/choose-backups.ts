/** Which of the backups that were made by themselves stay. */

export const KEPT = { hours: 12, days: 7, weeks: 26 } as const;
/** What a restore replaced is kept this long. */
export const BEFORE_RESTORE_DAYS = 30;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/**
 * The last backup of each of the 12 latest hours, 7 latest days and 26 latest weeks that have one: hours without work
 * use up nothing. What seems to come from the future was made before a clock was set right; it is counted by itself, so
 * that it neither pushes out what is made now nor is pushed out by it.
 * @param times milliseconds since the epoch, in any order
 * @returns those that stay
 */
export function chooseBackups(times: readonly number[], now: number): Set<number> {
  return new Set([...chooseLatest(times.filter((time) => time <= now)), ...chooseLatest(times.filter((time) => time > now))]);
}

function chooseLatest(times: readonly number[]): number[] {
  const newestFirst = times.toSorted((a, b) => b - a);
  return [[HOUR, KEPT.hours], [DAY, KEPT.days], [WEEK, KEPT.weeks]].flatMap(([length, count]) => {
    const lastOf = new Map<number, number>();
    for (const time of newestFirst) {
      const period = Math.floor(time / length!);
      if (!lastOf.has(period)) lastOf.set(period, time);
    }
    return [...lastOf.values()].slice(0, count);
  });
}

/** Whether what a restore replaced may go. A time in the future is no reason. */
export function isOutdated(takenAt: number, now: number): boolean {
  return now - takenAt > BEFORE_RESTORE_DAYS * DAY;
}
