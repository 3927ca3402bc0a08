import { createBook, draft, openBook, readDraft, signIn, typeAtEnd, waitForSaved, waitForSynced, writeDraft } from './desk.ts';
import { expect, test } from './fixtures.ts';

const PASSWORD = 'a long walk by the sea';

test('two devices on one account: live edits, offline edits of both sides, and nothing for a stranger', async ({ server, newSeat }) => {
  test.setTimeout(150_000);
  const [desk, sofa] = [await newSeat().open(), await newSeat().open()];

  await signIn(desk, 'Create account', 'mary@example.org', PASSWORD, server.url);
  await createBook(desk, 'Two Desks', 'Mary');
  await writeDraft(desk, 'The first paragraph stands here.\n\nThe second paragraph stands here.');
  await waitForSynced(desk);

  await signIn(sofa, 'Sign in', 'mary@example.org', PASSWORD, server.url);
  await openBook(sofa, 'Two Desks');
  await expect(draft(sofa)).toContainText('The second paragraph stands here.');
  await typeAtEnd(sofa, ' From the sofa.');
  await expect(draft(desk)).toContainText('From the sofa.');

  await desk.context().setOffline(true);
  await sofa.context().setOffline(true);
  await draft(desk).getByText('The first paragraph').click();
  await desk.keyboard.press('End');
  await desk.keyboard.type(' Candles burnt at the desk.');
  await typeAtEnd(sofa, ' Rain fell on the sofa.');
  await waitForSaved(desk);
  await waitForSaved(sofa);
  await desk.context().setOffline(false);
  await sofa.context().setOffline(false);
  for (const page of [desk, sofa]) {
    await expect(draft(page)).toContainText('Candles burnt at the desk.', { timeout: 40_000 });
    await expect(draft(page)).toContainText('Rain fell on the sofa.', { timeout: 40_000 });
  }
  await waitForSynced(desk);
  await waitForSynced(sofa);
  expect(await readDraft(desk)).toBe(await readDraft(sofa));

  const stranger = await newSeat().open();
  await signIn(stranger, 'Create account', 'other@example.org', PASSWORD, server.url);
  await waitForSynced(stranger);
  await expect(stranger.getByText('Two Desks')).toHaveCount(0);
});

test('books written without an account come along, and a wrong password says so', async ({ page, server }) => {
  await createBook(page, 'Before the Account', 'Ann');
  await writeDraft(page, 'Written with no account at all.');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Server').fill(server.url);
  await dialog.getByLabel('Email').fill('ann@example.org');
  await dialog.getByLabel('Password').fill('wrong wrong wrong');
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(dialog.getByText(/email or the password|password is wrong|wrong/i).first()).toBeVisible();
  await dialog.getByLabel('Password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('button', { name: /Bring (it|them) along/ }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('link', { name: 'Library' }).click();
  await openBook(page, 'Before the Account');
  await expect(draft(page)).toContainText('Written with no account at all.');
  await waitForSynced(page);
});

test('a server that goes away and comes back is caught up with', async ({ server, newSeat }) => {
  const page = await newSeat().open();
  await signIn(page, 'Create account', 'shelley@example.org', PASSWORD, server.url);
  await createBook(page, 'Outage', 'S.');
  await writeDraft(page, 'Before.');
  await waitForSynced(page);
  await server.stop('SIGKILL');
  await typeAtEnd(page, ' During.');
  await waitForSaved(page);
  await expect(page.getByRole('status', { name: 'Offline' })).toBeVisible({ timeout: 20_000 });
  await server.start();
  await waitForSynced(page);
  const other = await newSeat().open();
  await signIn(other, 'Sign in', 'shelley@example.org', PASSWORD, server.url);
  await openBook(other, 'Outage');
  await expect(draft(other)).toHaveText('Before. During.');
});
