import { filter, firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTokenCounter } from '#processors/ai-service/count-tokens.ts';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { estimatePitch as estimateWholePitch } from '#processors/pitch-builder/estimate-pitch.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { createTestPlatform, readerOf } from '../test-support/test-platform.ts';
import { estimatePitch } from './estimate-pitch.ts';
import { importManuscript } from './import-manuscript.ts';
import { makePitch } from './make-pitch.ts';
import { updateSettings } from './update-settings.ts';

const CHAPTERS = ['captain', 'dancer', 'hunter'].map((who) => ({ title: who, content: `The ${who} walked slowly along the quiet harbour with a lantern, and nobody came. `.repeat(40) }));

let model: ScriptedServer;
let app: RectoApp;
let bookId: string;

beforeAll(async () => {
  model = await startScriptedOpenAiServer();
  model.writes(({ system, user }) => (system.startsWith('You read one chapter') ? 'Someone walks.\nNobody comes.' : [...new Set([...user.matchAll(/^\[(\d+)\]/gm)].map(([, number]) => number))].map((number) => `[${number}] Someone walks in ${number}.`).join('\n')));
  app = await createApp(createTestPlatform({
    runner: createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'openai-compatible', baseUrl: model.url, model: MODEL }) }),
    readManuscript: readerOf({ title: 'The Keeper', author: 'A. Writer', language: 'en-GB', warnings: [], chapters: CHAPTERS }),
    estimatePitch: async (chapters, settings) => estimateWholePitch(chapters, settings, await loadTokenCounter()),
  }));
  ({ bookId } = await importManuscript(app, { kind: 'file', name: 'book.md', bytes: new Uint8Array() }, { signal: new AbortController().signal, onProgress: () => undefined }));
});
afterAll(async () => {
  await app.close();
  await model.close();
});

it('a pitch says what it takes before it is asked for: the chapters that were not read yet, by the author’s prices, beside what the budget has left', async () => {
  expect(await estimatePitch(app, bookId)).toEqual({ runAt: 'device', provider: 'built-in', usage: null });
  await updateSettings(app, { ai: { provider: 'openai-compatible', baseUrl: model.url, model: MODEL, price: { input: 3, output: 15 }, budget: 5 } });
  const before = await estimatePitch(app, bookId);
  expect(before).toMatchObject({ provider: 'openai-compatible', usage: { passages: 3 }, budgetLeft: 5 });
  expect(before.usage!.cost).toBeGreaterThan(0);
  expect(model.requests).toHaveLength(0);

  const jobId = await makePitch(app, { bookId });
  await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some(({ id, state }) => id === jobId && state === 'done'))));
  const after = await estimatePitch(app, bookId);
  expect(after.usage).toMatchObject({ passages: 0 });
  expect(after.usage!.cost!).toBeLessThan(before.usage!.cost!);

  const book = await firstValueFrom(app.observeBook(bookId).pipe(filter((seen) => seen !== null)));
  const session = await app.openDraft(book.chapters[1]!.draftId);
  session.changed(() => `${CHAPTERS[1]!.content} Then it rained.`);
  await session.close();
  expect((await estimatePitch(app, bookId)).usage).toMatchObject({ passages: 1 });
});
