/** The desktop's own: menus, links, the window's place, quitting, printing, spelling, focus, and what an injected script can't do. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { createBook, draft, typeAtEnd, waitForSaved } from './desk.ts';
import { Desktop } from './desktop.ts';
import { startStandIn } from './electron/stand-in-program.ts';
import { expect, test } from './fixtures.ts';

const MAIN = process.env['RECTO_E2E_MAIN'] ?? join(import.meta.dirname, '../dist/main/main.js');

/** What a second click on the program's icon does, with what the system hands over. @returns its exit code */
async function startAgain(desktop: Desktop, ...args: string[]): Promise<number | null> {
  const second = startStandIn(MAIN, { userData: desktop.userData, args, env: { HOME: desktop.home } });
  return second.ended;
}

async function findItem(desktop: Desktop, menu: string, label: string) {
  const top = (await desktop.readMenu())?.find((item) => item.label.replace('&', '') === menu);
  return top?.items.find((item) => item.label === label);
}

const message = (page: Page, text: string): Locator => page.locator('.toast-message', { hasText: text });
const bookIdOf = (page: Page): string => /#\/book\/([^/]+)/.exec(page.url())![1]!;
const goToLibrary = (page: Page): Promise<void> => page.evaluate(() => void (location.hash = '#/library'));

test.describe('menus', () => {
  test('the menu makes a book, shows it among the recent ones, and turns off what belongs to a book', async ({ desktop }) => {
    const { page } = desktop;
    await expect.poll(async () => (await findItem(desktop, 'File', 'New Book…'))?.enabled).toBe(true);
    expect(await findItem(desktop, 'File', 'Compile…')).toMatchObject({ enabled: false });
    await desktop.clickMenu('File', 'New Book…');
    await page.getByLabel('Title', { exact: true }).fill('Salt & Iron');
    await page.getByLabel('Author', { exact: true }).fill('A. Writer');
    await page.getByRole('button', { name: 'Create book' }).click();
    await expect(draft(page)).toBeVisible();
    await expect.poll(async () => (await findItem(desktop, 'File', 'Compile…'))?.enabled).toBe(true);
    await desktop.clickMenu('View', 'Library');
    await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
    await expect.poll(async () => (await findItem(desktop, 'File', 'Compile…'))?.enabled).toBe(false);
    await desktop.clickMenu('File', 'Open Recent', 'Salt & Iron');
    await expect(draft(page)).toBeVisible();
    await desktop.clickMenu('File', 'Compile…');
    await expect(page.getByRole('dialog', { name: /Compile/ })).toBeVisible();
  });

  test('the paper of the menu is the page’s, the window’s and the next window’s', async ({ desktop }) => {
    await expect.poll(async () => (await findItem(desktop, 'File', 'New Book…'))?.enabled).toBe(true);
    await desktop.clickMenu('View', 'Paper', 'Night');
    await expect(desktop.page.locator('html')).toHaveAttribute('data-theme', 'night');
    await expect.poll(() => desktop.evaluate(({ nativeTheme, BrowserWindow }) => [nativeTheme.themeSource, BrowserWindow.getAllWindows()[0]!.getBackgroundColor().toLowerCase()])).toEqual(['dark', '#0f0e0d']);
    await desktop.close();
    await desktop.open();
    expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBackgroundColor().toLowerCase())).toBe('#0f0e0d');
  });

  test('help shows the library’s file and the crash reports where they are', async ({ desktop }) => {
    await desktop.clickMenu('Help', 'Show the Library File');
    await desktop.clickMenu('Help', 'Show Crash Reports');
    const record = await desktop.readRecord();
    expect(record.shownInFolder).toEqual([desktop.libraryFile]);
    expect(record.openedPaths).toEqual([join(desktop.userData, 'crash-reports')]);
    expect(record.openedExternals).toEqual([]);
  });

  test('the search for a newer version is off until it is set, and says so', async ({ desktop }) => {
    await desktop.answerDialog('showMessageBox', { button: 'OK' });
    await desktop.clickMenu('Help', 'Check for Updates…');
    await expect.poll(async () => (await desktop.readRecord()).dialogs.map(({ message }) => message)).toEqual(['This Recto looks for no newer versions.']);
  });

  test('a key of the page acts once: its menu item only shows it', async ({ desktop }) => {
    const { page } = desktop;
    await createBook(page, 'The Keeper', 'A. Writer');
    await page.getByRole('tab', { name: 'Write' }).focus();
    await page.keyboard.press('ControlOrMeta+e');
    await expect(page.getByRole('tab', { name: 'Book view' })).toHaveAttribute('aria-selected', 'true');
    expect((await findItem(desktop, 'View', 'Write or Book View'))?.accelerator).toBe('CmdOrCtrl+E');
  });
});

