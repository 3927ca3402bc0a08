import type { Database } from 'better-sqlite3';
import type { BookV1 } from '#schemas/generated/types.ts';
import type { FoundKey } from './salvage-rows.ts';

/** More names than this help nobody. */
const MOST_NAMES = 12;

/**
 * What an author calls the texts that could not be read: chapters and books, by what the library (or the backup in it)
 * knows of them. Only what authors write counts; what Recto computes is computed again.
 * @returns the end of a sentence; null: nothing is missing
 */
export function nameMissing(database: Database, keys: readonly FoundKey[]): string | null {
  const texts = new Map(keys.filter(({ place }) => place.collection === 'blobs').map((key) => [`${key.place.database} ${key.id}`, key]));
  if (texts.size === 0) return null;
  const chapters = readChapters(database);
  const find = database.prepare<unknown[], { schemaId: string; title: string | null; chapter: string | null }>(
    `SELECT body ->> '$.schema_id' AS schemaId, body ->> '$.data.title' AS title, body ->> '$.conversation_id' AS chapter
     FROM documents JOIN stores ON stores.id = documents.store WHERE stores.database = ? AND stores.collection = 'blobs' AND documents.id = ?`,
  );
  const names = new Set<string>();
  let nameless = 0;
  for (const { place, id } of texts.values()) {
    const known = find.get(place.database, id);
    const chapter = chapters.get(`${place.database} ${id}`) ?? (known?.chapter ? chapters.get(`${place.database} ${known.chapter}`) : undefined);
    if (chapter) names.add(chapter);
    else if (known?.schemaId === 'book-v1') names.add(`the list of chapters of “${known.title ?? ''}”`);
    else nameless += 1;
  }
  const listed = [...names].slice(0, MOST_NAMES);
  const more = names.size - listed.length + nameless;
  if (more > 0) listed.push(listed.length > 0 ? `${more} more` : `${more} ${more === 1 ? 'text' : 'texts'} whose name is not known`);
  return listed.join(', ');
}

/** The name of each chapter by its own id and by its draft's. */
function readChapters(database: Database): Map<string, string> {
  const books = database.prepare<[], { library: string; data: string }>(`SELECT library, data FROM blobs WHERE schema_id = 'book-v1'`).all();
  const names = new Map<string, string>();
  for (const { library, data } of books) {
    const book = JSON.parse(data) as BookV1;
    for (const { id, title, draft_blob_id } of book.chapters) {
      for (const key of [id, draft_blob_id]) names.set(`${library} ${key}`, `“${title}” of “${book.title}”`);
    }
  }
  return names;
}
