import type { Blob } from '#schemas/blob.ts';
import type { SnapshotV1 } from '#schemas/generated/types.ts';
import type { Library } from '../library.ts';

/**
 * Changes a blob after what it holds is kept, to the last word: where another window or device writes in between, that is
 * kept, too.
 * @param change may be called again when someone wrote meanwhile; it may throw, and nothing is changed then
 * @throws RectoError not_found, storage_full, storage_failed
 */
export async function changeKept({ blobs, history }: Pick<Library, 'blobs' | 'history'>, id: string, reason: SnapshotV1['reason'], change: (stored: Blob) => Blob | null): Promise<Blob> {
  for (;;) {
    const kept = await blobs.get(id, { deleted: true });
    if (kept) await history.keep(kept, { reason });
    let isKept = false;
    const now = await blobs.change(id, (stored) => {
      isKept = stored.version === kept?.version;
      return isKept ? change(stored) : null;
    });
    if (isKept) return now;
  }
}
