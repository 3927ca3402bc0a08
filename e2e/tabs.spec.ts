import type { Page } from '@playwright/test';
import { createBook, draft, openBook, signIn, typeAtEnd, waitForSaved, waitForSynced, writeDraft } from './desk.ts';
import { expect, ONLY_IN_A_BROWSER, test } from './fixtures.ts';

const PASSWORD = 'a long walk by the sea';

/** The sockets to the server that a page has opened. */
function countSockets(page: Page): () => number {
  let opened = 0;
  page.on('websocket', (socket) => (opened += socket.url().includes('/api/v1/events') ? 1 : 0));
  return () => opened;
}

test('two tabs: one of them syncs, both say how it goes, and when it closes the other one takes over', ONLY_IN_A_BROWSER, async ({ server, newSeat }) => {
  test.setTimeout(150_000);
  const first = await newSeat().open();
  await signIn(first, 'Create account', 'mary@example.org', PASSWORD, server.url);
  await createBook(first, 'Two Tabs', 'Mary');
  await writeDraft(first, 'Written in the first tab.');
  await waitForSynced(first);

  const second = await first.context().newPage();
  const sockets = countSockets(second);
  await second.goto(server.url);
  await openBook(second, 'Two Tabs');
  await typeAtEnd(second, ' And in the second.');
  await waitForSynced(second);
  expect(sockets()).toBe(0);
  await expect(draft(first)).toContainText('And in the second.');

  await server.stop('SIGKILL');
  await typeAtEnd(second, ' With no server.');
  await waitForSaved(second);
  for (const page of [first, second]) await expect(page.getByRole('status', { name: 'Offline' })).toBeVisible({ timeout: 20_000 });
  await first.close();
  await server.start();
  await waitForSynced(second);
  expect(sockets()).toBeGreaterThan(0);

  const sofa = await newSeat().open();
  await signIn(sofa, 'Sign in', 'mary@example.org', PASSWORD, server.url);
  await openBook(sofa, 'Two Tabs');
  await expect(draft(sofa)).toHaveText('Written in the first tab. And in the second. With no server.');
});
