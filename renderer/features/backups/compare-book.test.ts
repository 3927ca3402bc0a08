import { expect, test } from 'vitest';
import { compareBook, compareChapters, formatChange } from './compare-book.ts';

const MONDAY = '2026-11-16T10:00:00.000Z';
const TUESDAY = '2026-11-17T10:00:00.000Z';
const kept = (words: number, updatedAt = MONDAY) => ({ library: 'recto-local', id: 'b', title: 'T', author: 'A', chapters: [], words, updatedAt });
const now = (words: number, updatedAt = TUESDAY) => ({ id: 'b', title: 'T', author: 'A', chapterCount: 0, words, updatedAt, coverImage: '' });

test.each([
  [kept(100), undefined, 'missing', 'not in the library'],
  [kept(100), now(100, MONDAY), 'same', 'same'],
  [kept(100), now(100), 'differs', 'older, with as many words'],
  [kept(100), now(1304), 'differs', 'older by 1,204 words'],
  [kept(100), now(99), 'differs', 'older, and 1 word longer'],
  [kept(100, TUESDAY), now(90, MONDAY), 'differs', 'newer by 10 words'],
  [kept(100, TUESDAY), now(110, MONDAY), 'differs', 'newer, and 10 words shorter'],
  [kept(100), now(110, MONDAY), 'differs', '10 words shorter'],
] as const)('a book in a backup says how it stands to the library’s (%#)', (then, current, kind, text) => {
  expect(compareBook(then, current)).toEqual({ kind, text });
});

test('each chapter stands beside what it is now', () => {
  const chapters = [
    { id: '1', title: 'Dusk', words: 10 },
    { id: '2', title: 'Night', words: 1000 },
    { id: '3', title: 'Dawn', words: 5 },
    { id: '4', title: 'Noon', words: 7 },
  ];
  const then = compareChapters(chapters, [
    { id: '1', words: 10 },
    { id: '2', words: 2500 },
    { id: '3', words: 1 },
  ]);
  expect(then.map(({ now, change }) => [now, formatChange(change)])).toEqual([
    [10, ''],
    [2500, '+1,500'],
    [1, '−4'],
    [null, ''],
  ]);
});
