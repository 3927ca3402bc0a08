import { orAborted } from '../contract/or-aborted.ts';

/** The bytes as they come, until the signal aborts: then its reason is thrown, also while the next ones are waited for. */
export async function* bytesUntil(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orAborted(iterator.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a sender that has stalled would be waited for.
    iterator.return?.().catch(() => {});
  }
}
