import type { ImportInput, ImportOptions } from '#processors/contract/manuscript.ts';
import { addressOfPicture } from '#processors/contract/pictures.ts';
import { USER_INPUT } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Chapter } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import type { NewBlob } from '../store/blob-store.ts';
import { newBookBlob, newDraftBlob } from '../store/change-book.ts';
import type { Library } from '../store/library.ts';
import { newPictureBlob } from '../store/picture-blobs.ts';

/** Blobs written in one transaction: enough for nearly every book to come in whole or not at all. */
const BATCH = 500;

/**
 * Brings a manuscript in as a new book. The book appears when all its chapters are stored; a cancel or a failure
 * leaves nothing of it in the library.
 * @throws RectoError of the import's codes; cancelled; storage_full, storage_failed
 */
export async function importManuscript(app: RectoApp, input: ImportInput, options: ImportOptions): Promise<{ bookId: string; warnings: string[] }> {
  const library = await coreOf(app).library();
  const manuscript = await app.platform.readManuscript(input, options);
  const bookId = app.platform.newId();
  const chapters = manuscript.chapters.map(({ title, content, notes = [], ...rest }) => ({
    chapter: { id: app.platform.newId(), title, draft_blob_id: app.platform.newId(), edition: 'draft' as const, ...rest },
    content,
    notes,
  }));
  const pictures = new Map((manuscript.pictures ?? []).map((picture) => [picture.id, { ...picture, blobId: app.platform.newId() }]));
  const withPictures = (text: string): string => (pictures.size === 0 ? text : text.replace(IMPORTED, (address, id: string) => (pictures.has(id) ? addressOfPicture(pictures.get(id)!.blobId) : address)));
  const book = {
    title: manuscript.title,
    author: manuscript.author,
    ...(manuscript.language && { language: manuscript.language }),
    ...(manuscript.subtitle && { subtitle: manuscript.subtitle }),
    ...(manuscript.contact && { contact: manuscript.contact }),
    ...(manuscript.matter && { matter: manuscript.matter.map((item) => ({ ...item, text: withPictures(item.text), id: app.platform.newId() })) }),
    ...(pictures.has(manuscript.cover ?? '') && { cover_image: pictures.get(manuscript.cover!)!.blobId }),
    chapters: chapters.map(({ chapter }) => chapter),
  };
  const blobs: NewBlob[] = chapters.flatMap(({ chapter, content, notes }) => [newDraftBlob(library, bookId, chapter, withPictures(content)), ...notes.map((note) => newNoteBlob(app, library, chapter, note))]);
  // Last: a book whose chapters are not there is never seen.
  blobs.push(newBookBlob(library, bookId, book));
  const stored: string[] = [];
  try {
    // One by one: they are large.
    for (const { blobId, bytes, name } of pictures.values()) {
      throwIfCancelled(options.signal);
      await library.blobs.insert([newPictureBlob(library, bookId, blobId, { bytes, name })]);
      stored.push(blobId);
    }
    const before = stored.length;
    while (stored.length - before < blobs.length) {
      throwIfCancelled(options.signal);
      const batch = blobs.slice(stored.length - before, stored.length - before + BATCH);
      await library.blobs.insert(batch);
      stored.push(...batch.map(({ id }) => id));
      options.onProgress({ done: Math.min(stored.length - before, chapters.length), total: chapters.length, message: 'Storing chapters' });
    }
  } catch (thrown) {
    // They may have been sent to the server already, so they go as tombstones, emptied.
    await library.blobs.changeMany(stored, (blob) => ({ ...blob, deleted: true, data: { ...blob.data, content: '' } }));
    throw thrown;
  }
  return { bookId, warnings: manuscript.warnings };
}

/** As the import names a picture in its texts. */
const IMPORTED = /image:(import-\d+)(?=[)\s])/g;

/** What a note holds (`note-v1`). */
const MAX_NOTE = 100_000;

/** In the chapter's thread. */
function newNoteBlob(app: RectoApp, library: Library, chapter: Chapter, note: string): NewBlob {
  return { id: app.platform.newId(), user_id: library.userId, processor_id: USER_INPUT, schema_id: 'note-v1', data: { content: note.slice(0, MAX_NOTE), kind: 'comment' }, parent_id: chapter.draft_blob_id, conversation_id: chapter.id };
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new RectoError('cancelled', 'The import was cancelled; nothing was changed.');
}
