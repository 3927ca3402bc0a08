/** The account in the desktop app: main has the session, the window has the books. */
import type { Page } from '@playwright/test';
import { createBook, draft, openBook, readDraft, signIn, typeAtEnd, waitForSaved, waitForSynced, writeDraft } from './desk.ts';
import { Desktop } from './desktop.ts';
import { expect, test } from './fixtures.ts';

const PASSWORD = 'a long walk by the sea';

interface SignIn {
  how?: 'Sign in' | 'Create account';
  server: string;
  email: string;
  password?: string;
}

async function fillSignIn(page: Page, { how = 'Create account', server, email, password = PASSWORD }: SignIn): Promise<void> {
  await page.getByRole('button', { name: /^Sign in/ }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Server').fill(server);
  await dialog.getByLabel('Email').fill(email);
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: how, exact: true }).click();
}

/** The same server by an address that is not this computer's own, so that the author is asked. */
const byAnotherName = (url: string): string => url.replace('127.0.0.1', '0.0.0.0');

/** All that a script in the page can find by itself: its storages, the globals, what the program answers. */
function searchPage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie];
    const read = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error(String(request.error))));
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await read(indexedDB.open(name!));
      for (const store of database.objectStoreNames) found.push(await read(database.transaction(store).objectStore(store).getAll()));
      database.close();
    }
    for (const name of Object.getOwnPropertyNames(window)) if (/recto|token|session|studio/i.test(name)) found.push(name, String(Reflect.get(window, name)));
    const { recto } = window as unknown as { recto?: { calls: Record<string, (input: object) => Promise<unknown>> } };
    for (const name of ['app.start', 'secrets.status', 'spelling.read', 'backups.list']) if (recto) found.push(await recto.calls[name]!({}));
    if (recto) for (const path of ['/studio/api/v1/state', '/studio/api/v1/auth/devices', '/studio/../secrets.json', '/secrets.json', '/settings.json']) found.push(await (await fetch(path)).text());
    return JSON.stringify(found);
  });
}

/** A signed token, or a place where one is kept. */
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}|(?:refresh|access)[-_]?token/i;