test.describe('what the system hands over', () => {
  test('a link opens its book: at the start, and by a second start, which ends', async ({ desktop }) => {
    test.skip(Desktop.isReal, 'Playwright can’t follow a program that ends before it has a window');
    await createBook(desktop.page, 'The Keeper', 'A. Writer');
    await waitForSaved(desktop.page);
    const bookId = bookIdOf(desktop.page);
    await goToLibrary(desktop.page);
    expect(await startAgain(desktop, `recto://book/${bookId}`)).toBe(0);
    await expect(draft(desktop.page)).toBeVisible();
    await goToLibrary(desktop.page);
    expect(await startAgain(desktop, 'recto://book/../../etc')).toBe(0);
    await expect(message(desktop.page, 'A link to Recto was followed that leads nowhere.')).toBeVisible();
    await desktop.close();
    const page = await desktop.open({ args: [`recto://book/${bookId}`] });
    await expect(draft(page)).toBeVisible();
    expect(bookIdOf(page)).toBe(bookId);
    expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('a start that may make no sandbox is refused, with a sentence', async ({ newDesktop }) => {
    test.skip(Desktop.isReal, 'Playwright can’t follow a program that ends before it has a window');
    const { userData, home } = newDesktop();
    const program = startStandIn(MAIN, { userData, args: ['--no-sandbox'], env: { HOME: home } });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('Recto does not run without Chromium’s sandbox');
    expect(existsSync(join(userData, 'library.recto'))).toBe(false);
  });

  test('a manuscript that the program is started with is imported', async ({ newDesktop }) => {
    const desktop = newDesktop();
    const file = join(desktop.home, 'Documents', 'Der Wärter – Entwurf.md');
    writeFileSync(file, '# Dusk\n\nThe keeper climbed the lighthouse stairs.\n');
    const page = await desktop.open({ args: [file] });
    await expect(draft(page)).toContainText('The keeper climbed the lighthouse stairs.');
  });

  test('one that is not there is said so, and nothing else happens', async ({ newDesktop }) => {
    const desktop = newDesktop();
    const page = await desktop.open({ args: [join(desktop.home, 'Gone.md')] });
    await expect(message(page, '“Gone.md” can’t be read')).toBeVisible();
    await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
  });
});

test.describe('the window', () => {
  test('opens where it was; when that screen is gone, on one that is there', async ({ newDesktop }) => {
    test.skip(Desktop.isReal, 'The screens of a real computer stay');
    const desktop = newDesktop();
    const left = { x: 0, y: 0, width: 1920, height: 1080 };
    const right = { x: 1920, y: 0, width: 2560, height: 1440 };
    const bounds = { x: 2400, y: 200, width: 1300, height: 900 };
    const read = () => desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds());
    await desktop.open({ env: { RECTO_E2E_DISPLAYS: JSON.stringify([left, right]) } });
    await desktop.evaluate(({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]!.setBounds(wanted), bounds);
    await desktop.close();
    await desktop.open({ env: { RECTO_E2E_DISPLAYS: JSON.stringify([left, right]) } });
    expect(await read()).toEqual(bounds);
    await desktop.close();
    await desktop.open({ env: { RECTO_E2E_DISPLAYS: JSON.stringify([left]) } });
    expect(await read()).toEqual({ x: 310, y: 90, width: 1300, height: 900 });
  });

  test('opens as large as it was', async ({ newDesktop }) => {
    const desktop = newDesktop();
    const read = () => desktop.evaluate(({ BrowserWindow }) => [BrowserWindow.getAllWindows()[0]!.isVisible(), BrowserWindow.getAllWindows()[0]!.isMaximized()]);
    await desktop.open();
    await expect.poll(read).toEqual([true, false]);
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.maximize());
    await desktop.close();
    await desktop.open();
    await expect.poll(read).toEqual([true, true]);
  });

  test('focus mode fills the screen with the page, and goes back', async ({ desktop }) => {
    const { page } = desktop;
    const read = () => desktop.evaluate(({ BrowserWindow }) => [BrowserWindow.getAllWindows()[0]!.isFullScreen(), BrowserWindow.getAllWindows()[0]!.isMenuBarVisible()]);
    await createBook(page, 'The Keeper', 'A. Writer');
    expect(await read()).toEqual([false, true]);
    await desktop.clickMenu('View', 'Focus Mode');
    await expect.poll(read).toEqual([true, false]);
    await page.keyboard.press('F11');
    await expect.poll(read).toEqual([false, true]);
  });

  test('its page that stops is opened again, and says what is safe', async ({ desktop }) => {
    await createBook(desktop.page, 'The Keeper', 'A. Writer');
    await typeAtEnd(desktop.page, 'Saved before the crash.');
    await waitForSaved(desktop.page);
    const page = await desktop.killRenderer();
    await expect(message(page, 'Recto’s window stopped and was opened again.')).toBeVisible();
    expect((await desktop.readRecord()).dialogs).toEqual([]);
    await desktop.close();
    await desktop.open();
    await expect(message(desktop.page, 'Something went wrong in Recto the last time.')).toBeVisible();
  });
});

test.describe('quitting', () => {
  test('what was typed in the moment of closing the window is there', async ({ desktop }) => {
    await createBook(desktop.page, 'Last Words', 'A. Writer');
    const bookId = bookIdOf(desktop.page);
    await typeAtEnd(desktop.page, 'Typed, and gone at once.');
    desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close()).catch(() => undefined);
    expect(await desktop.waitForEnd()).toBe(0);
    const page = await desktop.open({ args: [`recto://book/${bookId}`] });
    await expect(draft(page)).toContainText('Typed, and gone at once.');
  });

  test('a page that does not answer is asked about after ten seconds, and the author may wait', async ({ desktop }) => {
    await createBook(desktop.page, 'The Keeper', 'A. Writer');
    await waitForSaved(desktop.page);
    await desktop.answerDialog('showMessageBox', { button: 'Keep Waiting' });
    await desktop.answerDialog('showMessageBox', { button: 'Close Anyway' });
    // What was asked can be read only while the program is there.
    const file = join(desktop.folder, 'asked.json');
    await desktop.evaluate(({ app }, path) => {
      const { rectoTest } = globalThis as unknown as { rectoTest: { dialogs: object[] } };
      app.once('will-quit', () => process.getBuiltinModule('node:fs').writeFileSync(path, JSON.stringify(rectoTest.dialogs)));
    }, file);
    // The page's one thread is busy for ever, from the moment after its answer.
    await desktop.page.evaluate(() => {
      setTimeout(() => {
        for (;;);
      });
    });
    desktop.evaluate(({ app }) => app.quit()).catch(() => undefined);
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
    expect(await desktop.waitForEnd()).toBe(0);
    const asked = JSON.parse(readFileSync(file, 'utf8')) as { message: string; detail: string }[];
    expect(asked.map(({ message }) => message)).toEqual(['Not everything is saved yet.', 'Not everything is saved yet.']);
    expect(asked[0]!.detail).toContain('does not answer');
  });

  test('a system that goes down is held until the words are stored', async ({ desktop }) => {
    await createBook(desktop.page, 'Power', 'A. Writer');
    const bookId = bookIdOf(desktop.page);
    await typeAtEnd(desktop.page, 'Written while the system went down.');
    desktop.evaluate(({ powerMonitor }) => void powerMonitor.emit('shutdown', { preventDefault: () => undefined })).catch(() => undefined);
    expect(await desktop.waitForEnd()).toBe(0);
    const page = await desktop.open({ args: [`recto://book/${bookId}`] });
    await expect(draft(page)).toContainText('Written while the system went down.');
  });
});

