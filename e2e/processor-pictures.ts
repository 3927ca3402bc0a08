/** The pictures of what works on a book: its pitch, a chapter's thread, the processors, and a whole book before it is expanded. */
import { join } from 'node:path';
import type { LaunchOptions, Page } from '@playwright/test';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '../processors/ai-service/test-support/scripted-openai-server.ts';
import { BrowserProfile } from './browser-profile.ts';
import { createBook, expandChapter, expansion, fillInModelServer, importFolder, openChapter, typeAtEnd, waitForSaved, writeDraft } from './desk.ts';
import { ServerProcess } from './server-process.ts';
import type { Shoot } from './take-screenshots.ts';

const DRAFT = 'The keeper climbed the lighthouse stairs at dusk. He carried the lamp in one hand.';
const FIRST = 'The keeper climbed the lighthouse stairs at dusk, one hundred and twelve of them, and did not count. He carried the lamp in one hand; the other he kept for the wall.';
const SLOWER = 'The rain had come in from the west before supper and it had not stopped. The keeper climbed the lighthouse stairs at dusk, slowly, a hand’s breadth from the wall where the water ran. He carried the lamp in one hand, unlit, and listened to the rain climb after him.';
const ANNA = 'The rain had not stopped. The keeper climbed the lighthouse stairs at dusk, and Anna climbed behind him, and neither of them spoke. He carried the lamp in one hand. At the turn of the stair he held it lower, so that she could see the step that was gone.';

async function setProvider(page: Page, model: ScriptedServer): Promise<void> {
  await fillInModelServer(page, { url: model.url, model: MODEL });
  for (const [label, value] of Object.entries({ 'Price of a million tokens in': '3', 'Price of a million tokens out': '15', 'Budget a month': '5' })) await page.getByLabel(label).fill(value);
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await page.getByText('Kept.', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
}

async function shootThread(page: Page, model: ScriptedServer, shoot: Shoot): Promise<void> {
  await createBook(page, 'The Keeper', 'A. Writer');
  await writeDraft(page, DRAFT);
  await setProvider(page, model);
  model.script(...[FIRST, SLOWER, ANNA].map((text) => ({ kind: 'stream', text }) as const));
  await expandChapter(page);
  await expansion(page).getByText('did not count').waitFor({ timeout: 20_000 });
  await page.getByRole('button', { name: 'The chapter’s thread' }).click();
  const thread = page.getByRole('dialog', { name: 'Chapter 1' });
  for (const [wish, grown] of [['Slower, more rain.', 'climb after him'], ['Let Anna come too, and let neither of them speak.', 'the step that was gone']] as const) {
    await thread.getByLabel('Ask for another go').fill(wish);
    await thread.getByRole('button', { name: 'Ask', exact: true }).click();
    await expansion(page).getByText(grown).waitFor({ timeout: 20_000 });
    await thread.getByText('shown now').waitFor();
  }
  await thread.getByRole('listitem').nth(4).waitFor();
  await shoot(page, 'thread', ['light']);
  await page.keyboard.press('Escape');
}

async function shootWholeBook(page: Page, shoot: Shoot): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Alt+Enter');
  await page.getByText(/tokens go to the model/).waitFor({ timeout: 20_000 });
  await shoot(page, 'whole-book', ['light']);
  await page.keyboard.press('Escape');
}

async function shootProcessors(page: Page, model: ScriptedServer, shoot: Shoot): Promise<void> {
  model.script({ kind: 'status', status: 401 });
  await openChapter(page, 'Letter III');
  await expandChapter(page);
  await page.getByText(/refused the key/).first().waitFor({ timeout: 20_000 });
  await page.keyboard.press('ControlOrMeta+Alt+o');
  await page.getByText(/^Failed/).first().waitFor();
  await shoot(page, 'processors', ['light']);
  await page.goBack();
}

/** With no model: sentences of the book. */
async function shootPitch(page: Page, shoot: Shoot): Promise<void> {
  await page.keyboard.press('ControlOrMeta+,');
  await page.getByRole('combobox', { name: 'Text provider' }).click();
  await page.getByRole('option', { name: /Built in/ }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Pitch' }).click();
  await page.getByRole('button', { name: 'Make the pitch' }).click();
  await page.getByRole('region', { name: 'Logline' }).waitFor({ timeout: 60_000 });
  await page.getByRole('tab', { name: 'Write' }).click();
  await openChapter(page, 'Chapter V');
  await typeAtEnd(page, ' And then he woke.');
  await waitForSaved(page);
  await page.getByRole('tab', { name: 'Pitch' }).click();
  await page.getByText(/rests? on chapters that have changed/).waitFor();
  await page.getByRole('button', { name: 'Synopsis, one page', exact: true }).click();
  await shoot(page, 'pitch');
}

export async function takeProcessorPictures(shoot: Shoot, launchOptions: LaunchOptions): Promise<void> {
  const server = new ServerProcess();
  const model = await startScriptedOpenAiServer();
  const profile = new BrowserProfile(launchOptions);
  try {
    await server.start();
    const page = await profile.open(server.url);
    await shootThread(page, model, shoot);
    await page.getByRole('link', { name: 'Library' }).click();
    await importFolder(page, join(import.meta.dirname, '../manuscripts/frankenstein'));
    await page.getByRole('tree', { name: 'Chapters' }).waitFor({ timeout: 30_000 });
    await waitForSaved(page);
    await shootWholeBook(page, shoot);
    await shootProcessors(page, model, shoot);
    await shootPitch(page, shoot);
  } finally {
    await profile.dispose();
    await server.dispose();
    await model.close();
  }
}
