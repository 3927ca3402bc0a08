/** What stands around the pages: the shelf, the tree under a pointer, focus mode, papers, conflicts, and a desk with no network. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { strFromU8, unzipSync } from 'fflate';
import { createBook, draft, expansion, signIn, typeAtEnd, waitForSaved, waitForSynced, writeDraft } from './desk.ts';
import { expect, ONLY_IN_A_BROWSER, test } from './fixtures.ts';

const PASSWORD = 'a long walk by the sea';

// A service worker keeps a browser's app; the desktop's is in its package.
test('the app opens, expands and compiles with its server gone', ONLY_IN_A_BROWSER, async ({ server, newProfile }) => {
  const page = await newProfile().open(server.url);
  const { always: files } = (await (await fetch(`${server.url}/offline-files.json`)).json()) as { always: string[] };
  const countKept = (): Promise<number> => page.evaluate(async () => (await (await caches.open('recto-app')).keys()).length);
  await expect.poll(countKept, { timeout: 30_000 }).toBe(files.length + 1);
  await server.stop('SIGKILL');
  await page.reload();
  await createBook(page, 'No Network', 'N.');
  await writeDraft(page, 'The keeper climbed the lighthouse stairs at dusk.');
  await page.getByRole('button', { name: 'Expand', exact: true }).click();
  await expect(expansion(page)).toContainText('The keeper climbed', { timeout: 30_000 });
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Compile' }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.epub$/);
});

test('a browser that may throw words away says so, and gives all of them as plain files', ONLY_IN_A_BROWSER, async ({ page }, testInfo) => {
  await createBook(page, 'The Keeper', 'K.');
  await writeDraft(page, 'The keeper climbed the lighthouse stairs at dusk.');
  await page.getByRole('link', { name: 'Library' }).click();
  await expect(page.getByText('it may throw them away')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export everything…' }).click();
  const file = testInfo.outputPath('library.zip');
  await (await download).saveAs(file);
  const files = unzipSync(readFileSync(file));
  expect(strFromU8(files['books/The Keeper/001 Chapter 1.md']!)).toBe('The keeper climbed the lighthouse stairs at dusk.\n');
  // A moment long it is read out, too.
  await expect(page.getByText('1 book in').first()).toBeVisible();
});

test('the sample book opens, a chapter is dragged to another place, and a deleted book comes back', async ({ page }) => {
  await page.getByRole('button', { name: 'Open the sample book' }).click();
  const rows = page.getByRole('tree', { name: 'Chapters' }).getByRole('treeitem');
  await expect(rows).toHaveCount(31, { timeout: 30_000 });
  await rows.nth(0).hover();
  await page.mouse.down();
  await rows.nth(1).hover();
  const fourth = (await rows.nth(3).boundingBox())!;
  await page.mouse.move(fourth.x + 40, fourth.y + fourth.height - 4, { steps: 5 });
  await page.mouse.up();
  await expect(rows.nth(3)).toHaveAccessibleName(/Introduction/);
  await expect(rows.nth(0)).toHaveAccessibleName(/Preface/);

  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('button', { name: 'More about Frankenstein' }).click();
  await page.getByRole('menuitem', { name: 'Delete book' }).click();
  await expect(page.getByRole('link', { name: /Frankenstein/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('link', { name: /Frankenstein/ })).toBeVisible();
});

test('coming back to a book is coming back to the line', async ({ page }) => {
  await page.getByRole('button', { name: 'Open the sample book' }).click();
  await page.getByRole('treeitem', { name: /Letter IV/ }).click();
  await expect(page.getByRole('textbox', { name: 'Chapter title' })).toHaveValue('Letter IV');
  await typeAtEnd(page, ' The very last line.');
  await waitForSaved(page);
  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('link', { name: /Frankenstein/ }).click();
  await expect(page.getByRole('textbox', { name: 'Chapter title' })).toHaveValue('Letter IV');
  await expect(draft(page).getByText('The very last line.')).toBeInViewport();
});

test('the caret stays in sight and in hand from one tab to the other', async ({ page }) => {
  await page.getByRole('button', { name: 'Open the sample book' }).click();
  await page.getByRole('treeitem', { name: /Letter IV/ }).click();
  await expect(page.getByRole('textbox', { name: 'Chapter title' })).toHaveValue('Letter IV');
  await typeAtEnd(page, ' One');
  const caretIsInSight = (): Promise<boolean> =>
    page.evaluate(() => {
      const caret = getSelection()?.rangeCount ? getSelection()!.getRangeAt(0).getBoundingClientRect() : null;
      return caret !== null && caret.top > 0 && caret.bottom < innerHeight;
    });
  for (const words of [' two', ' three']) {
    await page.keyboard.press('ControlOrMeta+e');
    await expect(draft(page)).toBeFocused();
    await expect.poll(caretIsInSight).toBe(true);
    await page.keyboard.type(words);
  }
  await expect(draft(page)).toContainText('One two three');
});

test('focus mode leaves the page alone, Esc brings the rest back, and a title that was typed is kept', async ({ page }) => {
  await createBook(page, 'Alone', 'A.');
  await page.getByRole('textbox', { name: 'Chapter title' }).fill('Dusk');
  await page.keyboard.press('F11');
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeHidden();
  await expect(draft(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Chapter title' }).fill('Dusk, again');
  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('link', { name: /Alone/ }).click();
  await expect(page.getByRole('treeitem', { name: /Dusk, again/ })).toBeVisible();
});

// On the desktop it is the program that looks: main/models has its tests.
test('a model server on this computer is offered in one click', ONLY_IN_A_BROWSER, async ({ page, server }) => {
  const models = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': server.url });
    response.end('{"data":[{"id":"a-small-model"}]}');
  });
  await new Promise<void>((resolve) => models.listen(0, '127.0.0.1', resolve));
  const { port } = models.address() as AddressInfo;
  // llama.cpp's own port may be taken on this machine: the browser finds there what stands on a free one.
  await page.route('http://127.0.0.1:8080/**', (route) => route.continue({ url: route.request().url().replace(':8080', `:${port}`) }));
  await page.reload();
  await page.getByRole('button', { name: /llama\.cpp is running on this computer: use a-small-model/ }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByLabel('Base URL')).toHaveValue('http://127.0.0.1:8080/v1');
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(page.getByText('The server answers and has a-small-model.')).toBeVisible();
  models.closeAllConnections();
  models.close();
});

test('a conflict shows what each device had, until it is settled on either', async ({ server, newSeat }) => {
  test.setTimeout(150_000);
  const [desk, sofa] = [await newSeat().open(), await newSeat().open()];
  await signIn(desk, 'Create account', 'two@example.org', PASSWORD, server.url);
  await createBook(desk, 'Both', 'B.');
  await writeDraft(desk, 'The first words.');
  await waitForSynced(desk);
  await signIn(sofa, 'Sign in', 'two@example.org', PASSWORD, server.url);
  await sofa.getByRole('link', { name: /Both/ }).click();
  await expect(draft(sofa)).toContainText('The first words.');
  for (const page of [desk, sofa]) await page.context().setOffline(true);
  await writeDraft(desk, 'All of it was written anew at the desk.');
  await writeDraft(sofa, 'All of it was written anew on the sofa.');
  for (const page of [desk, sofa]) await page.context().setOffline(false);
  for (const page of [desk, sofa]) await expect(page.getByRole('link', { name: '1 conflict' })).toBeVisible({ timeout: 40_000 });
  await desk.getByRole('link', { name: '1 conflict' }).click();
  const conflict = desk.getByRole('main', { name: 'The conflict' });
  await expect(conflict.getByText('The first words.').first()).toBeVisible();
  await expect(conflict.getByText('All of it was written anew at the desk.').first()).toBeVisible();
  await expect(conflict.getByText('All of it was written anew on the sofa.').first()).toBeVisible();
  await conflict.getByRole('button', { name: 'Keep the merged text' }).click();
  await desk.goBack();
  for (const page of [desk, sofa]) {
    await expect(page.getByRole('link', { name: '1 conflict' })).toHaveCount(0, { timeout: 20_000 });
    await expect(draft(page)).toContainText('at the desk');
    await expect(draft(page)).toContainText('on the sofa');
  }
});
