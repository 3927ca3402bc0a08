import type { BlobStore } from './blob-store.ts';

const last = new WeakMap<BlobStore, Promise<unknown>>();

/**
 * One change of an expansion's head at a time, whoever makes it: two of the author's in a row don't each make a blob over
 * the same one, and nothing is stored on an older head while what was grown from it is put in its place. Of this window
 * alone: what two windows do at once, carry-edits.ts puts together.
 */
export function inHeadTurn<T>(blobs: BlobStore, work: () => Promise<T>): Promise<T> {
  const run = (last.get(blobs) ?? Promise.resolve()).then(work);
  last.set(blobs, run.catch(() => undefined));
  return run;
}
