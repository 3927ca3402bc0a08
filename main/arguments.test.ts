import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findArguments, parseArguments, readHandedOver } from './arguments.ts';

test('a packaged program’s arguments begin after it, an unpackaged one’s after its folder', () => {
  expect(findArguments(['/opt/recto', 'a.md'], true)).toEqual(['a.md']);
  expect(findArguments(['electron', '.', 'a.md'], false)).toEqual(['a.md']);
  expect(findArguments(['electron', '--no-sandbox', '--inspect=0', '.', '--lang=de', 'a.md'], false)).toEqual(['--lang=de', 'a.md']);
  expect(findArguments(['electron'], false)).toEqual([]);
  expect(findArguments(['/opt/recto'], true)).toEqual([]);
});

test('links and paths are opened, in their order; switches are not', () => {
  expect(parseArguments({ arguments: ['--no-first-run', 'recto://book/1', '-psn_0_1', 'The Keeper.md', '', '/tmp/x.recto', 'a\0b'], folder: '/home/author' })).toEqual([
    { kind: 'link', link: 'recto://book/1' },
    { kind: 'path', path: resolve('/home/author', 'The Keeper.md') },
    { kind: 'path', path: resolve('/tmp/x.recto') },
  ]);
});

test('thousands of arguments are not thousands of files', () => {
  expect(parseArguments({ arguments: Array.from({ length: 5000 }, (_, at) => `${at}.md`), folder: '/' })).toHaveLength(100);
});

test('what another program hands over is taken only in its shape', () => {
  expect(readHandedOver({ arguments: ['a'], folder: '/b', more: 1 })).toEqual({ arguments: ['a'], folder: '/b' });
  for (const wrong of [null, undefined, 'a', {}, { arguments: 'a', folder: '/b' }, { arguments: [1], folder: '/b' }, { arguments: ['a'] }]) expect(readHandedOver(wrong)).toBeNull();
});
