import type { StorageKeeping } from './renderer-platform.ts';

const KEPT = 'Your words are kept by this browser, on this computer';
/** A browser that is out of room refuses to save; a manuscript's worth of it is left to be warned in. */
const NEARLY_FULL_BYTES = 50_000_000;

/**
 * Asks the browser to keep what the page stores (Storage Standard, §4), and says what came of it.
 * @param storage undefined: the browser has no such thing, as on a page that came without https
 */
export async function keepBrowserStorage(storage: Pick<StorageManager, 'persist' | 'persisted' | 'estimate'> | undefined): Promise<StorageKeeping> {
  const isKept = storage?.persist !== undefined && ((await storage.persisted()) || (await storage.persist()));
  const { quota, usage } = (await storage?.estimate?.()) ?? {};
  const isNearlyFull = quota !== undefined && usage !== undefined && quota - usage < NEARLY_FULL_BYTES;
  const full = isNearlyFull ? ' There is little room left for them: make some on this computer’s disk.' : '';
  if (isKept) return { sentence: `${KEPT}, until you clear its data.${full}`, mayBeCleared: false };
  return {
    sentence: `${KEPT}, and it may throw them away: when the disk fills up, when its data is cleared, when a private window is closed.${full} Sign in to sync, or export everything now and then, to have a copy.`,
    mayBeCleared: true,
  };
}
