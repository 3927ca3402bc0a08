import { expect, test } from 'vitest';
import { namePath } from './name-path.ts';

test.each([
  ['/home/mary/Documents/Recto Backups', '/home/mary', '~/Documents/Recto Backups'],
  ['/home/mary', '/home/mary', '/home/mary'],
  ['/home/mary-ann/Backups', '/home/mary', '/home/mary-ann/Backups'],
  ['/media/stick/Backups', '/home/mary', '/media/stick/Backups'],
])('%s of %s is named %s', (path, home, name) => {
  expect(namePath(path, home, '/')).toBe(name);
});

test('on Windows a path is named in full', () => {
  expect(namePath('C:\\Users\\Mary\\Documents', 'C:\\Users\\Mary', '\\')).toBe('C:\\Users\\Mary\\Documents');
});
