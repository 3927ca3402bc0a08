import { expect, test } from 'vitest';
import { addRecent, listRecent } from './recent-books.ts';

test('the last opened book is first, each is there once, and ten are kept', () => {
  let recent: string[] = [];
  for (let book = 1; book <= 12; book++) recent = addRecent(recent, `b${book}`);
  recent = addRecent(recent, 'b5');
  expect(recent).toEqual(['b5', 'b12', 'b11', 'b10', 'b9', 'b8', 'b7', 'b6', 'b4', 'b3']);
});

test('a menu shows the books that are there, by their titles now', () => {
  expect(
    listRecent(['gone', 'a', 'b'], [
      { id: 'b', title: '' },
      { id: 'a', title: 'The Keeper' },
    ]),
  ).toEqual([
    { bookId: 'a', title: 'The Keeper' },
    { bookId: 'b', title: 'Untitled' },
  ]);
});
