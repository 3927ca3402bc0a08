import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPlace, parsePlace } from './router.ts';

test('a place comes back from its address', () => {
  const id = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(id, id, fc.constantFrom('write' as const, 'view' as const, 'pitch' as const), (bookId, chapterId, tab) => {
      const place = { name: 'book', bookId, chapterId, tab } as const;
      expect(parsePlace(formatPlace(place))).toEqual(place);
    }),
    { verbose: true },
  );
});

test('a book with no chapter in its address is a book', () => {
  expect(parsePlace('#/book/b1')).toEqual({ name: 'book', bookId: 'b1', chapterId: null, tab: 'write' });
});

test.each(['', '#', '#/', '#/library', '#/nowhere/1', '#/book/', '#/book/%E0%A4%A'])('%j is the library', (hash) => {
  expect(parsePlace(hash)).toEqual({ name: 'library' });
});

test('backups and each of them have an address', () => {
  for (const backupId of [null, 'Recto 2026-11-22 18-40.recto', 'a/b#c']) expect(parsePlace(formatPlace({ name: 'backups', backupId }))).toEqual({ name: 'backups', backupId });
});

test('a chapter’s history and each version of it, the conflicts and each of them, and the trash have an address', () => {
  for (const versionId of [null, 'v1']) expect(parsePlace(formatPlace({ name: 'history', bookId: 'b/1', chapterId: 'c#1', versionId }))).toEqual({ name: 'history', bookId: 'b/1', chapterId: 'c#1', versionId });
  for (const conflictId of [null, 'a1b2']) expect(parsePlace(formatPlace({ name: 'conflicts', conflictId }))).toEqual({ name: 'conflicts', conflictId });
  expect(parsePlace(formatPlace({ name: 'trash' }))).toEqual({ name: 'trash' });
  expect(parsePlace('#/history/b1')).toEqual({ name: 'library' });
});

test('the account and the links of a server have an address; a link without its token has none', () => {
  for (const place of [{ name: 'account' }, { name: 'join', token: 'a_b-c' }, { name: 'reset', token: 'a_b-c' }] as const) expect(parsePlace(formatPlace(place))).toEqual(place);
  expect(['#/join', '#/reset/'].map(parsePlace)).toEqual([{ name: 'library' }, { name: 'library' }]);
});
