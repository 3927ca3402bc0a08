/**
 * A script that nobody wrote runs in the window: what it can't reach, and what the program says to it. On the stand-in the
 * page's own rules are a real Chromium's; the bridge between the worlds is the stand-in's, under Electron's contract.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createBook, draft, writeDraft } from './desk.ts';
import { Desktop } from './desktop.ts';
import { expect } from './fixtures.ts';
import { callFromFrame, findPowers, goAway, NAVIGATIONS, reachOut, WAYS_OUT } from './hostile/attacks.ts';
import { SAMPLES, spoil } from './hostile/call-samples.ts';
import { call, codeOf, expectAllWell, test, type Hostile } from './hostile/hostile-page.ts';
import { buildRawWindow, removeRawWindow, type Oddity } from './hostile/raw-window.ts';

const CALLS = Object.keys(SAMPLES);

test.describe('a script in the page', () => {
  test('finds no Node, no Electron, and no way into another world', async ({ desktop }) => {
    expect(await desktop.page.evaluate(findPowers)).toEqual([]);
    expect(Object.keys(await desktop.page.evaluate(() => Object.fromEntries(Object.keys((window as Hostile).recto.calls).map((name) => [name, 1])))).toSorted()).toEqual(CALLS.toSorted());
  });

  test('that changes what the bridge is made of gets hold of nothing, and the program goes on', async ({ desktop }) => {
    const { page } = desktop;
    // A script comes with a text, once the library is open; what RxDB writes while it opens would be spoilt itself.
    await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
    const stolen = await page.evaluate(async () => {
      const seen = new Set<unknown>();
      const note = (...values: unknown[]): void => values.forEach((value) => seen.add(value));
      const { map } = Array.prototype;
      const { then } = Promise.prototype;
      // eslint-disable-next-line no-extend-native
      Array.prototype.map = function (...args) {
        note(this, ...args);
        return map.apply(this, args as [() => unknown]) as never;
      };
      // eslint-disable-next-line unicorn/no-thenable, no-extend-native
      Promise.prototype.then = function (...args: unknown[]) {
        note(this, ...args);
        return then.apply(this, args as [() => unknown]) as never;
      };
      for (const key of ['ipcRenderer', 'sender', 'ports', 'name', 'channel', 'then', 'invoke'])
        // eslint-disable-next-line no-extend-native
        Object.defineProperty(Object.prototype, key, {
          configurable: true,
          get: () => undefined,
          set(value: unknown) {
            note(this, value);
          },
        });
      const { recto } = window as Hostile;
      const answer: unknown = await Promise.race([recto.calls['app.start']({}), new Promise((resolve) => setTimeout(resolve, 3000))]);
      note(answer);
      recto.onEvent((event) => note(event));
      const powers = ['invoke', 'sendSync', 'sendTo', 'postMessage', 'executeJavaScript', 'exposeInMainWorld'];
      const found: string[] = [];
      for (const value of seen)
        if (typeof value === 'object' && value !== null && !(value instanceof EventTarget)) for (const power of powers) if (typeof Reflect.get(value, power) === 'function') found.push(power);
      return found;
    });
    expect(stolen).toEqual([]);
    const replaced = await page.evaluate(() => {
      const before = (window as Hostile).recto;
      try {
        (window as unknown as { recto: unknown }).recto = { calls: {} };
        (before.calls as Record<string, unknown>)['app.start'] = () => 'mine';
      } catch {
        // It is frozen.
      }
      return (window as Hostile).recto !== before || Object.keys(before.calls).length < 40 || String(before.calls['app.start']).includes('mine');
    });
    expect(replaced).toBe(false);
    await expectAllWell(desktop);
  });

  test('reaches no foreign origin by any way that reaches it from an ordinary page', async ({ desktop, foreign, browser }) => {
    test.setTimeout(150_000);
    const { page } = desktop;
    const address = await page.evaluate(() => location.origin + location.pathname);
    await page.evaluate(reachOut, foreign.host);
    for (const how of NAVIGATIONS) await page.evaluate(goAway, { host: foreign.host, how });
    for (const target of ['file:///etc/hosts', 'data:text/html,<h1>Elsewhere</h1>', 'blob:app://recto/1', 'javascript:document.title="Elsewhere"']) await page.evaluate((url) => void setTimeout(() => void (location.href = url)), target);
    await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
    expect(await page.evaluate(() => location.origin + location.pathname)).toBe(address);
    expect(await page.title()).not.toContain('Elsewhere');
    await page.evaluate(callFromFrame, foreign.host).catch(() => undefined);
    expect([...foreign.arrived]).toEqual([]);
    expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(await desktop.openedExternals()).toEqual([]);

    // The same from a page that nobody guards: every way arrives.
    const plain = await browser.newPage();
    await plain.goto(foreign.plainPage);
    await plain.evaluate(callFromFrame, foreign.host);
    expect([...foreign.arrived]).toEqual(['datagram']);
    foreign.arrived.clear();
    await plain.evaluate(reachOut, foreign.host);
    for (const how of NAVIGATIONS) {
      // Its request arrives while it is still on its way: each has a page of its own.
      const leaving = await browser.newPage();
      await leaving.goto(foreign.plainPage);
      await leaving.evaluate(goAway, { host: foreign.host, how });
      await expect.poll(() => foreign.arrived.has(how)).toBe(true);
      await leaving.context().close();
    }
    expect([...WAYS_OUT, ...NAVIGATIONS].filter((name) => !foreign.arrived.has(name))).toEqual([]);
    await plain.close();
  });
});

test('what an author writes, names and imports stays text: no script of it runs', async ({ desktop, foreign }) => {
  const { page } = desktop;
  const violations: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && violations.push(message.text())));
  const evil = (name: string): string =>
    `<img src="http://${foreign.host}/${name}.png" onerror="window.pwned=1"><script>window.pwned=1</script><svg onload="window.pwned=1"></svg><iframe src="data:text/html,<script>parent.pwned=1</script>"></iframe><a href="javascript:window.pwned=1">a link</a>`;
  await createBook(page, evil('title'), evil('author'));
  await page.getByRole('textbox', { name: 'Chapter title' }).fill(evil('chapter'));
  await writeDraft(page, `${evil('draft')}\n\n[a link](javascript:window.pwned=1) ![an image](http://${foreign.host}/markdown.png) <http://${foreign.host}/auto>\n\n# ${evil('heading')}`);
  await page.getByRole('button', { name: 'Expand', exact: true }).click();
  await expect(page.getByRole('tab', { name: 'Book view' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('textbox', { name: 'Expansion', exact: true })).toContainText('link', { timeout: 20_000 });
  await page.getByRole('link', { name: 'Library' }).first().click();
  await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
  for (const name of ['Evil <img src=x onerror=pwned=1>.md', 'Evil.txt']) {
    const text = `<html><head><title>${evil('head')}</title><meta http-equiv="refresh" content="0;url=http://${foreign.host}/refreshed"></head><body>\n# ${evil('imported')}\n\n${evil('body')}\n\nThe last line.\n</body></html>`;
    const path = join(desktop.home, 'Documents', name);
    writeFileSync(path, text);
    await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [path] });
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('menuitem', { name: /files/i }).click();
    await expect(draft(page).or(page.getByRole('alert')).or(page.locator('.toast-message')).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await page.evaluate(() => void (location.hash = '#/library'));
    await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
  }
  const found = await page.evaluate(() => ({
    pwned: 'pwned' in window,
    links: [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].filter(({ protocol }) => protocol === 'javascript:').length,
  }));
  expect(found).toEqual({ pwned: false, links: 0 });
  // Nothing of it came as far as the policy.
  expect(violations).toEqual([]);
  expect([...foreign.arrived]).toEqual([]);
});

test.describe('files', () => {
  test('of this computer are at no address, in no spelling', async ({ desktop }) => {
    const ways = ['/../../etc/passwd', '/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/..%5c..%5cetc%5cpasswd', '/..%252f..%252fetc/passwd', '/assets/..%2f..%2fmain%2fmain.js', '/....//....//etc/passwd', '//etc/passwd', '/%00/etc/passwd', '/index.html%00.png', '/C:%5cWindows%5cwin.ini', '/file:%2f%2f%2fetc%2fpasswd', '/.env', '/..;/main/main.js', '/%c0%ae%c0%ae/etc/passwd', '/main/preload.cjs', '/../main/preload.cjs', '/studio/../../main/main.js', '/assets', '/assets/'];
    const answers = await desktop.page.evaluate((paths) => Promise.all(paths.map(async (path) => [path, await fetch(location.origin + path).then((response) => response.status, () => 0)] as const)), ways);
    expect(answers.filter(([, status]) => status === 200)).toEqual([]);
    // The page itself is there: the question is asked rightly.
    expect(await desktop.page.evaluate(() => fetch('/index.html').then((response) => response.status))).toBe(200);
  });

  test('are shown, read and written only where the author said, whatever the page calls them', async ({ desktop }) => {
    const { page } = desktop;
    const secret = join(desktop.home, 'Documents', 'diary.txt');
    writeFileSync(secret, 'nobody reads this');
    for (const grant of [secret, `file://${secret}`, '../diary.txt', '0', '__proto__', 'constructor']) expect(await codeOf(page, 'files.reveal', { grant })).toBe('forbidden');
    for (const handle of [secret, '__proto__', 'constructor', '0']) {
      expect(await codeOf(page, 'files.save-end', { handle })).toBe('not_found');
      expect(await page.evaluate(async (given) => (await (window as Hostile).recto.calls['files.save-write']({ handle: given, bytes: new Uint8Array(3) })).ok, handle)).toBe(false);
      await call(page, 'files.save-cancel', { handle });
    }
    for (const backupId of [secret, '../../Documents/diary.txt', '..', '.', 'library.recto', '/etc/passwd', 'Recto 2026-01-01 00.00.00.recto/../../diary.txt', '..\\diary.txt', 'C:\\x.recto', 'a\0b', desktop.libraryFile, 'file-1', '__proto__']) {
      expect(await codeOf(page, 'backups.inspect', { backupId })).toBe('not_found');
      expect(await codeOf(page, 'backups.reveal', { backupId })).toBe('not_found');
      expect(await codeOf(page, 'backups.read-book', { backupId, library: 'recto-local', bookId: 'x', after: null })).toBe('not_found');
    }
    // No answer, no file: the author closed each dialog.
    for (const [name, method] of [['files.pick', 'showOpenDialog'], ['backups.open-file', 'showOpenDialog'], ['backups.choose-folder', 'showOpenDialog'], ['export.everything', 'showOpenDialog'], ['files.save-begin', 'showSaveDialog']] as const) {
      await desktop.answerDialog(method, { canceled: true, filePaths: [], filePath: '' });
      expect(await call(page, name, SAMPLES[name])).toEqual({ ok: true, value: null });
    }
    expect((await desktop.readRecord()).shownInFolder).toEqual([]);
    expect(readFileSync(secret, 'utf8')).toBe('nobody reads this');
    expect(readdirSync(join(desktop.home, 'Documents'))).toEqual(['diary.txt']);
  });

  test('have the name that the dialog answered, not the one that a page suggests', async ({ desktop }) => {
    const { page } = desktop;
    const names = ['../../../etc/passwd', '/etc/passwd', '..\\..\\x', 'a\0b.epub', 'CON', 'nul.epub', '.bashrc', 'x.desktop', 'x.epub.exe', 'x.epub/', '‮gpj.exe', `${'n'.repeat(300)}.epub`, '.', '..', ' ', '~', '$HOME', '%APPDATA%', 'a:b', '-rf'];
    for (const [at, suggestedName] of names.entries()) {
      const filePath = join(desktop.home, 'Documents', `chosen ${at}.epub`);
      await desktop.answerDialog('showSaveDialog', { canceled: false, filePath });
      const begun = await call(page, 'files.save-begin', { suggestedName, mediaType: 'application/epub+zip' });
      expect(await codeOf(page, 'files.save-end', { handle: (begun.value as { handle: string }).handle })).toBe('answered');
    }
    expect(readdirSync(join(desktop.home, 'Documents')).toSorted()).toEqual(names.map((_name, at) => `chosen ${at}.epub`).toSorted());
    for (const { defaultPath } of (await desktop.readRecord()).dialogs) {
      expect(dirname(defaultPath)).toBe(join(desktop.home, 'Documents'));
      expect(defaultPath).toMatch(/^[^\0]{1,400}[^.\\/:*?"<>|\s]\.epub$/u);
    }
    expect(await codeOf(page, 'files.save-begin', { suggestedName: 'n'.repeat(5000), mediaType: 'application/epub+zip' })).toBe('malformed');
    for (const mediaType of ['application/x-desktop', 'application/x-msdownload', 'text/x-shellscript', '__proto__', 'constructor', '*/*']) expect(await codeOf(page, 'files.save-begin', { suggestedName: 'x', mediaType })).toBe('malformed');
  });

  test('of the library take no command by a name', async ({ desktop }) => {
    const { page } = desktop;
    for (const name of ["x'; DROP TABLE rows; --", 'x"; DELETE FROM stores; --', '%', '_', '\0', "' OR 1=1 --"]) {
      const opened = await call(page, 'mirror.open', { database: name, collection: name, schemaVersion: 0 });
      expect(opened).toMatchObject({ ok: true, value: { rows: 0 } });
      const { store } = opened.value as { store: number };
      const row = { id: name, lwt: 1, rev: name, deleted: false, body: JSON.stringify({ name }) };
      expect(await call(page, 'mirror.write', { store, rows: [row] })).toMatchObject({ ok: true });
      expect(await call(page, 'mirror.read-some', { store, ids: [name, "x' OR 1=1"] })).toEqual({ ok: true, value: { rows: [row] } });
      expect(await call(page, 'mirror.forget', { store })).toMatchObject({ ok: true });
      expect(await codeOf(page, 'mirror.read', { store, after: null, limit: 5 })).toBe('not_found');
    }
    for (const store of [999_999, 2 ** 53 - 1]) expect(await codeOf(page, 'mirror.forget', { store })).toBe('not_found');
    await expectAllWell(desktop);
  });
});

