/** What the sources of the program never do: read as texts, so that a new module is under the rules too. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..');
const sources = globSync('**/*.ts', { cwd: folder })
  .filter((name) => !/\.test\.ts$|test-support/.test(name))
  .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(folder, name), 'utf8') }));

/** Files whose text has it, without comments. */
const having = (pattern: RegExp): string[] => sources.filter(({ text }) => pattern.test(text.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, ''))).map(({ name }) => name);

test('the sources are found', () => expect(sources.length).toBeGreaterThan(30));

test('no address is handed to the system to open', () => expect(having(/openExternal/)).toEqual([]));
test('no window is made but in one place', () => expect(having(/new (?:\w+\.)?(?:BrowserWindow|BrowserView|WebContentsView)\b/)).toEqual(['windows.ts']));
test('the window’s calls are heard in one place', () => expect(having(/ipcMain\s*\.\s*(?:handle|on|once)\b|ipcMain'/)).toEqual(['ipc.ts']));
test('Electron is loaded in the composition root and the preload alone', () => expect(having(/^import (?!type)[^;]*from 'electron(?:\/\w+)?'/m).toSorted()).toEqual(['main.ts', 'preload.ts']));
test('no switch weakens Chromium, and the one that takes its sandbox is only looked for', () => expect(having(/no-sandbox/)).toEqual(['security/require-sandbox.ts']));
test('no other is set', () => expect(having(/appendSwitch|disable-web-security|ignore-certificate-errors|disableHardwareAcceleration|NODE_TLS_REJECT_UNAUTHORIZED|rejectUnauthorized/)).toEqual([]));
test('no text is run as code', () => expect(having(/\beval\(|new Function\(|executeJavaScript|runInThisContext|\bvm\b.*from 'node:vm'/)).toEqual([]));
test('no shell is started', () => expect(having(/child_process/)).toEqual([]));
test('nothing of a page’s rules is switched off', () => expect(having(/(?:sandbox|contextIsolation|webSecurity): false|(?:nodeIntegration\w*|webviewTag|allowRunningInsecureContent|experimentalFeatures): true|bypassCSP: true/)).toEqual([]));

test('docs/security.md has Electron’s twenty points, and names files that are there', () => {
  const text = readFileSync(join(folder, '../docs/security.md'), 'utf8');
  expect([...text.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number))).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  const named = [...text.matchAll(/`((?:[\w.-]+\/)*[\w-]+(?:\.test|\.spec)?\.ts)`/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !existsSync(join(folder, name.includes('/') ? '..' : 'security', name)))).toEqual([]);
});
