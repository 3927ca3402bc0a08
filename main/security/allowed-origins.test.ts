import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSettings } from '../settings.ts';
import { createAllowedOrigins, type AuthorQuestion } from './allowed-origins.ts';
import { createAskAuthor } from './ask-author.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-origins-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(says: boolean | ((question: AuthorQuestion) => Promise<boolean>)) {
  const asked: AuthorQuestion[] = [];
  const origins = createAllowedOrigins({
    settings: openSettings(join(folder, 'settings.json')),
    askAuthor: async (question) => {
      asked.push(question);
      return typeof says === 'boolean' ? says : await says(question);
    },
  });
  return { origins, asked };
}

describe('a server that the window wants', () => {
  test('is asked of the author once, and remembered by the next start', async () => {
    const { origins, asked } = open(true);
    expect(origins.has('https://recto.example.org')).toBe(false);
    expect(await origins.allow('https://recto.example.org/recto/', 'sync')).toBe(true);
    expect(await origins.allow('https://recto.example.org', 'model')).toBe(true);
    expect(asked).toMatchObject([{ message: 'Sync your books with https://recto.example.org?', isWarning: false }]);
    const again = open(false);
    expect(again.origins.has('https://recto.example.org/api/v1/state')).toBe(true);
    expect(again.asked).toEqual([]);
  });

  test('stays closed after a no, and is asked again the next time', async () => {
    const { origins, asked } = open(false);
    expect(await origins.allow('https://recto.example.org', 'sync')).toBe(false);
    expect(origins.has('https://recto.example.org')).toBe(false);
    expect(await origins.allow('https://recto.example.org', 'sync')).toBe(false);
    expect(asked).toHaveLength(2);
  });

  test.each(['http://localhost:8010', 'http://127.0.0.1:11434', 'http://127.8.9.1', 'http://[::1]:1234', 'http://recto.localhost'])('on this computer (%s) is never asked', async (url) => {
    const { origins, asked } = open(false);
    expect(origins.has(url)).toBe(true);
    expect(await origins.allow(url, 'model')).toBe(true);
    expect(asked).toEqual([]);
  });

  test.each(['https://localhost.evil.org', 'https://127.0.0.1.evil.org', 'http://0.0.0.0:8010', 'https://evil.org/localhost', 'https://localhost@evil.org', 'http://192.168.1.2'])('that only looks like this computer (%s) is asked', async (url) => {
    const { origins, asked } = open(false);
    expect(origins.has(url)).toBe(false);
    expect(await origins.allow(url, 'sync')).toBe(false);
    expect(asked).toHaveLength(1);
  });

  test('over plain http is asked with a warning', async () => {
    const { origins, asked } = open(true);
    await origins.allow('http://nas.home:8010', 'sync');
    expect(asked[0]).toMatchObject({ isWarning: true, detail: expect.stringContaining('not encrypted') });
    expect(origins.has('https://nas.home:8010')).toBe(false);
  });

  test.each(['file:///etc/passwd', 'javascript:alert(1)', 'ftp://recto.example.org', 'app://recto', 'no address', ''])('that is no http address (%s) is refused with no question', async (url) => {
    const { origins, asked } = open(true);
    expect(origins.has(url)).toBe(false);
    await expect(origins.allow(url, 'sync')).rejects.toMatchObject({ code: 'malformed' });
    expect(asked).toEqual([]);
  });

  test('is asked once for all who want it at once, one question after the other', async () => {
    let openNow = 0;
    const { origins, asked } = open(async () => {
      openNow += 1;
      expect(openNow).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      openNow -= 1;
      return true;
    });
    const answers = await Promise.all([origins.allow('https://a.org', 'sync'), origins.allow('https://a.org', 'model'), origins.allow('https://b.org', 'model')]);
    expect(answers).toEqual([true, true, true]);
    expect(asked.map(({ message }) => message)).toEqual(['Sync your books with https://a.org?', 'Send passages of your books to https://b.org?']);
    expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toEqual({ allowedOrigins: ['https://a.org', 'https://b.org'] });
  });

  test('with a name that looks like another shows what it is', async () => {
    const { origins, asked } = open(false);
    await origins.allow('https://аpple.com', 'sync');
    expect(asked[0]!.message).toContain('https://xn--');
  });
});

test('the dialog says no to a key that was meant for the page', async () => {
  const shown: Electron.MessageBoxOptions[] = [];
  const ask = createAskAuthor({ showMessageBox: async (...args: unknown[]) => (shown.push(args.at(-1) as Electron.MessageBoxOptions), { response: 1, checkboxChecked: false }) }, () => null);
  expect(await ask({ message: 'Sync?', detail: 'With it.', yes: 'Sync', no: 'Cancel', isWarning: true })).toBe(true);
  const [{ buttons, defaultId, cancelId }] = shown as [Electron.MessageBoxOptions];
  expect([buttons?.[defaultId ?? 9], buttons?.[cancelId ?? 9], buttons?.[1]]).toEqual(['Cancel', 'Cancel', 'Sync']);
});
