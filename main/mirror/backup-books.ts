/** What a backup holds: its books, and a book's blobs. Reads the disk; runs in a thread. */
import type { Database } from 'better-sqlite3';
import { countWords } from '#processors/contract/count-words.ts';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookV1 } from '#schemas/generated/types.ts';
import type { BackupBook } from '#schemas/ipc.ts';
import { readBackup } from './read-backup.ts';

/** A page of blobs ends when its bodies come to this many characters, so that it fits one message. */
const PAGE_CHARACTERS = 4_000_000;

/** The collection that holds what authors write, in each account's database. */
const BLOBS = `documents JOIN stores ON stores.id = documents.store WHERE stores.collection = 'blobs' AND NOT documents.deleted`;

interface StoredBook {
  library: string;
  store: number;
  id: string;
  body: string;
}

/** The books of every account in the file, the one changed last first. @throws RectoError of readBackup */
export function inspectBackup(path: string): BackupBook[] {
  return readBackup(path, (database) => {
    const changes = readChanges(database);
    const draft = database.prepare<[store: number, id: string], { content: string | null }>(
      `SELECT body ->> '$.data.content' AS content FROM documents WHERE store = ? AND id = ? AND NOT deleted`,
    );
    const books = readBooks(database).map(({ library, store, id, body }) => {
      const blob = JSON.parse(body) as Blob<'book-v1'>;
      const chapters = blob.data.chapters.map((chapter) => ({
        id: chapter.id, title: chapter.title, words: countWords(draft.get(store, chapter.draft_blob_id)?.content ?? ''),
      }));
      const times: string[] = [String(blob.updated_at), ...chapters.map((chapter) => changes.get(`${store} ${chapter.id}`) ?? '')];
      return {
        library, id, title: blob.data.title, author: blob.data.author, chapters,
        words: chapters.reduce((sum, { words }) => sum + words, 0), updatedAt: times.toSorted().at(-1)!,
      };
    });
    return books.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  });
}

/**
 * The book's blob, its pictures, its pitches with the summaries they were written from, and every blob of its chapters' threads, without what was deleted, by id.
 * @param after `next` of the page before; null: the first page
 * @throws RectoError not_found (no such book in it) and those of readBackup
 */
export function readBookOfBackup(path: string, library: string, bookId: string, after: string | null): { blobs: Blob[]; next: string | null } {
  return readBackup(path, (database) => {
    const book = readBooks(database).find((book) => book.library === library && book.id === bookId);
    if (!book) throw new RectoError('not_found', 'This book is not in the backup. Your library is as it was.');
    const { chapters } = (JSON.parse(book.body) as { data: BookV1 }).data;
    const threads = JSON.stringify(chapters.map(({ id }) => id));
    const drafts = JSON.stringify([bookId, ...chapters.map(({ draft_blob_id }) => draft_blob_id)]);
    const rows = database.prepare<unknown[], { id: string; body: string }>(
      `SELECT id, body FROM documents WHERE store = ? AND id > ? AND NOT deleted
         AND (body ->> '$.conversation_id' IN (SELECT value FROM json_each(?)) OR id IN (SELECT value FROM json_each(?))
           OR (body ->> '$.schema_id' = 'pitch-v1' AND ? IN (body ->> '$.data.metadata.book_id', body ->> '$.parent_id'))
           OR (body ->> '$.schema_id' = 'image-v1' AND body ->> '$.parent_id' = ?)
           OR (body ->> '$.schema_id' = 'chapter-summary-v1' AND body ->> '$.data.chapter_id' IN (SELECT value FROM json_each(?)))) ORDER BY id`,
    );
    const blobs: Blob[] = [];
    let characters = 0;
    for (const { id, body } of rows.iterate(book.store, after ?? '', threads, drafts, bookId, bookId, threads)) {
      blobs.push(toBlob(body));
      characters += body.length;
      if (characters >= PAGE_CHARACTERS) return { blobs, next: id };
    }
    return { blobs, next: null };
  }, { checkRows: after === null });
}

function readBooks(database: Database): StoredBook[] {
  return database.prepare<[], StoredBook>(
    `SELECT stores.database AS library, documents.store, documents.id, documents.body FROM ${BLOBS} AND body ->> '$.schema_id' = 'book-v1'`,
  ).all();
}

/** When a chapter's thread was written in last, by `<store> <chapter>`. */
function readChanges(database: Database): Map<string, string> {
  const rows = database.prepare<[], { store: number; chapter: string; at: string }>(
    `SELECT documents.store, body ->> '$.conversation_id' AS chapter, max(body ->> '$.updated_at') AS at FROM ${BLOBS} AND chapter IS NOT NULL GROUP BY 1, 2`,
  ).all();
  return new Map(rows.map(({ store, chapter, at }) => [`${store} ${chapter}`, at]));
}

/** RxDB's own fields stay behind. */
function toBlob(body: string): Blob {
  const { _deleted: deleted, _meta, _rev, _attachments, ...blob } = JSON.parse(body) as Blob & { _deleted?: boolean; _meta?: unknown; _rev?: unknown; _attachments?: unknown };
  return { ...blob, deleted: deleted === true };
}
