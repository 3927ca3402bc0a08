import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openSettings } from './settings.ts';

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'recto-settings-')), 'user data', 'settings.json');
});

const write = (text: string): void => {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
};

test('begins with nothing, and says nothing of it', () => {
  const settings = openSettings(file);
  expect(settings.read()).toEqual({});
  expect(settings.notices).toEqual([]);
});

test('a change holds at once and after a restart, and keeps what else there is', async () => {
  const settings = openSettings(file);
  await settings.change({ theme: 'night' });
  const writing = settings.change({ recentBooks: [{ bookId: 'b', title: 'The Keeper' }] });
  expect(settings.read().recentBooks).toHaveLength(1);
  await writing;
  expect(openSettings(file).read()).toEqual({ theme: 'night', recentBooks: [{ bookId: 'b', title: 'The Keeper' }] });
});

test('of changes made together the last one stays, and no half file is left', async () => {
  const settings = openSettings(file);
  await Promise.all(Array.from({ length: 30 }, (_, at) => settings.change({ updatesUrl: `https://example.org/${at}` })));
  expect(openSettings(file).read().updatesUrl).toBe('https://example.org/29');
  expect(readdirSync(join(file, '..'))).toEqual(['settings.json']);
});

test.each(['{"theme": "nig', '[]', 'null', '"text"', '\0\0\0\0'])('a damaged file (%j) is set aside whole, and said so', (text) => {
  write(text);
  const settings = openSettings(file, () => new Date('2026-11-22T18:00:00.000Z'));
  expect(settings.read()).toEqual({});
  expect(settings.notices).toMatchObject([{ kind: 'warning', message: expect.stringContaining('settings.json.damaged-2026-11-22T18-00-00.000Z') }]);
  expect(readFileSync(`${file}.damaged-2026-11-22T18-00-00.000Z`, 'utf8')).toBe(text);
  expect(existsSync(file)).toBe(false);
});

test('one wrong setting takes no other with it, and one of a newer version stays', async () => {
  write('{"theme": "pink", "updatesUrl": "https://example.org", "windowState": {"x": "left"}, "later": {"a": 1}}');
  const settings = openSettings(file);
  expect(settings.read()).toEqual({ updatesUrl: 'https://example.org', later: { a: 1 } });
  expect(settings.notices[0]?.message).toContain('theme, windowState');
  await settings.change({ theme: 'day' });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ updatesUrl: 'https://example.org', later: { a: 1 }, theme: 'day' });
});

test('where nothing can be written, a change says so and holds until the end', async () => {
  const settings = openSettings(file);
  await settings.change({ theme: 'day' });
  // A folder in its place: also root, whom no permission stops, can't write there.
  mkdirSync(`${file}.partial`);
  await expect(settings.change({ theme: 'night' })).rejects.toMatchObject({ code: 'file_unwritable' });
  expect(settings.read().theme).toBe('night');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ theme: 'day' });
});

test.skipIf(process.platform === 'win32')('nobody else on the computer can read it', async () => {
  await openSettings(file).change({ theme: 'day' });
  expect(statSync(file).mode & 0o077).toBe(0);
});
