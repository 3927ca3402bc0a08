import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { MirrorRow } from '#schemas/ipc.ts';
import { inspectBackup, readBookOfBackup } from './backup-books.ts';
import { describeBackupFile } from './describe-backup-file.ts';
import { openLibraryFile } from './library-file.ts';
import { makeFolder } from './test-support/rows.ts';

let clock = 1_790_000_000_000;

/** As RxDB stores it. */
function blobRow(id: string, fields: Record<string, unknown>, deleted = false): MirrorRow {
  clock += 1;
  const lwt = clock;
  const blob = {
    id, user_id: 'local', processor_id: 'user-input', tags: [], version: 1, created_at: '2026-11-01T10:00:00.000Z', updated_at: '2026-11-01T10:00:00.000Z',
    ...fields, _deleted: deleted, _meta: { lwt }, _rev: `1-${id}`, _attachments: {},
  };
  return { id, lwt, rev: `1-${id}`, deleted, body: JSON.stringify(blob) };
}

const chapterOf = (id: string, title: string): Record<string, string> => ({ id, title, draft_blob_id: `draft-${id}`, edition: 'draft' });
const bookRow = (id: string, title: string, chapters: Record<string, string>[], deleted = false): MirrorRow =>
  blobRow(id, { schema_id: 'book-v1', data: { title, author: 'A. Writer', chapters } }, deleted);
const draftRow = (chapter: string, content: string, updatedAt = '2026-11-01T10:00:00.000Z'): MirrorRow =>
  blobRow(`draft-${chapter}`, { schema_id: 'text-input-v2', data: { content }, conversation_id: chapter, updated_at: updatedAt });

function makeBackup(close = true, more: MirrorRow[] = []): string {
  const path = join(makeFolder(), 'Recto 2026-11-22 18.45.10.recto');
  const file = openLibraryFile(path);
  const place = { collection: 'blobs', schemaVersion: 0 };
  file.write(file.open({ ...place, database: 'recto-local' }).store, [
    bookRow('keeper', 'The Keeper', [chapterOf('c1', 'The Storm'), chapterOf('c2', 'The Lamp'), chapterOf('c3', 'Lost')]),
    draftRow('c1', 'Rain fell — all night.'), draftRow('c2', 'Light.', '2026-11-20T10:00:00.000Z'),
    blobRow('note-1', { schema_id: 'note-v1', data: { text: 'x' }, conversation_id: 'c1' }),
    blobRow('gone-1', { schema_id: 'note-v1', data: { text: 'x' }, conversation_id: 'c1' }, true),
    ...more,
    bookRow('other', 'Another', [chapterOf('c9', 'One')]), draftRow('c9', 'Other words here.'),
    bookRow('dead', 'Deleted', [], true),
  ]);
  file.write(file.open({ ...place, database: 'recto-0123' }).store, [bookRow('cloud', 'In the Cloud', [])]);
  file.write(file.open({ ...place, database: 'recto-local', collection: 'jobs' }).store, [blobRow('job', {})]);
  if (close) file.close();
  return path;
}

test('a backup shows its books of every account, with chapters, words and the last change', () => {
  const books = inspectBackup(makeBackup());
  expect(books.map(({ library, title }) => `${library}: ${title}`)).toEqual(expect.arrayContaining(['recto-local: The Keeper', 'recto-local: Another', 'recto-0123: In the Cloud']));
  expect(books).toHaveLength(3);
  expect(books[0]).toEqual({
    library: 'recto-local', id: 'keeper', title: 'The Keeper', author: 'A. Writer', words: 6, updatedAt: '2026-11-20T10:00:00.000Z',
    chapters: [{ id: 'c1', title: 'The Storm', words: 5 }, { id: 'c2', title: 'The Lamp', words: 1 }, { id: 'c3', title: 'Lost', words: 0 }],
  });
});

