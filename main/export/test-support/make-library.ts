/** Libraries in real files, as the window's rows make them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBookFile } from '#processors/book-import/book-file.ts';
import type { Blob } from '#schemas/blob.ts';
import type { MirrorRow } from '#schemas/ipc.ts';
import { openLibraryFile } from '../../mirror/library-file.ts';

const MANUSCRIPTS = join(import.meta.dirname, '../../../manuscripts');
const EPOCH = Date.UTC(2026, 0, 2, 3, 4, 5);

export type Fields = Partial<Omit<Blob, 'data'>> & Pick<Blob, 'id' | 'schema_id'> & { data: object };

/** A row as RxDB stores a blob. */
export function toRow(fields: Fields, at = 0): MirrorRow {
  const { deleted = false, ...blob } = fields;
  const time = new Date(EPOCH + at * 1000).toISOString();
  const lwt = EPOCH + at + 0.01;
  const body = { user_id: 'local', processor_id: 'user-input', tags: [], version: 1, created_at: time, updated_at: time, ...blob, _deleted: deleted, _attachments: {}, _rev: '1-a', _meta: { lwt } };
  return { id: blob.id, lwt, rev: '1-a', deleted: deleted === true, body: JSON.stringify(body) };
}

export function writeLibrary(path: string, blobs: readonly Fields[], database = 'recto-local'): void {
  const file = openLibraryFile(path);
  const { store } = file.open({ database, collection: 'blobs', schemaVersion: 0 });
  if (blobs.length > 0) file.write(store, blobs.map((blob, at) => toRow(blob, at)));
  file.close();
}

/** A chapter of a made-up book: its draft's blob and its entry. */
export function makeChapter(id: string, title: string, content: string, edition: 'draft' | 'expansion' = 'draft') {
  return {
    entry: { id, title, draft_blob_id: `draft-${id}`, edition },
    draft: { id: `draft-${id}`, schema_id: 'text-input-v2', conversation_id: id, data: { content } } satisfies Fields,
  };
}

export function makeBook(id: string, title: string, chapters: readonly ReturnType<typeof makeChapter>[], more: Partial<Fields> = {}): Fields[] {
  return [{ id, schema_id: 'book-v1', ...more, data: { title, author: 'A. Writer', language: 'en', chapters: chapters.map(({ entry }) => entry) } }, ...chapters.map(({ draft }) => draft)];
}

/** A real book of manuscripts/, as an import makes it. */
export function makeRealBook(name: string): Fields[] {
  const folder = join(MANUSCRIPTS, name);
  const book = parseBookFile(readFileSync(join(folder, 'book.json'), 'utf8'), 'book.json');
  const chapters = book.chapters.map(({ file, title }, at) => makeChapter(`${name}-${String(at).padStart(3, '0')}`, title, readFileSync(join(folder, file), 'utf8').trim()));
  const [head, ...drafts] = makeBook(name, book.title, chapters);
  return [{ ...head!, data: { ...head!.data, author: book.author, language: book.language } }, ...drafts];
}
