/**
 * Typst's PDF writer (krilla 0.6) queues two jobs a page, and a job that waits for another runs whatever is queued in the meantime
 * (krilla/src/util.rs, Deferred::wait). Where there is one thread, rayon takes the newest job first: one page's job waits inside the
 * next one's, and some 1,100 pages fill the stack of a browser's worker. Taken in the order of their making, none waits.
 */

/** How crossbeam's `Worker::pop` begins, compiled: is its flavour (at 12) the one that takes the newest? */
const ASKS_FOR_NEWEST = [0x20, 0x01, 0x2d, 0x00, 0x0c, 0x41, 0x01, 0x46, 0x04, 0x40, 0x20, 0x05, 0x20, 0x04, 0x41, 0x01, 0x6b];
const LOAD = 2;
const FLAVOUR = 6;
/** None is called so: the oldest is taken, which is the queue's other way. */
const NO_FLAVOUR = 2;

/** @returns the same bytes, changed where they stand; what is no such program stays as it is */
export function takeJobsInOrder(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let at = wasm.indexOf(ASKS_FOR_NEWEST[LOAD]!, LOAD); at !== -1; at = wasm.indexOf(ASKS_FOR_NEWEST[LOAD]!, at + 1)) {
    const start = at - LOAD;
    if (ASKS_FOR_NEWEST.every((byte, index) => wasm[start + index] === byte)) wasm[start + FLAVOUR] = NO_FLAVOUR;
  }
  return wasm;
}
