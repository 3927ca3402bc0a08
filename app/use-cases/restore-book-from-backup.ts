import { findDataErrors, isBlobOf, isSchemaId, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import type { Progress } from '#processors/contract/processor.ts';
import { isEmptied } from '#processors/contract/emptied.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import type { NewBlob } from '../store/blob-store.ts';
import { deletionTag, withoutDeletionTags } from '../store/change-book.ts';
import type { Library } from '../store/library.ts';
import { readPitches } from '../store/pitch-head.ts';

export interface BackupReading {
  bookId: string;
  /** The book, its pitches and what belongs to its chapters; `next` is handed in for the next page, null: that was all. */
  readPage(after: string | null): Promise<{ blobs: Blob[]; next: string | null }>;
}

export interface RestoreOptions {
  signal?: AbortSignal;
  onProgress?(progress: Progress): void;
}

/** Blobs that are written in one transaction. */
const WRITE_BLOBS = 50;

/** Why a text is a tombstone: it was made after what was restored. */
const MADE_LATER = deletionTag('restore');

/**
 * Gives a book and its texts the state that a backup holds, by ordinary edits: what they replace is kept as snapshots,
 * deleted texts come back, chapters that were added since stay at the end. Expansions and pitches that were made since go, since
 * they would hide the older ones; their tombstones keep them. It can be cancelled until it begins to write.
 * @returns how many texts changed; `undo` takes back what nobody has changed since
 * @throws RectoError not_found, schema_violation, cancelled, storage_full, storage_failed, and those of `readPage`
 */
export async function restoreBookFromBackup(
  app: RectoApp,
  { bookId, readPage }: BackupReading,
  options: RestoreOptions = {},
): Promise<{ changed: number; undo(): Promise<void> }> {
  const library = await coreOf(app).library();
  const kept = await readAll(readPage, options);
  const book = kept.find(({ id }) => id === bookId);
  if (!book || !isBlobOf(book, 'book-v1')) throw new RectoError('not_found', 'This book is not in the backup. Nothing was changed.');
  for (const blob of kept) checkData(blob);
  await library.drafts.flush();
  const done: Replaced[] = [];
  await library.drafts.track(async () => {
    // The book last: it names its chapters, and a run that was stopped leaves no chapter without its text.
    const texts = kept.filter(({ id }) => id !== bookId);
    for (let at = 0; at < texts.length; at += WRITE_BLOBS) {
      done.push(...(await restoreBlobs(app, library, texts.slice(at, at + WRITE_BLOBS))));
      options.onProgress?.({ done: kept.length + at, total: kept.length * 2 });
    }
    done.push(...(await hideLater(library, book, new Set(kept.map(({ id }) => id)))));
    done.push(...(await restoreBlobs(app, library, [await withLaterChapters(library, book, book.data)])));
    options.onProgress?.({ done: kept.length * 2, total: kept.length * 2 });
  });
  return { changed: done.length, undo: () => library.drafts.track(() => takeBack(library, done)) };
}

/** What one blob was before, null: it was not there; and the version that it has since. */
interface Replaced {
  id: string;
  before: Blob | null;
  version: number;
}

async function takeBack({ blobs }: Library, done: readonly Replaced[]): Promise<void> {
  const replaced = new Map(done.map((entry) => [entry.id, entry]));
  await blobs.changeMany([...replaced.keys()], (now) => {
    const { before, version } = replaced.get(now.id)!;
    if (now.version !== version) return null;
    if (!before) return { ...now, deleted: true, tags: [...now.tags, MADE_LATER] };
    return { ...now, deleted: before.deleted, tags: before.tags, schema_id: before.schema_id, data: before.data };
  });
}

async function hideLater(library: Library, book: Blob & Blob<'book-v1'>, known: ReadonlySet<string>): Promise<Replaced[]> {
  const found = await Promise.all(book.data.chapters.map(({ id }) => library.blobs.find('conversation_id', id)));
  const expansions = found.flat().filter(({ schema_id }) => schema_id === 'expanded-text-v1');
  const pitches = await readPitches(library.blobs, book.id);
  // Where the backup is older than the book's first pitch, none would be hidden by it.
  const hiding = pitches.some(({ id }) => known.has(id)) ? pitches : [];
  const later = [...expansions, ...hiding].filter(({ id }) => !known.has(id));
  await library.blobs.tombstone(later.map(({ id }) => id), MADE_LATER);
  return later.map((before) => ({ id: before.id, before, version: before.version + 1 }));
}

/** All that is to come back; a text that was deleted by then is not. */
async function readAll(readPage: BackupReading['readPage'], { signal, onProgress }: RestoreOptions): Promise<Blob[]> {
  const blobs: Blob[] = [];
  for (let after: string | null = null; ; ) {
    if (signal?.aborted) throw new RectoError('cancelled', 'Cancelled. Nothing was changed.');
    const page = await readPage(after);
    blobs.push(...page.blobs.filter(({ deleted }) => !deleted));
    onProgress?.({ done: blobs.length, total: 0 });
    if (page.next === null) return blobs;
    after = page.next;
  }
}

async function withLaterChapters(library: Library, book: Blob, data: BookV1): Promise<Blob> {
  const now = await library.blobs.get(book.id);
  if (!now || !isBlobOf(now, 'book-v1')) return book;
  const known = new Set(data.chapters.map(({ id }) => id));
  const later = now.data.chapters.filter(({ id }) => !known.has(id));
  return { ...book, data: { ...data, chapters: [...data.chapters, ...later] } };
}

async function restoreBlobs(app: RectoApp, library: Library, blobs: readonly Blob[]): Promise<Replaced[]> {
  const stored = await library.blobs.getMany(blobs.map(({ id }) => id), { deleted: true });
  const added = blobs.filter(({ id }) => !stored.has(id));
  // A snapshot never changes, and one that was thinned out is not missed; but what went with a chapter comes back with it.
  const changed = new Map(
    blobs
      .filter((blob) => stored.has(blob.id) && (blob.schema_id !== 'snapshot-v1' || wentWithOthers(stored.get(blob.id)!)))
      .filter((blob) => stored.get(blob.id)!.deleted || !sameData(stored.get(blob.id)!, blob))
      .map((blob) => [blob.id, blob]),
  );
  const replaced = [...stored.values()].filter((now) => changed.has(now.id) && !isEmptied(now) && !sameData(now, changed.get(now.id)!));
  const snapshots = await library.history.prepare(replaced, { reason: 'restore' });
  await library.blobs.insert([...snapshots, ...added.map((blob) => toNewBlob(library, blob))]);
  const overtaken = new Set<string>();
  const written = await library.blobs.changeMany([...changed.keys()], (now) => {
    if (now.version !== stored.get(now.id)!.version) {
      overtaken.add(now.id);
      return null;
    }
    const { schema_id, data } = changed.get(now.id)!;
    return { ...now, deleted: false, tags: now.deleted ? withoutDeletionTags(now.tags) : now.tags, schema_id, data };
  });
  return [
    ...added.map(({ id }) => ({ id, before: null, version: 1 })),
    ...written.filter(({ id }) => !overtaken.has(id)).map(({ id, version }) => ({ id, before: stored.get(id)!, version })),
    // Written since they were kept: what they say now is kept first.
    ...(overtaken.size > 0 ? await restoreBlobs(app, library, blobs.filter(({ id }) => overtaken.has(id))) : []),
  ];
}

/** Whether it is in the trash, or was there, with the chapter or the book that it belongs to. */
function wentWithOthers({ deleted, tags }: Blob): boolean {
  return deleted && tags.some((tag) => tag.startsWith(deletionTag('')));
}

function sameData(a: Blob, b: Blob): boolean {
  return a.schema_id === b.schema_id && stableJson(a.data) === stableJson(b.data);
}

/** The order of an object's fields says nothing. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A backup may be a file from anywhere. */
function checkData({ schema_id, data }: Blob): void {
  const errors = isSchemaId(schema_id) ? findDataErrors(schema_id, data) : [];
  if (errors.length > 0) throw new RectoError('schema_violation', 'A text of this backup is not as Recto writes them, so it was not restored. Try another backup.', { errors });
}

const OF_THE_STORE = new Set(['version', 'created_at', 'updated_at', 'deleted', 'derived_ids', 'processing_state']);

/** With fields that this version does not know. */
function toNewBlob(library: Library, blob: Blob): NewBlob {
  const fields = Object.entries(blob).filter(([name]) => !OF_THE_STORE.has(name));
  return Object.assign(Object.fromEntries(fields) as unknown as NewBlob, { user_id: library.userId });
}