test('the author is asked for a new server once; then both sides have each other’s words, and the window no token', async ({ newDesktop, newProfile, server }) => {
  test.setTimeout(150_000);
  const desktop = newDesktop();
  await desktop.answerDialog('showMessageBox', { button: 'Sync' });
  const page = await desktop.open();
  const requests: { url: string; headers: Record<string, string> }[] = [];
  page.on('request', (request) => requests.push({ url: request.url(), headers: request.headers() }));
  await createBook(page, 'Two Desks', 'Mary');
  await writeDraft(page, 'The first paragraph stands here.\n\nThe second paragraph stands here.');
  await page.getByRole('link', { name: 'Library' }).first().click();
  await fillSignIn(page, { server: byAnotherName(server.url), email: 'mary@example.org' });
  await page.getByRole('button', { name: /Bring (it|them) along/ }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await waitForSynced(page);
  const { dialogs } = await desktop.readRecord();
  expect(dialogs).toMatchObject([{ method: 'showMessageBox', message: `Sync your books with ${byAnotherName(server.url)}?`, detail: expect.stringContaining('not encrypted'), buttons: ['Cancel', 'Sync'] }]);

  const sofa = await newProfile().open(server.url);
  await signIn(sofa, 'Sign in', 'mary@example.org', PASSWORD);
  await openBook(sofa, 'Two Desks');
  await expect(draft(sofa)).toContainText('The second paragraph stands here.');
  await openBook(page, 'Two Desks');
  await typeAtEnd(sofa, ' From the sofa.');
  await expect(draft(page)).toContainText('From the sofa.');
  await typeAtEnd(page, ' From the desk.');
  await expect(draft(sofa)).toContainText('From the desk.');

  await waitForSynced(page);
  expect(await searchPage(page)).not.toMatch(TOKEN);
  // A browser's tab has nobody else to keep its token: here the search finds one.
  expect(await searchPage(sofa)).toMatch(TOKEN);
  const origin = new URL(page.url()).origin;
  expect(requests.filter(({ url }) => url.includes('/studio/api/v1/sync/')).length).toBeGreaterThan(1);
  expect(requests.filter(({ url, headers }) => !url.startsWith(origin) || 'authorization' in headers)).toEqual([]);
});

test('a server that goes away and comes back is caught up with, and the session outlives the program', async ({ newDesktop, newProfile, server }) => {
  test.setTimeout(150_000);
  const desktop = newDesktop();
  const page = await desktop.open();
  await fillSignIn(page, { server: server.url, email: 'shelley@example.org' });
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await createBook(page, 'Outage', 'S.');
  await writeDraft(page, 'Before.');
  await waitForSynced(page);
  await server.stop('SIGKILL');
  await typeAtEnd(page, ' During.');
  await waitForSaved(page);
  await expect(page.getByRole('status', { name: 'Offline' })).toBeVisible({ timeout: 20_000 });
  await server.start();
  await waitForSynced(page);
  expect(await desktop.close()).toBe(0);

  const sofa = await newProfile().open(server.url);
  await signIn(sofa, 'Sign in', 'shelley@example.org', PASSWORD);
  await openBook(sofa, 'Outage');
  await expect(draft(sofa)).toContainText('Before. During.');
  await typeAtEnd(sofa, ' While it was closed.');
  await waitForSynced(sofa);

  const again = await desktop.open();
  await waitForSynced(again);
  if (!(await draft(again).isVisible())) await openBook(again, 'Outage');
  await expect(draft(again)).toContainText('While it was closed.');
  await waitForSynced(again);
  expect(await readDraft(again)).toBe(await readDraft(sofa));
  expect((await desktop.readRecord()).dialogs).toEqual([]);
});

test('the author says no: nothing is sent, and the form says so', async ({ newDesktop, server }) => {
  const desktop = newDesktop();
  await desktop.answerDialog('showMessageBox', { button: 'Cancel' });
  const page = await desktop.open();
  await fillSignIn(page, { server: byAnotherName(server.url), email: 'no@example.org' });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/was not allowed to connect to 0\.0\.0\.0/)).toBeVisible();
  await dialog.getByLabel('Server').fill(server.url);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(dialog.getByText(/email or the password is wrong/i)).toBeVisible();
  await dialog.getByRole('button', { name: 'Create account' }).click();
  await expect(dialog).toHaveCount(0);
  await waitForSynced(page);
  await page.getByRole('button', { name: 'Account no@example.org' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true }).first()).toBeVisible();
});

test('with no keychain the session ends with the program: the app says so, and signs in again with what it knows', async ({ newDesktop, server }) => {
  test.skip(Desktop.isReal, 'the keychain is the system’s');
  test.setTimeout(120_000);
  const env = { RECTO_E2E_KEYCHAIN: 'basic_text' };
  const desktop = newDesktop();
  const page = await desktop.open({ env });
  await page.getByRole('button', { name: 'Sign in', exact: true }).first().click();
  await expect(page.getByRole('dialog').getByText(/only until Recto closes/)).toBeVisible();
  await page.keyboard.press('Escape');
  await fillSignIn(page, { server: server.url, email: 'basic@example.org' });
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await createBook(page, 'Kept Nowhere', 'B.');
  await waitForSynced(page);
  expect(await desktop.close()).toBe(0);

  const again = await desktop.open({ env });
  await again.getByRole('button', { name: 'Sign in to sync' }).click();
  const dialog = again.getByRole('dialog');
  await expect(dialog.getByLabel('Server')).toHaveValue(server.url);
  await expect(dialog.getByLabel('Email')).toHaveValue('basic@example.org');
  await dialog.getByLabel('Password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await waitForSynced(again);
});
