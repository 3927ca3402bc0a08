/** An account from the invitation to its end. The server's commands are run as an operator does. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { createBook, openBook, draft, signIn, waitForSynced, writeDraft } from './desk.ts';
import { expect as expectSoon, ONLY_IN_A_BROWSER, test } from './fixtures.ts';
import type { ServerProcess } from './server-process.ts';

/** A password takes its time to be hashed, and more on a busy machine. */
const expect = expectSoon.configure({ timeout: 20_000 });

const PASSWORD = 'a long walk by the sea';
const NEW = 'a longer walk, by the lake';

/** What a command prints on stdout: a link of the server's own address. */
async function runCommand(server: ServerProcess, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['sync-server/main.ts', ...args], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, RECTO_DATA_DIR: server.dataFolder, RECTO_PUBLIC_URL: server.url },
  });
  return stdout.trim();
}

/** What the account's own library still has in the browser's storage: names of stores that are not empty. */
function countRows(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const read = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error(String(request.error))));
      });
    const found: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      if (!/recto-[0-9a-f]{16}/.test(name ?? '')) continue;
      const database = await read(indexedDB.open(name!));
      for (const store of database.objectStoreNames) if ((await read(database.transaction(store).objectStore(store).count())) > 0) found.push(`${name} ${store}`);
      database.close();
    }
    return found;
  });
}

test('who is invited makes an account, sees its devices, sets a new password and ends it; every book stays', ONLY_IN_A_BROWSER, async ({ server, newProfile }) => {
  test.setTimeout(120_000);
  const page = await newProfile().open(await runCommand(server, 'invite', 'ann@example.org'));
  const invited = page.getByRole('dialog', { name: 'You are invited' });
  await invited.getByLabel('Email').fill('ann@example.org');
  await invited.getByLabel('Password').fill('password1');
  await page.keyboard.press('Enter');
  await expect(invited.getByText(/among the most used/)).toBeVisible();
  await invited.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await createBook(page, 'The Lake', 'Ann');
  await writeDraft(page, 'Nobody swam in it.');
  await waitForSynced(page);

  const lost = await newProfile().open(server.url);
  await signIn(lost, 'Sign in', 'ann@example.org', PASSWORD);
  await waitForSynced(lost);
  await page.keyboard.press('ControlOrMeta+Alt+a');
  const devices = page.getByRole('list', { name: 'Devices that are signed in' });
  await expect(devices.getByRole('listitem')).toHaveCount(2);
  await expect(devices.getByText(/this device/)).toHaveCount(1);
  await devices.getByRole('button', { name: /^Sign out/ }).click();
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  await expect(lost.getByRole('status', { name: 'Signed out' })).toBeVisible();

  await page.getByLabel('Current password').fill('not this one');
  await page.getByLabel('New password', { exact: true }).fill(NEW);
  await page.getByRole('button', { name: 'Set new password' }).click();
  await expect(page.getByText(/password is wrong/)).toBeVisible();
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set new password' }).click();
  await expect(page.getByText(/new password is set/).first()).toBeVisible();

  await page.getByRole('button', { name: 'Delete the account…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete the account?' });
  await dialog.getByLabel('Password').fill(NEW);
  await dialog.getByRole('button', { name: 'Delete the account' }).click();
  await expect(page.getByText(/was deleted from .* with everything in it/).first()).toBeVisible();
  await expect(page.getByRole('status', { name: 'Signed out' })).toBeVisible();
  // The next start, too, has it: the account's own library goes only then.
  await page.reload();
  await openBook(page, 'The Lake');
  await expect(draft(page)).toContainText('Nobody swam in it.');
  await expectSoon.poll(() => countRows(page), { timeout: 20_000 }).toEqual([]);
});

test('a link of the operator sets a forgotten password, once', ONLY_IN_A_BROWSER, async ({ server, newProfile }) => {
  test.setTimeout(120_000);
  const page = await newProfile().open(server.url);
  await signIn(page, 'Create account', 'bea@example.org', PASSWORD);
  const link = await runCommand(server, 'user', 'reset', 'bea@example.org');

  const other = await newProfile().open(server.url);
  await other.getByRole('button', { name: 'Sign in', exact: true }).first().click();
  await other.getByLabel('Email').fill('bea@example.org');
  await other.getByRole('button', { name: 'Forgot password?' }).click();
  await expect(other.getByText(/sends no mail. Ask whoever runs it/)).toBeVisible();
  await other.keyboard.press('Escape');
  await other.goto(link);
  await other.getByLabel('New password', { exact: true }).fill(NEW);
  await other.keyboard.press('Enter');
  await expect(other.getByText(/signed in as bea@example.org/).first()).toBeVisible();
  await waitForSynced(other);
  expect(new URL(other.url()).hash).toBe('#/library');
  await expect(page.getByRole('status', { name: 'Signed out' })).toBeVisible();

  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill('yet another walk');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/was used already/)).toBeVisible();
});
