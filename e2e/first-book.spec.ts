import { createBook, draft, typeAtEnd, waitForSaved, writeDraft } from './desk.ts';
import { expect, test } from './fixtures.ts';

test('an empty library says what to do, and a first book is written in', async ({ page }) => {
  await expect(page.getByRole('button', { name: 'Open the sample book' })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Signed out' })).toBeVisible();
  await createBook(page, 'The Keeper', 'A. Writer');
  await typeAtEnd(page, 'The keeper climbed the lighthouse stairs at dusk.');
  await waitForSaved(page);
  await page.reload();
  await expect(draft(page)).toContainText('The keeper climbed the lighthouse stairs at dusk.');
  await page.getByRole('link', { name: 'Library' }).click();
  await expect(page.getByRole('link', { name: /The Keeper/ })).toBeVisible();
  await expect(page.getByText('8 words')).toBeVisible();
});

test('chapters are added, renamed, moved and deleted by the keyboard alone, and a delete is undone', async ({ page }) => {
  await createBook(page, 'Keys', 'K. Board');
  await writeDraft(page, 'What stands here must come back.');
  const tree = page.getByRole('tree', { name: 'Chapters' });
  await page.getByRole('button', { name: 'Add chapter' }).press('Enter');
  await expect(tree.getByRole('treeitem')).toHaveCount(2);
  await tree.getByRole('treeitem').nth(1).focus();
  await page.keyboard.press('F2');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('The Second');
  await page.keyboard.press('Enter');
  await expect(tree.getByRole('treeitem', { name: /The Second/ })).toBeVisible();
  await tree.getByRole('treeitem', { name: /The Second/ }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(tree.getByRole('treeitem').first()).toHaveAccessibleName(/The Second/);
  await tree.getByRole('treeitem', { name: /Chapter 1/ }).focus();
  await page.keyboard.press('Delete');
  await expect(tree.getByRole('treeitem')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await expect(tree.getByRole('treeitem')).toHaveCount(2);
  await tree.getByRole('treeitem', { name: /Chapter 1/ }).focus();
  await page.keyboard.press('Enter');
  await expect(draft(page)).toContainText('What stands here must come back.');
});

test('every action is in the palette, and ? lists the keys', async ({ page }) => {
  await createBook(page, 'Palette', 'P.');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').fill('add chap');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tree', { name: 'Chapters' }).getByRole('treeitem')).toHaveCount(2);
  await page.getByRole('button', { name: 'Add chapter' }).focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: /keys/i })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
