import type { Page } from '@playwright/test';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '../processors/ai-service/test-support/scripted-openai-server.ts';
import { createBook, draft, expandChapter, expansion, fillInModelServer, waitForSaved, writeDraft } from './desk.ts';
import type { Desktop } from './desktop.ts';
import { expect, test as base } from './fixtures.ts';

const DRAFT = 'The keeper climbed the lighthouse stairs at dusk, one hand on the cold rail, and did not look down.';
const GROWN = 'The keeper climbed the lighthouse stairs at dusk, and from the scripted server a longer evening grew around him.';
const KEY = 'sk-a-secret-of-the-author';

const test = base.extend<{ model: ScriptedServer }>({
  model: async ({}, use) => {
    // No page may read what it answers: only a program can ask it.
    const model = await startScriptedOpenAiServer({ cors: false });
    await use(model);
    await model.close();
  },
});

async function begin(page: Page): Promise<void> {
  await createBook(page, 'Beside the Window', 'A. Writer');
  await writeDraft(page, DRAFT);
}

/** The processes in which processors run now. */
function findProcesses(desktop: Desktop): Promise<number[]> {
  return desktop.evaluate(({ app }) => app.getAppMetrics().flatMap(({ name, pid }) => (name === 'Recto processors' ? [pid] : [])));
}

async function useModel(page: Page, { url }: ScriptedServer, button: 'Keep' | 'Test' = 'Keep'): Promise<void> {
  await fillInModelServer(page, { url, model: MODEL, key: KEY });
  await page.getByRole('button', { name: button, exact: true }).click();
}

/** Everything that the page could have got hold of: what it shows, stores and was told. */
async function readPage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const texts = [document.documentElement.outerHTML, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name!);
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error));
      });
      for (const store of database.objectStoreNames) {
        const rows = await new Promise<unknown[]>((resolve, reject) => {
          const request = database.transaction(store).objectStore(store).getAll();
          request.addEventListener('success', () => resolve(request.result));
          request.addEventListener('error', () => reject(request.error));
        });
        texts.push(JSON.stringify(rows));
      }
      database.close();
    }
    const { recto } = window as unknown as { recto: { calls: Record<string, (input: object) => Promise<unknown>> } };
    for (const call of ['secrets.status', 'app.start']) texts.push(JSON.stringify(await recto.calls[call]!({})));
    return texts.join('\n');
  });
}

test('a draft is expanded by the built-in provider, in a process of its own', async ({ desktop }) => {
  await begin(desktop.page);
  await expandChapter(desktop.page);
  await expect(expansion(desktop.page)).toContainText('The keeper climbed', { timeout: 20_000 });
  await waitForSaved(desktop.page);
  expect(await findProcesses(desktop)).toHaveLength(1);
});

