import { debounceTime, filter, map, startWith, switchMap, type Observable } from 'rxjs';
import { isBlobOf } from '#schemas/blob.ts';
import type { TrashItem } from '../../recto-app.ts';
import type { Library } from '../library.ts';
import { isDraft } from './chapter-place.ts';
import { readTrash } from './read-trash.ts';

/** A chapter goes in two writes: one out of its book, one of its texts. */
const SETTLES_MS = 50;

/** What was deleted and is not gone yet, the latest first. */
export function observeTrash(library: Library): Observable<TrashItem[]> {
  return library.blobs.changes$.pipe(
    // RxDB tells of what is restored as of something new: nothing was before it.
    filter(({ blobs, before }) => blobs.some((blob) => blob.deleted || before.get(blob.id)?.deleted === true || (!before.has(blob.id) && (isDraft(blob) || isBlobOf(blob, 'book-v1'))))),
    debounceTime(SETTLES_MS),
    startWith(undefined),
    switchMap(() => readTrash(library.blobs)),
    map((items) => items.toSorted((a, b) => Date.parse(b.deletedAt) - Date.parse(a.deletedAt))),
  );
}