test('a book comes with its pictures, its pitch and all blobs of its chapters, as blobs, without what was deleted', () => {
  const pitches = [
    blobRow('pitch-1', { schema_id: 'pitch-v1', processor_id: 'pitch-builder', parent_id: 'keeper', data: { parts: [], metadata: { provider: 'built-in', book_id: 'keeper' } } }),
    blobRow('pitch-2', { schema_id: 'pitch-v1', parent_id: 'pitch-1', data: { parts: [], metadata: { provider: 'built-in', book_id: 'keeper' } } }),
    blobRow('pitch-9', { schema_id: 'pitch-v1', parent_id: 'other', data: { parts: [], metadata: { provider: 'built-in', book_id: 'other' } } }),
    blobRow('picture-1', { schema_id: 'image-v1', parent_id: 'keeper', data: { media_type: 'image/gif', content: '', width: 1, height: 1 } }),
    blobRow('picture-9', { schema_id: 'image-v1', parent_id: 'other', data: { media_type: 'image/gif', content: '', width: 1, height: 1 } }),
    blobRow('summary-1', { schema_id: 'chapter-summary-v1', parent_id: 'draft-c1', data: { chapter_id: 'c1', sentences: ['Rain.'], metadata: {} } }),
  ];
  const { blobs, next } = readBookOfBackup(makeBackup(true, pitches), 'recto-local', 'keeper', null);
  expect(blobs.map(({ id }) => id)).toEqual(['draft-c1', 'draft-c2', 'keeper', 'note-1', 'picture-1', 'pitch-1', 'pitch-2', 'summary-1']);
  expect(blobs[0]).toMatchObject({ id: 'draft-c1', deleted: false, data: { content: 'Rain fell — all night.' } });
  expect(Object.keys(blobs[0]!).filter((field) => field.startsWith('_'))).toEqual([]);
  expect(next).toBeNull();
  expect(() => readBookOfBackup(makeBackup(), 'recto-0123', 'keeper', null)).toThrow(expect.objectContaining({ code: 'not_found' }));
});

test('a long book comes in pages that fit a message', () => {
  const path = join(makeFolder(), 'Recto 2026-11-22 18.45.10.recto');
  const file = openLibraryFile(path);
  const chapters = Array.from({ length: 7 }, (_chapter, i) => `c${i}`);
  file.write(file.open({ database: 'recto-local', collection: 'blobs', schemaVersion: 0 }).store, [
    bookRow('long', 'Long', chapters.map((id) => chapterOf(id, id))), ...chapters.map((id) => draftRow(id, 'word '.repeat(200_000))),
  ]);
  file.close();
  const ids: string[] = [];
  let pages = 0;
  for (let after: string | null = null; ; pages++) {
    const { blobs, next } = readBookOfBackup(path, 'recto-local', 'long', after);
    ids.push(...blobs.map(({ id }) => id));
    if (next === null) break;
    after = next;
  }
  expect(ids).toEqual([...chapters.map((id) => `draft-${id}`), 'long']);
  expect(pages).toBe(1);
});

test('a file from anywhere is described, also one that still has its WAL, and is not changed', () => {
  const path = makeBackup(false);
  const before = readFileSync(path);
  const books = inspectBackup(path);
  expect(books).toHaveLength(3);
  expect(describeBackupFile(path, '/elsewhere/library.recto')).toMatchObject({ fileName: 'Recto 2026-11-22 18.45.10.recto', kind: 'file', takenAt: new Date(2026, 10, 22, 18, 45, 10).toISOString() });
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('what is damaged, of a newer Recto, no library at all or the library itself is refused by code', () => {
  const path = makeBackup();
  expect(() => describeBackupFile(path, path)).toThrow(expect.objectContaining({ code: 'storage_locked' }));
  const bytes = readFileSync(path);
  bytes.write('lies', bytes.indexOf('Rain fell'));
  writeFileSync(path, bytes);
  expect(() => describeBackupFile(path, '')).toThrow(expect.objectContaining({ code: 'storage_damaged', message: expect.stringContaining('your library is as it was') }));
  bytes.writeUInt32BE(7, 60);
  writeFileSync(path, bytes);
  expect(() => inspectBackup(path)).toThrow(expect.objectContaining({ code: 'storage_newer' }));
  writeFileSync(path, 'Dear diary');
  expect(() => inspectBackup(path)).toThrow(expect.objectContaining({ code: 'storage_damaged' }));
  expect(() => inspectBackup(`${path}.gone`)).toThrow(expect.objectContaining({ code: 'not_found' }));
});