test('a chapter is printed through the system’s own dialog', async ({ desktop }) => {
  await createBook(desktop.page, 'The Keeper', 'A. Writer');
  await typeAtEnd(desktop.page, 'For paper.');
  await expect.poll(async () => (await findItem(desktop, 'File', 'Print…'))?.enabled).toBe(true);
  await desktop.clickMenu('File', 'Print…');
  await expect.poll(async () => (await desktop.readRecord()).prints).toEqual([{ silent: false, printBackground: false }]);
});

test('a misspelt word is put right by a right click, or learnt', async ({ desktop }) => {
  test.skip(Desktop.isReal, 'What a real dictionary suggests is its own');
  const { page } = desktop;
  await createBook(page, 'The Keeper', 'A. Writer');
  await desktop.evaluate((electron) => {
    const { recordings } = (electron as unknown as { standIn: { recordings: { misspellings: Map<string, string[]> } } }).standIn;
    recordings.misspellings.set('lighthuose', ['lighthouse']);
    recordings.misspellings.set('Zephyrine', []);
  });
  const rightClick = async (word: string): Promise<void> => {
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(word);
    await draft(page).locator('.cm-line').first().click({ button: 'right', position: { x: 20, y: 10 } });
    await expect.poll(async () => (await desktop.readMenu('context'))?.map(({ label }) => label)).toContain('Add to Dictionary');
  };
  await draft(page).click();
  await rightClick('lighthuose');
  await desktop.clickContextMenu('lighthouse');
  await expect(draft(page)).toContainText('lighthouse');
  await rightClick('Zephyrine');
  await desktop.clickContextMenu('Add to Dictionary');
  const words = await page.evaluate(() => (window as unknown as { recto: { calls: Record<string, (input: object) => Promise<{ value: { words: string[] } }>> } }).recto.calls['spelling.read']!({}));
  expect(words.value.words).toContain('Zephyrine');
});

