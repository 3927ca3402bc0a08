import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '../processors/ai-service/test-support/scripted-openai-server.ts';
import { createBook, draft, expandChapter, expansion, importFolder, useModelServer, waitForSaved, writeDraft } from './desk.ts';
import { expectNoViolations } from './expect-no-violations.ts';
import { expect, manuscripts, ONLY_IN_A_BROWSER, test as base } from './fixtures.ts';

const DRAFT = 'The keeper climbed the lighthouse stairs at dusk, one hand on the cold rail, and did not look down.';

const test = base.extend<{ model: ScriptedServer }>({
  model: async ({}, use) => {
    const model = await startScriptedOpenAiServer();
    await use(model);
    await model.close();
  },
});

async function expectNoViolationsByDayAndNight(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectNoViolations(page, `${screen}, ${colorScheme}`);
  }
}

test('processors say what they did, what it took and what failed; work is stopped and tried again from anywhere', ONLY_IN_A_BROWSER, async ({ page, model }) => {
  await expect(page.getByRole('button', { name: 'New book' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Alt+o');
  await expect(page.getByRole('heading', { name: 'Text expansion' })).toBeVisible();
  await expect(page.getByText('It has not run yet.').first()).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Library' }).click();
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, DRAFT);
  await useModelServer(page, { url: model.url, model: MODEL });

  model.script({ kind: 'stall', text: 'The keeper' });
  await expandChapter(page);
  await model.received(1);
  await page.keyboard.press('ControlOrMeta+Alt+j');
  const work = page.getByRole('dialog', { name: 'What is running' });
  await expect(work.getByText('Expanding “Chapter 1”')).toBeVisible();
  await expectNoViolationsByDayAndNight(page, 'what is running');
  await work.getByRole('button', { name: /^Stop: / }).click();
  await expect(work).toBeHidden();

  model.script({ kind: 'status', status: 401 }, { kind: 'stream' });
  await page.getByRole('button', { name: 'Expand', exact: true }).click();
  // Expanding leads to the book view: only then to another page.
  await expect(page.getByText(/refused the key/).first()).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('ControlOrMeta+Alt+o');
  const did = page.getByRole('list', { name: 'What Text expansion did' });
  await expect(did.getByText(/^Failed: .*key/)).toBeVisible({ timeout: 20_000 });
  await expectNoViolationsByDayAndNight(page, 'processors');
  await did.getByRole('button', { name: 'Retry: Chapter 1' }).click();
  await expect(did.getByText(/^Failed/)).toHaveCount(0, { timeout: 20_000 });
  await expect(page.getByText(/tokens in, .*out; no price is set/)).toBeVisible();
  await did.getByRole('link', { name: 'Chapter 1' }).click();
  await expect(expansion(page)).toContainText('The scripted model adds');
});

test('a chapter’s thread takes a wish for another go, and brings an older one back', ONLY_IN_A_BROWSER, async ({ page, model }) => {
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, DRAFT);
  await useModelServer(page, { url: model.url, model: MODEL });
  model.script({ kind: 'stream', text: `${DRAFT} And stair by stair the dusk climbed after him.` }, { kind: 'stream', text: `${DRAFT} He went slowly, through rain and more rain.` });
  await expandChapter(page);
  await expect(expansion(page)).toContainText('the dusk climbed after him', { timeout: 20_000 });
  await page.getByRole('button', { name: 'The chapter’s thread' }).click();
  const thread = page.getByRole('dialog', { name: 'Chapter 1' });
  await thread.getByLabel('Ask for another go').fill('Slower, more rain.');
  await thread.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(expansion(page)).toContainText('rain and more rain', { timeout: 20_000 });
  expect(model.requests[1]?.body.messages?.map(({ content }) => content).join('\n')).toContain('Slower, more rain.');
  await expect(thread.getByRole('listitem')).toHaveText([/Your draft/, /Expansion/, /You asked.*Slower, more rain\./s, /Expansion.*shown now/s]);
  await expectNoViolationsByDayAndNight(page, 'thread');
  await thread.getByRole('button', { name: /^Look at the Expansion/ }).first().click();
  await expect(thread.getByRole('region')).toContainText('the dusk climbed after him');
  await thread.getByRole('button', { name: /^Bring back/ }).click();
  await expect(expansion(page)).toContainText('the dusk climbed after him');
  await expect(thread.getByText('rain and more rain')).toHaveCount(0);
  await thread.getByRole('button', { name: 'Close the thread' }).click();
  await page.getByRole('tab', { name: 'Write' }).click();
  await expect(draft(page)).toHaveText(DRAFT);
  await waitForSaved(page);
});

test('what is running closes by Esc while a book is being expanded, also without motion', ONLY_IN_A_BROWSER, async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await importFolder(page, join(manuscripts, 'frankenstein'));
  await expect(page.getByRole('tree', { name: 'Chapters' })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('ControlOrMeta+Alt+Enter');
  await page.getByRole('button', { name: 'Expand 31 chapters' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('button', { name: /^Expanding “Frankenstein” ?· [1-9]/ })).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('ControlOrMeta+Alt+j');
  const work = page.getByRole('dialog', { name: 'What is running' });
  await expect(work.getByText(/^[2-9] of 31 chapters/)).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('Escape');
  await expect(work).toBeHidden();
});
