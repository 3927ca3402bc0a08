import { expect, test } from 'vitest';
import { isAppUrl } from './check-sender.ts';

test.each(['app://recto/', 'app://recto/index.html#/book/1', 'app://recto', 'APP://recto/'])('%s is ours', (url) => {
  expect(isAppUrl(url)).toBe(true);
});

test.each([
  'app://recto.evil/',
  'app://recto@evil/',
  'app://recto:80/',
  'app://evil/recto',
  'app:recto',
  'app:///recto',
  'https://recto/',
  'http://recto.localhost/',
  'file:///app://recto/',
  'data:text/html,app://recto/',
  'blob:app://recto/0',
  'about:blank',
  'null',
  '',
])('%s is not', (url) => {
  expect(isAppUrl(url)).toBe(false);
});
