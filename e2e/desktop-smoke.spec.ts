import { createBook, draft, openBook, typeAtEnd, waitForSaved } from './desk.ts';
import { expect, test } from './fixtures.ts';

test('a book is written in, the app is quit and opened again, and the words are there', async ({ desktop }) => {
  await expect(desktop.page.getByRole('button', { name: 'New book' })).toBeVisible();
  await createBook(desktop.page, 'The Keeper', 'A. Writer');
  await typeAtEnd(desktop.page, 'The keeper climbed the lighthouse stairs at dusk.');
  await waitForSaved(desktop.page);
  expect(await desktop.close()).toBe(0);
  const page = await desktop.open();
  await openBook(page, 'The Keeper');
  await expect(draft(page)).toContainText('The keeper climbed the lighthouse stairs at dusk.');
});

test('words typed in the moment of quitting are there as well', async ({ desktop }) => {
  await createBook(desktop.page, 'Last Words', 'A. Writer');
  await typeAtEnd(desktop.page, 'Typed, and gone at once.');
  expect(await desktop.close()).toBe(0);
  const page = await desktop.open();
  await openBook(page, 'Last Words');
  await expect(draft(page)).toContainText('Typed, and gone at once.');
});

test('the page has the bridge, and nothing else of the program', async ({ desktop }) => {
  const found = await desktop.page.evaluate(() => ({
    bridge: Object.keys((window as unknown as { recto: object }).recto).toSorted(),
    node: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter((name) => name in window),
    opener: window.opener as unknown,
  }));
  expect(found).toEqual({ bridge: ['calls', 'onEvent'], node: [], opener: null });
});

test('a renderer that ends is replaced, and what was saved is in it', async ({ desktop }) => {
  await createBook(desktop.page, 'The Keeper', 'A. Writer');
  await typeAtEnd(desktop.page, 'Saved before the crash.');
  await waitForSaved(desktop.page);
  const page = await desktop.killRenderer();
  await openBook(page, 'The Keeper');
  await expect(draft(page)).toContainText('Saved before the crash.');
});
