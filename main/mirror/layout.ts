/** How the author's library file is laid out; docs/library-file.md tells it to a person. */
import { crc32 } from 'node:zlib';
import type { MirrorRow } from '#schemas/ipc.ts';

/** 'RCTO', at byte 68 of the file (SQLite file format §1.3.14): file managers and `file` know a library by it. */
export const APPLICATION_ID = 0x5243544f;

/** user_version. A file with a greater one is from a newer Recto and is left alone. */
export const LAYOUT_VERSION = 1;

export const PAGE_SIZE = 4096;

export interface Place {
  database: string;
  collection: string;
  schemaVersion: number;
}

/**
 * A table with a rowid and dense rows, so that a damaged file can be read page by page; the short columns come before
 * the body, so that keys are read without it. `documents_by_order` holds all of a key: comparing reads nothing else.
 */
export const LAYOUT = `
CREATE TABLE stores (
  id INTEGER PRIMARY KEY,
  database TEXT NOT NULL,
  collection TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  from_backup_of TEXT,
  UNIQUE (database, collection, schema_version)
);
CREATE TABLE documents (
  store INTEGER NOT NULL,
  id TEXT NOT NULL,
  lwt REAL NOT NULL,
  rev TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX documents_by_id ON documents (store, id);
CREATE INDEX documents_by_order ON documents (store, lwt, id, rev);

CREATE VIEW blobs AS
  SELECT stores.database AS library, documents.id AS id,
    body ->> '$.schema_id' AS schema_id, body ->> '$.conversation_id' AS conversation_id, body ->> '$.parent_id' AS parent_id,
    body ->> '$.version' AS version, body ->> '$.created_at' AS created_at, body ->> '$.updated_at' AS updated_at,
    deleted, coalesce(body ->> '$.data.content', body ->> '$.data.expanded') AS text, body -> '$.data' AS data
  FROM documents JOIN stores ON stores.id = documents.store
  WHERE stores.collection = 'blobs';
CREATE VIEW books AS
  SELECT library, id, data ->> '$.title' AS title, data ->> '$.author' AS author,
    json_array_length(data, '$.chapters') AS chapters, created_at, updated_at
  FROM blobs WHERE schema_id = 'book-v1' AND NOT deleted;
CREATE VIEW chapters AS
  SELECT book.library AS library, book.id AS book_id, book.data ->> '$.title' AS book, chapter.key + 1 AS number,
    chapter.value ->> '$.id' AS id, chapter.value ->> '$.title' AS title, draft.text AS text, draft.updated_at AS updated_at
  FROM blobs AS book, json_each(book.data, '$.chapters') AS chapter
    LEFT JOIN blobs AS draft ON draft.library = book.library AND draft.id = chapter.value ->> '$.draft_blob_id'
  WHERE book.schema_id = 'book-v1' AND NOT book.deleted
  ORDER BY book.library, book.id, chapter.key;
`;

/** What a row's checksum starts from: its place, so that no row is ever taken for one of another store. */
export function checksumOfPlace(place: Place): number {
  return crc32(JSON.stringify([place.database, place.collection, place.schemaVersion]));
}

/**
 * CRC-32 (RFC 1952 §8) over the row's place, its other columns as a JSON array, and its body, all UTF-8.
 * @param ofPlace checksumOfPlace
 */
export function checksumOfRow(ofPlace: number, row: MirrorRow): number {
  return crc32(row.body, crc32(JSON.stringify([row.id, row.lwt, row.rev, row.deleted]), ofPlace));
}
