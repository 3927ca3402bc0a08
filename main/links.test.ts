import { expect, test } from 'vitest';
import { isLink, parseLink } from './links.ts';

test.each([
  ['recto://book/01a2', { kind: 'book', bookId: '01a2' }],
  ['recto://book/01a2/', { kind: 'book', bookId: '01a2' }],
  ['recto://book/01a2/03b4-c', { kind: 'book', bookId: '01a2', chapterId: '03b4-c' }],
  ['RECTO://book/01a2', { kind: 'book', bookId: '01a2' }],
  ['recto://library', { kind: 'library' }],
])('%s leads there', (link, target) => {
  expect(isLink(link)).toBe(true);
  expect(parseLink(link)).toEqual(target);
});

test.each([
  'recto://book',
  'recto://book/',
  'recto://book/a/b/c',
  'recto://book/../../etc/passwd',
  'recto://book/%2e%2e',
  'recto://book/a b',
  'recto://book/<img src=x>',
  `recto://book/${'a'.repeat(201)}`,
  `recto://${'a'.repeat(2000)}`,
  'recto://settings/reset',
  'recto://library/x',
  'recto:book/a',
  'recto://',
  'recto:',
  'javascript:alert(1)',
  'https://book/a',
  '',
])('%j leads nowhere', (link) => {
  expect(parseLink(link)).toBeNull();
});
