import { isBlobOf, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import type { ConflictTexts } from '../domain/conflict-places.ts';
import type { RectoApp } from '../recto-app.ts';
import { readKept } from '../store/history/read-kept.ts';
import type { Library } from '../store/library.ts';
import type { ConflictView } from '../sync/sync-types.ts';

export interface ConflictReading {
  /** What it is about: a chapter's title, or a book's. */
  title: string;
  bookTitle: string;
  /** chapter: its draft or expansion, whose paragraphs can be taken one by one. book: its title, author and the like. */
  of: 'chapter' | 'book' | 'other';
  /** Where both are now, merged; null where that is no chapter of a book that is here. */
  place: { bookId: string; chapterId: string } | null;
  texts: ConflictTexts;
  /** Null where it is not known. */
  devices: { mine: DeviceName | null; theirs: DeviceName | null };
}

export interface DeviceName {
  name: string;
  /** It is the one that this is read on. */
  isThis: boolean;
}

/**
 * What each side of a conflict had, what both started from, and what came of it.
 * @throws RectoError not_found: a snapshot of it is not on this device (any more); storage_damaged
 */
export async function readConflict(app: RectoApp, conflict: ConflictView): Promise<ConflictReading> {
  const library = await coreOf(app).library();
  const ids = [conflict.blobId, conflict.mineId, conflict.theirsId, conflict.baseId ?? ''];
  const [now, mine, theirs, base] = await Promise.all(ids.map((id) => library.blobs.get(id)));
  if (!mine || !theirs) throw new RectoError('not_found', 'One of the two versions is not on this device yet. The merged text holds both; look again later.');
  const [myContent, theirContent, baseContent] = await Promise.all([mine, theirs, base].map((snapshot) => snapshot && readKept(library.blobs, snapshot)));
  const thisDevice = (await library.history.readDevice()).id;
  return {
    ...(await describe(library, conflict, now ?? null)),
    texts: { base: base ? textOf(baseContent) : null, mine: textOf(myContent), theirs: textOf(theirContent), now: textOf(now?.data) },
    devices: { mine: deviceOf(mine, thisDevice), theirs: deviceOf(theirs, thisDevice) },
  };
}

type Description = Pick<ConflictReading, 'title' | 'bookTitle' | 'of' | 'place'>;

async function describe(library: Library, conflict: ConflictView, now: Blob | null): Promise<Description> {
  if (now && isBlobOf(now, 'book-v1')) return { title: now.data.title, bookTitle: now.data.title, of: 'book', place: null };
  const books = conflict.conversationId === null ? [] : await library.blobs.find('schema_id', 'book-v1');
  for (const book of books) {
    const { title, chapters } = book.data as unknown as BookV1;
    const chapter = chapters.find(({ id }) => id === conflict.conversationId);
    if (!chapter) continue;
    const isText = ['text-input-v1', 'text-input-v2', 'expanded-text-v1'].includes(conflict.schemaId);
    return { title: chapter.title, bookTitle: title, of: isText ? 'chapter' : 'other', place: { bookId: book.id, chapterId: chapter.id } };
  }
  return { title: '', bookTitle: '', of: 'other', place: null };
}

function deviceOf(snapshot: Blob, thisDevice: string): DeviceName | null {
  const device = isBlobOf(snapshot, 'snapshot-v1') ? snapshot.data.device : undefined;
  return device?.name ? { name: device.name, isThis: device.id === thisDevice } : null;
}

/** The text of a kept blob's data: a draft's, an expansion's, the lines of a book's title page; anything else as it is stored. */
function textOf(kept: unknown): string {
  const text = readField(kept, 'content') ?? readField(kept, 'expanded');
  if (typeof text === 'string') return text;
  if (kept === undefined) return '';
  return Array.isArray(readField(kept, 'chapters')) ? titlePage(kept as BookV1) : JSON.stringify(kept, null, 2);
}

/** What two devices can disagree on in a book; its chapters merge by themselves. */
function titlePage({ title, author, language, style_notes: notes, chapters }: BookV1): string {
  const lines = [`Title: ${title}`, `Author: ${author}`, language && `Language: ${language}`, notes && `Style notes: ${notes}`];
  return [...lines, ...chapters.map((chapter, place) => `Chapter ${place + 1}: ${chapter.title}`)].filter(Boolean).join('\n\n');
}

function readField(value: unknown, ...path: string[]): unknown {
  let at = value;
  for (const name of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  return at;
}
