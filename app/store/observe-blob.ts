import { filter, map, startWith, switchMap, type Observable } from 'rxjs';
import type { Blob } from '#schemas/blob.ts';
import type { BlobStore } from './blob-store.ts';

/** The blob as it is stored, now and after each change; null while there is none or it is deleted. */
export function observeBlob(blobs: BlobStore, id: string): Observable<Blob | null> {
  return blobs.changes$.pipe(
    filter((changes) => changes.blobs.some((blob) => blob.id === id)),
    map(() => undefined),
    startWith(undefined),
    // Read again, so that an event that comes late never shows an older state.
    switchMap(() => blobs.get(id)),
  );
}
