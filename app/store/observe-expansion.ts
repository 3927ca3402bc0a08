import { debounce, defer, distinctUntilChanged, filter, from, map, of, startWith, switchMap, timer, type Observable } from 'rxjs';
import { alignPassages } from '#processors/contract/passages.ts';
import { isBlobOf } from '#schemas/blob.ts';
import type { ExpansionView } from '../recto-app.ts';
import { isStale } from './chapter-index.ts';
import { findHead } from '#processors/contract/find-head.ts';
import { contentOf } from './draft-content.ts';
import { readLinks } from './expansion-links.ts';
import type { Library } from './library.ts';

/** Saves of a draft come every two seconds while its author types; a result that arrived is shown at once. */
const DRAFT_SETTLES_MS = 120;

/** The chapter's head beside its draft as it is stored; null: nothing is grown, or there is no such chapter. */
export function observeExpansion(library: Library, bookId: string, chapterId: string): Observable<ExpansionView | null> {
  const touched = library.blobs.changes$.pipe(
    map(({ blobs }) => blobs.filter((blob) => blob.conversation_id === chapterId || blob.id === bookId)),
    filter((blobs) => blobs.length > 0),
    map((blobs) => blobs.every((blob) => isBlobOf(blob, 'text-input-v2'))),
  );
  return touched.pipe(
    debounce((onlyDraft) => (onlyDraft ? timer(DRAFT_SETTLES_MS) : of(0))),
    startWith(false),
    switchMap(() => defer(() => from(readExpansion(library, bookId, chapterId)))),
    distinctUntilChanged((a, b) => a === b || (a !== null && b !== null && isSame(a, b))),
  );
}

function isSame(a: ExpansionView, b: ExpansionView): boolean {
  return a.blob.id === b.blob.id && a.blob.version === b.blob.version && a.draftText === b.draftText;
}

/** Reads one draft and one expansion: which one, the stats say. */
async function readExpansion(library: Library, bookId: string, chapterId: string): Promise<ExpansionView | null> {
  const book = await library.blobs.get(bookId);
  const chapter = book && isBlobOf(book, 'book-v1') ? book.data.chapters.find(({ id }) => id === chapterId) : undefined;
  if (!chapter) return null;
  const headId = await findHeadId(library, chapterId);
  if (headId === null) return null;
  const found = await library.blobs.getMany([headId, chapter.draft_blob_id]);
  const draft = found.get(chapter.draft_blob_id);
  const head = found.get(headId);
  if (!draft || !head || !isBlobOf(head, 'expanded-text-v1')) return null;
  const draftText = contentOf(draft);
  const passages = alignPassages(draftText, head.data);
  const row = library.stats.get(draft.id);
  if (row?.fingerprint !== undefined && row.version === draft.version) {
    library.stats.setChecked(headId, { draft: row.fingerprint, stale: isStale(passages) });
  }
  return { blob: head, text: head.data.expanded, passages, draftText };
}

/** By the stats, once they have taken in every write; where they are not all there yet, or a row is missing, by the blobs. */
export async function findHeadId(library: Pick<Library, 'blobs' | 'stats' | 'chapters'>, chapterId: string): Promise<string | null> {
  if (library.stats.isWhole) {
    await library.stats.caughtUp();
    const head = library.chapters.head(chapterId);
    if (head) return head.id;
    if (library.stats.inConversation(chapterId).length > 0) return null;
  }
  return findHead(readLinks(await library.blobs.find('conversation_id', chapterId)))?.id ?? null;
}
