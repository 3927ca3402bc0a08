import fc from 'fast-check';
import { sep } from 'node:path';
import { expect, test } from 'vitest';
import { findAppFile } from './find-app-file.ts';

const FOLDER = `${sep}srv${sep}screens`;

test.each([
  ['/', 'index.html'],
  ['/index.html', 'index.html'],
  ['/assets/index-B2_x-9.js', `assets${sep}index-B2_x-9.js`],
  ['/assets/literata%20latin.woff2', `assets${sep}literata latin.woff2`],
  ['/THIRD-PARTY.txt', 'THIRD-PARTY.txt'],
])('%s is a file of the screens', (path, file) => {
  expect(findAppFile(FOLDER, path)).toBe(FOLDER + sep + file);
});

test.each([
  '/..',
  '/../secret.html',
  '/assets/../../secret.html',
  '/%2e%2e/secret.html',
  '/%2e%2e%2fsecret.html',
  '/..%5csecret.html',
  '/assets%5c..%5c..%5csecret.html',
  '/....//secret.html',
  '//etc/passwd',
  '/C:/Windows/win.ini',
  '/C:secret.html',
  '/index.html%00.js',
  '/index.html::$DATA',
  '/.git/config',
  '/assets/.hidden.js',
  '/assets/',
  '/index.html.',
  '/index.html%20',
  '/%',
  '/%c0%ae%c0%ae/secret.html',
  'index.html',
  '',
  '/~/secret.html',
])('%j is none', (path) => {
  expect(findAppFile(FOLDER, path)).toBeNull();
});

test('nothing that anybody can write leads out of the folder', () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  const part = fc.constantFrom('..', '.', '/', '\\', '%2e', '%2F', '%5c', '%00', 'a', 'C:', '~', ' ', '…', '//', '?', '#', '%25');
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 12 }), (parts) => {
      const file = findAppFile(FOLDER, `/${parts.join('')}`);
      expect(file === null || (file.startsWith(FOLDER + sep) && !file.slice(FOLDER.length).split(/[\\/]/).includes('..'))).toBe(true);
    }),
    { seed, numRuns: 2000 },
  );
});
