import { filter, firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import { sumUsage, sumUsageBy } from '../domain/sum-usage.ts';
import type { JobView, RectoApp } from '../recto-app.ts';
import { createTestPlatform, STORAGES } from '../test-support/test-platform.ts';
import { cancelJob } from '../use-cases/cancel-job.ts';
import { createBook } from '../use-cases/create-book.ts';
import { expandChapter } from '../use-cases/expand-chapter.ts';
import { readAiSettings } from '../use-cases/read-ai-settings.ts';
import { retryJob } from '../use-cases/retry-job.ts';
import { updateSettings } from '../use-cases/update-settings.ts';
import { readRowsOf } from './state-rows.ts';

const DRAFT = ['The keeper climbed the stairs at dusk.', 'Nobody had come since March.', 'He lit the lamp and waited.'].join('\n\n');
/** For 100 tokens in and 50 out. */
const PRICE = { input: 10_000, output: 20_000 };
const COST = 2;

let server: ScriptedServer;
let app: RectoApp;
let storage: ReturnType<(typeof STORAGES)['memory']>;
let bookId: string;
let chapterId: string;
/** What the runs of an app may spend. */
let budgets: (number | undefined)[];

beforeAll(async () => {
  server = await startScriptedOpenAiServer();
});
afterAll(() => server.close());

/** An app of its own on the same disk, with a processor host that remembers nothing. */
async function startApp(): Promise<RectoApp> {
  const made: { app?: RectoApp } = {};
  const runner = createInProcessRunner({
    processors: PROCESSORS,
    async aiSettings() {
      const settings = await readAiSettings(made.app!);
      budgets.push(settings.budget);
      return settings;
    },
  });
  made.app = await createApp(createTestPlatform({ runner, storage }));
  return made.app;
}

const jobWhere = (id: string, test: (job: JobView) => boolean): Promise<JobView> =>
  firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some((job) => job.id === id && test(job))))).then((jobs) => jobs.find((job) => job.id === id)!);
const keptRows = async (): Promise<number> => (await readRowsOf((await coreOf(app).library()).database.settings, 'answer/')).length;

afterEach(() => app.close());

describe.each(Object.entries(STORAGES))('a chapter that a model expands (%s)', (_name, createStorage) => {
  beforeEach(async () => {
    storage = createStorage() as typeof storage;
    server.requests.length = 0;
    budgets = [];
    app = await startApp();
    ({ bookId, chapterId } = await createBook(app, { title: 'The Keeper', author: 'A. Writer', language: 'en-GB' }));
    const book = await firstValueFrom(app.observeBook(bookId).pipe(filter((one) => one !== null)));
    const session = await app.openDraft(book.chapters[0]!.draftId);
    session.changed(() => DRAFT);
    await session.close();
    await updateSettings(app, { ai: { provider: 'openai-compatible', baseUrl: server.url, model: MODEL, price: PRICE } });
  });

  it('is paid for once, where the app goes in the middle and comes again', async () => {
    server.script({ kind: 'stream' }, { kind: 'stream' }, { kind: 'stall', text: 'He lit' });
    const jobId = await expandChapter(app, { bookId, chapterId });
    await server.received(3);
    expect(await keptRows()).toBe(2);
    await app.close();
    app = await startApp();
    await jobWhere(jobId, ({ state }) => state === 'done');
    // The two that were answered, the one that broke off, and that one once more.
    expect(server.requests).toHaveLength(4);
    await expect.poll(keptRows).toBe(0);
    const entries = await firstValueFrom(app.usage$);
    const expansion = await firstValueFrom(app.observeExpansion(bookId, chapterId).pipe(filter((view) => view !== null)));
    expect(expansion.text.match(/scripted model/g)).toHaveLength(3);
    expect(sumUsage(entries).cost).toBeGreaterThanOrEqual(3 * COST);
    expect(sumUsageBy(entries, (entry) => entry.bookId).get(bookId)).toEqual(sumUsage(entries));
  });

  it('forgets what was answered for a job that is cancelled', async () => {
    server.script({ kind: 'stream' }, { kind: 'stall' });
    const jobId = await expandChapter(app, { bookId, chapterId });
    await server.received(2);
    expect(await keptRows()).toBe(1);
    await cancelJob(app, jobId);
    await expect.poll(keptRows).toBe(0);
  });

  it('stops at the month’s budget, keeps what is done, and goes on from there when the budget is raised', async () => {
    const settings = await readAiSettings(app);
    // A passage is expected to cost about 6, for its prompt has some 500 tokens.
    await updateSettings(app, { ai: { ...settings, budget: 8 } });
    const jobId = await expandChapter(app, { bookId, chapterId });
    const failed = await jobWhere(jobId, ({ state }) => state === 'failed');
    expect(failed).toMatchObject({ attempts: 1, error: { code: 'budget_exceeded', message: expect.stringContaining('What is written is kept') as string } });
    const paid = server.requests.length;
    expect(paid).toBeGreaterThan(0);
    expect(paid).toBeLessThan(3);
    expect(await keptRows()).toBe(paid);
    await updateSettings(app, { ai: { ...settings, budget: 100 } });
    await retryJob(app, jobId);
    await jobWhere(jobId, ({ state }) => state === 'done');
    expect(server.requests).toHaveLength(3);
    expect(budgets).toEqual([8, 100 - paid * COST]);
    expect(sumUsage(await firstValueFrom(app.usage$)).cost).toBe(3 * COST);
    // Neither price nor budget makes another text.
    expect((await (await coreOf(app).library()).jobs.read(jobId))!.config['ai']).toEqual({ provider: 'openai-compatible', baseUrl: server.url, model: MODEL });
  });
});

describe('the sum of what was used', () => {
  it('says where some of it has no price', () => {
    const amount = { inputTokens: 1, outputTokens: 2 };
    expect(sumUsage([{ ...amount, cost: 3 }, { ...amount, cost: null }])).toEqual({ inputTokens: 2, outputTokens: 4, cost: 3, isPartlyUnpriced: true });
    expect(sumUsage([])).toEqual({ inputTokens: 0, outputTokens: 0, cost: null, isPartlyUnpriced: false });
    expect(sumUsage([{ ...amount, cost: null }]).cost).toBeNull();
  });
});