test('a page never breaks its own policy, over all that an author opens', async ({ desktop }) => {
  const { page } = desktop;
  const broken: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && broken.push(message.text())));
  await createBook(page, 'The Keeper', 'A. Writer');
  await typeAtEnd(page, 'The keeper climbed the lighthouse stairs at dusk.');
  await page.getByRole('button', { name: 'Expand', exact: true }).click();
  await expect(page.getByRole('tab', { name: 'Book view' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('textbox', { name: 'Expansion', exact: true })).toContainText('lighthouse', { timeout: 20_000 });
  for (const keys of ['ControlOrMeta+k', 'ControlOrMeta+,', 'ControlOrMeta+Shift+e']) {
    await page.keyboard.press(keys);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  expect(broken).toEqual([]);
});

test('an injected script reaches no foreign origin, no other page and no file', async ({ desktop }) => {
  const { page } = desktop;
  const address = page.url();
  const reached = await page.evaluate(async () => {
    const tries: Record<string, () => unknown> = {
      fetch: async () => fetch('https://example.org/').then(() => 'reached'),
      loopback: async () => fetch('http://127.0.0.1:8010/healthz').then(() => 'reached'),
      file: async () => fetch('file:///etc/hosts').then(() => 'reached'),
      traversal: async () => fetch('/..%2f..%2fpackage.json').then((response) => (response.ok ? 'reached' : null)),
      sources: async () => fetch('/../main/main.js').then((response) => (response.ok ? 'reached' : null)),
      socket: () => new Promise((resolve) => {
        const socket = new WebSocket('wss://example.org/');
        socket.addEventListener('open', () => resolve('reached'));
        socket.addEventListener('error', () => resolve(null));
      }),
      image: () => new Promise((resolve) => {
        const image = new Image();
        image.addEventListener('load', () => resolve('reached'));
        image.addEventListener('error', () => resolve(null));
        image.src = 'https://example.org/pixel.png';
      }),
      beacon: () => new Promise((resolve) => {
        // The policy's own word for what it stopped.
        document.addEventListener('securitypolicyviolation', () => resolve(null), { once: true });
        navigator.sendBeacon('https://example.org/', 'words');
      }),
      window: () => (window.open('https://example.org/') ? 'reached' : null),
      inline: () => new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', () => resolve(null), { once: true });
        const script = document.createElement('script');
        script.textContent = 'window.reachedByInline = true';
        document.head.append(script);
        if ('reachedByInline' in window) resolve('reached');
      }),
    };
    const results: string[] = [];
    for (const [name, attempt] of Object.entries(tries)) {
      try {
        if ((await attempt()) === 'reached') results.push(name);
      } catch {
        // Refused, as it must be.
      }
    }
    return results;
  });
  expect(reached).toEqual([]);
  await page.evaluate(() => void (location.href = 'https://example.org/'));
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<iframe src="https://example.org/"></iframe>'));
  await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
  expect(page.url()).toBe(address);
  expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  expect(await desktop.openedExternals()).toEqual([]);
});

test('every call refuses an input that is not its own by a code, and the program goes on', async ({ desktop }) => {
  const codes = await desktop.page.evaluate(async () => {
    type Answer = { ok: boolean; error?: { code: string } };
    const { calls } = (window as unknown as { recto: { calls: Record<string, (input: unknown) => Promise<Answer>> } }).recto;
    const inputs: [string, unknown][] = [
      ['malformed', undefined], ['malformed', null], ['malformed', 'text'], ['malformed', [1]], ['malformed', { nobodyKnows: 1 }], ['malformed', new Map()],
    ];
    const large = { nobodyKnows: 'x'.repeat(10_000_000) };
    // All of them are tried with so much in main/ipc.test.ts; here it goes through the real bridge.
    const triedWithMuch = ['app.start', 'mirror.write', 'files.save-write'];
    const wrong: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      for (const [expected, input] of triedWithMuch.includes(name) ? [...inputs, ['too_large', large] as const] : inputs) {
        const { error } = await call(input);
        if (error?.code !== expected) wrong.push(`${name}: ${error?.code ?? 'answered'}, not ${expected}`);
      }
    }
    return { wrong, tried: Object.keys(calls).length };
  });
  expect(codes.wrong).toEqual([]);
  expect(codes.tried).toBeGreaterThan(40);
  await createBook(desktop.page, 'Still Here', 'A. Writer');
  await waitForSaved(desktop.page);
});
