import { CLAUDE, startScriptedAnthropicServer } from '../processors/ai-service/test-support/scripted-anthropic-server.ts';
import { MODEL, startScriptedOpenAiServer, type ScriptedAnswer, type ScriptedServer } from '../processors/ai-service/test-support/scripted-openai-server.ts';
import { createBook, draft, expandChapter, expansion, signIn, useModelServer, waitForSaved, writeDraft } from './desk.ts';
import { expect, ONLY_IN_A_BROWSER, test as base } from './fixtures.ts';

const DRAFT = 'The keeper climbed the lighthouse stairs at dusk, one hand on the cold rail, and did not look down.';
const GROWN = 'The keeper climbed the lighthouse stairs at dusk, and from the scripted server a longer evening grew around him.';

const test = base.extend<{ model: ScriptedServer }>({
  model: async ({}, use) => {
    const model = await startScriptedOpenAiServer();
    await use(model);
    await model.close();
  },
});

test.beforeEach(async ({ page, model }) => {
  await createBook(page, 'By a Model', 'M.');
  await writeDraft(page, DRAFT);
  await useModelServer(page, { url: model.url, model: MODEL, key: 'sk-a-secret' });
});

test('a passage streams in, says which model wrote it, and the key is in no stored text', async ({ page, model }) => {
  model.script({ kind: 'stream', text: GROWN });
  await expandChapter(page);
  await expect(expansion(page)).toContainText('a longer evening grew around him', { timeout: 20_000 });
  await expansion(page).getByText('a longer evening').click();
  await page.getByRole('button', { name: /About passage 1/ }).click();
  await expect(page.getByText(MODEL).first()).toBeVisible();
  expect(model.requests[0]?.headers['authorization']).toBe('Bearer sk-a-secret');
  expect(model.requests[0]?.body.messages?.map((message) => message.content).join('\n')).toContain(DRAFT);
});

const failures: { what: string; answers: ScriptedAnswer[]; sentence: RegExp }[] = [
  { what: 'refuses the key', answers: [{ kind: 'status', status: 401 }], sentence: /key/i },
  { what: 'cuts the text off', answers: [{ kind: 'stream', text: 'The keeper climbed', finish: 'length' }], sentence: /stopped before|cut|whole|end/i },
  { what: 'declines to write', answers: [{ kind: 'stream', text: '', finish: 'content_filter' }], sentence: /declined|refused/i },
];
for (const { what, answers, sentence } of failures)
  test(`a model that ${what} is a failure that says so, and every word is still there`, async ({ page, model }) => {
    for (let tries = 0; tries < 5; tries++) model.script(...answers);
    await expandChapter(page);
    await expect(page.getByText(sentence).first()).toBeVisible({ timeout: 60_000 });
    await expect(expansion(page)).toHaveCount(0);
    await expect(draft(page)).toHaveText(DRAFT);
    await waitForSaved(page);
  });

test('a busy model is asked again after the time that it names', async ({ page, model }) => {
  model.script({ kind: 'status', status: 429, headers: { 'retry-after': '1' } }, { kind: 'stream', text: GROWN });
  await expandChapter(page);
  await expect(expansion(page)).toContainText('a longer evening grew around him', { timeout: 40_000 });
  expect(model.requests).toHaveLength(2);
});

test('a model that stalls is stopped at once by Cancel', async ({ page, model }) => {
  model.script({ kind: 'stall', text: 'The keeper' });
  await expandChapter(page);
  await model.received(1);
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await model.requests[0]?.closed;
  await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
  await expect(draft(page)).toHaveText(DRAFT);
});

test('Anthropic is asked for its models, writes, and stops at the budget', async ({ page }) => {
  const claude = await startScriptedAnthropicServer();
  await page.keyboard.press('ControlOrMeta+,');
  await page.getByRole('combobox', { name: 'Text provider' }).click();
  await page.getByRole('option', { name: /Anthropic/ }).click();
  await expect(page.getByLabel('Base URL')).toHaveValue('https://api.anthropic.com/v1');
  await page.getByLabel('Base URL').fill(claude.url);
  await page.getByLabel('Model', { exact: true }).fill(CLAUDE);
  await page.getByLabel('Price of a million tokens in').fill('10000');
  await page.getByLabel('Price of a million tokens out').fill('20000');
  await page.getByLabel('Budget a month').fill('1');
  await page.getByLabel('Key').fill('sk-ant-a-secret');
  await page.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText('The server answers', { exact: false })).toBeVisible();
  await page.keyboard.press('Escape');
  await expandChapter(page);
  await expect(page.getByText(/budget for text providers/).first()).toBeVisible({ timeout: 20_000 });
  expect(claude.requests).toHaveLength(0);
  await page.keyboard.press('ControlOrMeta+,');
  await page.getByLabel('Budget a month').fill('1000');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await page.keyboard.press('Escape');
  await expandChapter(page);
  await expect(expansion(page)).toContainText('The scripted model adds', { timeout: 20_000 });
  expect(claude.requests[0]?.headers['x-api-key']).toBe('sk-ant-a-secret');
  await claude.close();
});

test('who is signed in sets who writes in the cloud, and the key never comes back', ONLY_IN_A_BROWSER, async ({ page }) => {
  await signIn(page, 'Create account', 'cloud-writer@example.org', 'correct horse battery');
  await page.getByRole('button', { name: 'Leave it here' }).click();
  await page.keyboard.press('ControlOrMeta+,');
  await page.getByText('Who writes in the cloud').click();
  await page.getByLabel('Its model').fill(CLAUDE);
  await page.getByLabel('Its secret').fill('sk-ant-a-secret');
  await page.getByRole('button', { name: 'Keep on the server' }).click();
  await expect(page.getByText('Kept on the server.').first()).toBeVisible();
  await expect(page.getByText('The server has one, sealed.', { exact: false })).toBeVisible();
  await expect(page.getByLabel('Its secret')).toHaveValue('');
  await page.getByRole('button', { name: 'Forget' }).click();
  await expect(page.getByText('the server’s own provider writes', { exact: false }).first()).toBeVisible();
});
