import { createBook, draft, expandChapter, expansion, writeDraft } from './desk.ts';
import { expectNoViolations } from './expect-no-violations.ts';
import { expect, test } from './fixtures.ts';

for (const scheme of ['light', 'dark'] as const)
  test(`axe finds no violation on any screen (${scheme})`, async ({ page }) => {
    // A dozen screens, each read whole.
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await expect(page.getByRole('button', { name: 'Open the sample book' })).toBeVisible();
    await expectNoViolations(page, 'empty library');
    await page.getByRole('button', { name: 'New book' }).click();
    await expectNoViolations(page, 'new book');
    await page.keyboard.press('Escape');
    await createBook(page, 'The Keeper', 'A. Writer');
    await writeDraft(page, '# Dusk\n\nThe keeper climbed the *lighthouse* stairs at dusk.\n\n> A letter, set in.\n\n* * *\n\nNobody had come since March.');
    await expectNoViolations(page, 'write');
    await page.getByRole('button', { name: 'The chapter’s history' }).click();
    await expect(page.getByRole('region', { name: 'Timeline' }).getByRole('link')).not.toHaveCount(0);
    await expectNoViolations(page, 'history');
    await page.goBack();
    await page.getByRole('tab', { name: 'Book view' }).click();
    await expectNoViolations(page, 'book view, nothing grown');
    await expandChapter(page);
    await expect(expansion(page)).toContainText('since March', { timeout: 30_000 });
    await draft(page).getByText('Nobody').click();
    await page.keyboard.type('x');
    await expect(page.getByText('stale', { exact: true }).first()).toBeVisible();
    await expectNoViolations(page, 'book view');
    await page.getByRole('button', { name: 'Compile' }).click();
    await expectNoViolations(page, 'compile');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expectNoViolations(page, 'sign in');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+k');
    await expectNoViolations(page, 'palette');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Library' }).click();
    await expectNoViolations(page, 'library');
    await page.getByRole('button', { name: 'Trash' }).click();
    await expectNoViolations(page, 'trash');
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('button', { name: 'Settings' }).click();
    await expectNoViolations(page, 'settings');
  });
