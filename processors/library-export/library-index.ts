/** What is in one library, without its texts: which blob belongs where. */
import { isEmptied } from '#processors/contract/emptied.ts';
import { findHead } from '#processors/contract/find-head.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { Chapter } from '#schemas/generated/types.ts';

export interface IndexedBlob {
  id: string;
  schemaId: string;
  parent_id?: string;
  conversation_id?: string;
  based_on?: string;
  created_at: string;
  deleted: boolean;
}

export interface LibraryIndex {
  add(blob: Blob): void;
  all(): Iterable<IndexedBlob>;
  get(id: string): IndexedBlob | undefined;
  /** By id, so by their time. */
  books(): IndexedBlob[];
  /** Of a chapter: its draft, expansions and snapshots, deleted ones too. */
  ofChapter(chapterId: string): IndexedBlob[];
  ofParent(parentId: string): IndexedBlob[];
  /** The expansion that a chapter shows, or null. `withDeleted`: of a book that was deleted with all that is in it. */
  headOf(chapterId: string, withDeleted?: boolean): IndexedBlob | null;
  /** The pitch that a book shows, or null. */
  pitchOf(bookId: string, withDeleted?: boolean): IndexedBlob | null;
}

export function createLibraryIndex(): LibraryIndex {
  const blobs = new Map<string, IndexedBlob>();
  const chapters = new Map<string, IndexedBlob[]>();
  const parents = new Map<string, IndexedBlob[]>();
  const list = (map: Map<string, IndexedBlob[]>, key: string | undefined, row: IndexedBlob): void => {
    if (key === undefined) return;
    const rows = map.get(key);
    if (rows) rows.push(row);
    else map.set(key, [row]);
  };
  /** A processor's pitches are under the book, what their author made of one is under that. */
  const pitchesUnder = (id: string): IndexedBlob[] => (parents.get(id) ?? []).filter(({ schemaId }) => schemaId === 'pitch-v1').flatMap((pitch) => [pitch, ...pitchesUnder(pitch.id)]);
  return {
    add(blob) {
      const row = toRow(blob);
      blobs.set(row.id, row);
      // It has no words, and what it was made of it says no more.
      if (isEmptied(blob)) return;
      list(chapters, row.conversation_id, row);
      list(parents, row.parent_id, row);
    },
    all: () => blobs.values(),
    get: (id) => blobs.get(id),
    books: () => [...blobs.values()].filter(({ schemaId }) => schemaId === 'book-v1'),
    ofChapter: (chapterId) => chapters.get(chapterId) ?? [],
    ofParent: (parentId) => parents.get(parentId) ?? [],
    headOf: (chapterId, withDeleted = false) => findHead((chapters.get(chapterId) ?? []).filter(({ schemaId, deleted }) => schemaId === 'expanded-text-v1' && (withDeleted || !deleted))),
    pitchOf: (bookId, withDeleted = false) => findHead(pitchesUnder(bookId).filter(({ deleted }) => withDeleted || !deleted)),
  };
}

function toRow(blob: Blob): IndexedBlob {
  const basedOn = isBlobOf(blob, 'expanded-text-v1') || isBlobOf(blob, 'pitch-v1') ? blob.data.metadata?.based_on : undefined;
  return {
    id: blob.id,
    schemaId: blob.schema_id,
    ...(blob.parent_id !== undefined && { parent_id: blob.parent_id }),
    ...(blob.conversation_id !== undefined && { conversation_id: blob.conversation_id }),
    ...(basedOn !== undefined && { based_on: basedOn }),
    created_at: blob.created_at,
    deleted: blob.deleted,
  };
}

/** The text that a chapter gives in the edition that it is set to; the draft where nothing was grown. */
export function chooseEdition(index: LibraryIndex, chapter: Chapter): { blobId: string; edition: 'draft' | 'expansion' } {
  const head = chapter.edition === 'expansion' ? index.headOf(chapter.id) : null;
  return head ? { blobId: head.id, edition: 'expansion' } : { blobId: chapter.draft_blob_id, edition: 'draft' };
}

/** The text of a chapter's blob; null for one that holds none. */
export function textOf(blob: Blob): string | null {
  if (isBlobOf(blob, 'expanded-text-v1')) return blob.data.expanded;
  if (isBlobOf(blob, 'text-input-v2') || isBlobOf(blob, 'text-input-v1')) return blob.data.content;
  return null;
}