test('a provider that lets no page in is asked with the author’s key, which no page ever has', async ({ desktop, model }) => {
  const { page } = desktop;
  await begin(page);
  await useModel(page, model, 'Test');
  await expect(page.getByText(`The server answers and has ${MODEL}.`)).toBeVisible();
  await expect(page.getByLabel('Key')).toHaveValue('');
  await page.keyboard.press('Escape');
  model.script({ kind: 'stream', text: GROWN }, { kind: 'status', status: 401, body: `{"error":{"message":"Incorrect API key provided: ${KEY}"}}` });
  await expandChapter(page);
  await expect(expansion(page)).toContainText('a longer evening grew around him', { timeout: 20_000 });
  await page.getByRole('button', { name: 'Expand again' }).first().click();
  await expect(page.getByText(/refused the key/).first()).toBeVisible({ timeout: 20_000 });
  expect(model.requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
  expect(await readPage(page)).not.toContain(KEY);

  await desktop.close();
  const again = await desktop.open();
  await again.getByRole('link', { name: /Beside the Window/ }).or(draft(again)).first().click();
  await writeDraft(again, `${DRAFT} He sang.`);
  await expandChapter(again);
  await model.received(3);
  expect(model.requests[2]!.headers['authorization']).toBe(`Bearer ${KEY}`);
});

test('a process that is killed while it writes takes nothing else with it, and its job ends in another', async ({ desktop, model }) => {
  const { page } = desktop;
  await begin(page);
  await useModel(page, model);
  await page.keyboard.press('Escape');
  model.script({ kind: 'stall', text: 'The keeper climbed' }, { kind: 'stream', text: GROWN });
  await expandChapter(page);
  await model.received(1);
  const [first] = await findProcesses(desktop);
  process.kill(first!, 'SIGKILL');
  await page.getByRole('tab', { name: 'Write' }).click();
  await writeDraft(page, `${DRAFT} He sang.`);
  await expect(draft(page)).toHaveText(`${DRAFT} He sang.`);
  await model.received(2);
  await page.getByRole('tab', { name: 'Book view' }).click();
  await expect(expansion(page)).toContainText('a longer evening grew around him', { timeout: 30_000 });
  expect(await findProcesses(desktop)).not.toContain(first);
});

test('a process that hangs is put away when its job is cancelled, and the next one is served', async ({ desktop, model }) => {
  test.skip(process.platform === 'win32', 'Windows can’t stop a process from outside.');
  const { page } = desktop;
  await begin(page);
  await useModel(page, model);
  await page.keyboard.press('Escape');
  model.script({ kind: 'stall', text: 'The keeper climbed' }, { kind: 'stream', text: GROWN });
  await expandChapter(page);
  await model.received(1);
  const [hung] = await findProcesses(desktop);
  process.kill(hung!, 'SIGSTOP');
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0, { timeout: 15_000 });
  await expect.poll(() => findProcesses(desktop), { timeout: 15_000 }).not.toContain(hung);
  await page.getByRole('button', { name: 'Expand', exact: true }).click();
  await expect(expansion(page)).toContainText('a longer evening grew around him', { timeout: 30_000 });
});

test('no text goes to a provider elsewhere before the author has said yes, in a dialog that no page draws', async ({ desktop, model }) => {
  const { page } = desktop;
  await begin(page);
  await useModel(page, { ...model, url: 'https://models.example.invalid/v1' });
  await page.keyboard.press('Escape');
  await desktop.answerDialog('showMessageBox', { button: 'Cancel' });
  await expandChapter(page);
  await expect(page.getByText(/You said no to models\.example\.invalid/).first()).toBeVisible({ timeout: 20_000 });
  await expect(expansion(page)).toHaveCount(0);
  expect((await desktop.readRecord()).dialogs).toMatchObject([{ message: 'Send passages of your books to https://models.example.invalid?' }]);
  await page.getByRole('tab', { name: 'Write' }).click();
  await expect(draft(page)).toHaveText(DRAFT);
});

test('processes end with their page', async ({ desktop }) => {
  await begin(desktop.page);
  await expandChapter(desktop.page);
  await expect(expansion(desktop.page)).toContainText('The keeper climbed', { timeout: 20_000 });
  const [first] = await findProcesses(desktop);
  await desktop.page.reload();
  await expect.poll(() => findProcesses(desktop), { timeout: 15_000 }).toEqual([]);
  expect(() => process.kill(first!, 0)).toThrow('ESRCH');
});

test('where nothing keeps secrets safe, a key is kept until Recto closes, and the settings say so', async ({ newDesktop, model }) => {
  const desktop = newDesktop();
  test.skip(process.platform !== 'linux', 'Only Linux may have no keychain.');
  const env = { RECTO_E2E_KEYCHAIN: 'basic_text' };
  const page = await desktop.open({ env });
  await begin(page);
  await useModel(page, model);
  await expect(page.getByText(/Kept until Recto closes/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expandChapter(page);
  await model.received(1);
  await desktop.close();
  const again = await desktop.open({ env });
  await again.getByRole('link', { name: /Beside the Window/ }).or(draft(again)).first().click();
  await writeDraft(again, `${DRAFT} He sang.`);
  await expandChapter(again);
  await model.received(2);
  expect(model.requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${KEY}`, undefined]);
});
