/**
 * RxDB's own clock. Replication resumes by the time of the last write it has pushed (`_meta.lwt`), and RxDB takes that
 * time from Date.now(), remembering nothing across starts: after a clock was set back, new writes would look older than
 * what was pushed and would never be sent. So whoever learns of a later time moves RxDB's clock past it.
 */
import { now } from 'rxdb';

/**
 * From now on RxDB's now() gives more than `past` (milliseconds, as in `_meta.lwt`).
 *
 * now() never goes back once it has been ahead, but its state can't be set: so for the length of one synchronous call
 * it is shown a later Date.now(). Nothing else can run meanwhile. Stepping it there call by call would take minutes for
 * a day (99 calls a millisecond).
 */
export function moveRxdbClockPast(past: number): void {
  if (Date.now() > past) return;
  const real = Date.now;
  try {
    Date.now = () => Math.ceil(past) + 1;
    now();
  } finally {
    Date.now = real;
  }
}