test.describe('a renderer that is out of its sandbox', () => {
  let built = '';
  test.beforeAll(() => {
    test.skip(Desktop.isReal, 'the packaged program’s preload is sealed in its archive; what main answers is the same');
    built = buildRawWindow();
  });
  test.afterAll(removeRawWindow);

  const REFUSED: readonly Oddity[] = ['nothing', 'null', 'number', 'nan', 'string', 'boolean', 'bigint', 'list', 'extraKey', 'prototype', 'map', 'set', 'date', 'pattern', 'error', 'buffer', 'floats', 'sparse', 'cycle', 'deep'];
  const TOO_LARGE: readonly Oddity[] = ['long', 'longText', 'longKey', 'manyBytes'];

  test('is refused by code, call by call: wrong types, extra keys, what is no plain data, 10 MB', async () => {
    test.setTimeout(300_000);
    const desktop = new Desktop(built);
    try {
      const page = await desktop.open();
      const wrong: string[] = [];
      for (const [name, sample] of Object.entries(SAMPLES)) {
        const codes = await page.evaluate(
          async ([calling, spoilt, small, large]) => {
            const { raw } = window as Hostile;
            const all: (readonly [string, string, string])[] = [];
            for (const input of spoilt) all.push([JSON.stringify(input), 'malformed', await raw.say(calling, input)]);
            for (const oddity of small) all.push([oddity, 'malformed', await raw.sayOdd(calling, oddity)]);
            for (const oddity of large) all.push([oddity, 'too_large', await raw.sayOdd(calling, oddity)]);
            return all;
          },
          [name, spoil(sample), REFUSED, TOO_LARGE] as const,
        );
        wrong.push(...codes.filter(([, expected, code]) => code !== expected).map(([what, expected, code]) => `${name}(${what}): ${code}, not ${expected}`));
      }
      expect(wrong).toEqual([]);
      // A clone that can't be made never leaves the page; one that is too deep may not.
      expect(await page.evaluate(() => (window as Hostile).raw.sayOdd('app.start', 'function'))).toContain('could not be cloned');
      expect(await page.evaluate(() => (window as Hostile).raw.sayOdd('app.start', 'deeper'))).toMatch(/^(?:malformed|thrown: .*)$/);
      for (const name of ['', 'app.stop', 'toString', '__proto__', 'constructor', 'app.start ', 'APP.START', 7, null, ['app.start'], { toString: 'app.start' }]) expect(await page.evaluate((calling) => (window as Hostile).raw.say(calling, {}), name)).toBe('malformed');
      await expectAllWell(desktop, page);
      expect((await desktop.readRecord()).dialogs).toEqual([]);
    } finally {
      await desktop.dispose();
    }
  });

  test('is not heard in another window, on whatever page', async ({ foreign }) => {
    const desktop = new Desktop(built);
    try {
      await desktop.open();
      const preload = join(dirname(built), 'preload.cjs');
      for (const url of ['about:blank', 'data:text/html,<h1>Elsewhere</h1>', 'app://recto/']) {
        const codes = await desktop.evaluate(
          async ({ BrowserWindow }, { address, script, samples }) => {
            const window = new BrowserWindow({ show: false, webPreferences: { preload: script, sandbox: true, contextIsolation: true } });
            try {
              await window.loadURL(address);
              return (await window.webContents.executeJavaScript(`(async () => {
                const codes = new Set();
                for (const [name, input] of ${samples}) codes.add(await raw.say(name, input));
                return [...codes];
              })()`)) as string[];
            } finally {
              window.destroy();
            }
          },
          { address: url, script: preload, samples: JSON.stringify(Object.entries(SAMPLES)) },
        );
        expect([url, codes]).toEqual([url, ['forbidden']]);
      }
      const loaded = await desktop.evaluate(async ({ BrowserWindow }, address) => {
        const window = new BrowserWindow({ show: false });
        const end = await window.loadURL(address).then(() => 'loaded', () => 'refused');
        window.destroy();
        return end;
      }, `http://${foreign.host}/second-window.html`);
      expect(loaded).toBe('refused');
      expect([...foreign.arrived]).toEqual([]);
      await expectAllWell(desktop);
    } finally {
      await desktop.dispose();
    }
  });
});
