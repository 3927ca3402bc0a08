/** A job that its author has run on the server: real server, real sync, a bad network between. */
import { filter, firstValueFrom, map } from 'rxjs';
import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { startServer } from '#sync-server/server.ts';
import { readSettings } from '#sync-server/settings.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { JobView, ProcessorInstance, RectoApp } from '../recto-app.ts';
import { askAnotherGo } from '../use-cases/ask-another-go.ts';
import { cancelJob } from '../use-cases/cancel-job.ts';
import { configureProcessor } from '../use-cases/configure-processor.ts';
import { createBook } from '../use-cases/create-book.ts';
import { dropDeadLetter, listDeadLetters, replayDeadLetter } from '../use-cases/dead-letters.ts';
import { editExpansion } from '../use-cases/edit-expansion.ts';
import { expandChapter } from '../use-cases/expand-chapter.ts';
import { listProcessors } from '../use-cases/list-processors.ts';
import { retryJob } from '../use-cases/retry-job.ts';
import { signIn } from '../use-cases/sign-in.ts';
import { signUp } from '../use-cases/sign-up.ts';
import { tellInstance } from './processor-api.ts';
import { startFaultProxy, type FaultProxy } from '../test-support/fault-proxy.ts';
import { createDevicePlatform } from './sync-rig.acceptance.ts';

let folder: string;
let model: ScriptedServer;
let server: Awaited<ReturnType<typeof startServer>>;
let proxy: FaultProxy;
let app: RectoApp;
let place: { bookId: string; chapterId: string };

const jobWhere = (id: string, test: (job: JobView) => boolean): Promise<JobView> =>
  firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some((job) => job.id === id && test(job))))).then((jobs) => jobs.find((job) => job.id === id)!);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recto-cloud-'));
  model = await startScriptedOpenAiServer();
  server = await startServer(readSettings({ RECTO_DATA_DIR: folder, RECTO_PORT: '0', RECTO_AI_PROVIDER: 'openai-compatible', RECTO_AI_BASE_URL: model.url, RECTO_AI_MODEL: MODEL, RECTO_AI_KEY: 'key' }));
  proxy = await startFaultProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

let authors = 0;
beforeEach(async () => {
  authors += 1;
  model.requests.length = 0;
  // Its own runner refuses everything: what is done was done on the server.
  app = await createApp(createDevicePlatform());
  await signUp(app, { server: proxy.url, email: `author-${authors}@example.org`, password: 'correct horse battery' });
  place = await createBook(app, { title: 'The Keeper', author: 'A. Writer' });
  const book = await firstValueFrom(app.observeBook(place.bookId).pipe(filter((one) => one?.chapters.length === 1)));
  const session = await app.openDraft(book!.chapters[0]!.draftId);
  session.changed(() => 'The keeper climbed the lighthouse stairs at dusk.');
  await session.close();
  await configureProcessor(app, 'text-expansion', { runAt: 'cloud', config: { style: 'formal' } });
});
afterEach(() => app.close());

it('is done there, once the draft has come there, and its expansion comes by sync, once', async () => {
  expect((await listProcessors(app))[0]).toMatchObject({ isOnServer: true, instance: { runAt: 'cloud' } });
  const id = await expandChapter(app, place);
  await jobWhere(id, ({ state }) => state === 'done');
  const view = await firstValueFrom(app.observeExpansion(place.bookId, place.chapterId).pipe(filter((one) => one !== null)));
  expect(view.text).toContain('The scripted model adds');
  expect(view.blob.data.metadata).toMatchObject({ model: MODEL, style: 'formal' });
  const thread = await firstValueFrom(app.observeThread(place.bookId, place.chapterId));
  expect(thread.map(({ kind }) => kind).toSorted()).toEqual(['draft', 'expansion']);
  expect(model.requests).toHaveLength(1);
});

it('waits for a connection, and says so', async () => {
  proxy.cut();
  const id = await expandChapter(app, place);
  await jobWhere(id, ({ progress }) => progress?.message === 'Waits for a connection to the server');
  expect(model.requests).toHaveLength(0);
  proxy.join();
  await jobWhere(id, ({ state }) => state === 'done');
});

it('is stopped there, too', async () => {
  model.script({ kind: 'stall', text: 'The keeper' });
  const id = await expandChapter(app, place);
  await model.received(1);
  await cancelJob(app, id);
  await model.requests[0]!.closed;
  expect((await jobWhere(id, ({ endedAt }) => endedAt !== null)).state).toBe('cancelled');
});

it('that fails for good is a dead letter there, which is replayed or dropped', async () => {
  model.script({ kind: 'status', status: 401 });
  const id = await expandChapter(app, place);
  expect((await jobWhere(id, ({ state }) => state === 'failed')).error?.message).toContain('On the server: ');
  const [letter] = await listDeadLetters(app);
  expect(letter).toMatchObject({ processorId: 'text-expansion', attempts: 1, message: expect.stringContaining('key') });
  model.script({ kind: 'status', status: 401 });
  await replayDeadLetter(app, letter!.id);
  await model.received(2);
  await expect.poll(() => listDeadLetters(app)).toHaveLength(1);
  await dropDeadLetter(app, letter!.id);
  expect(await listDeadLetters(app)).toEqual([]);
});

it('goes on there while the app is closed, and is neither stopped nor paid for again at the next start', async () => {
  const { email, password } = { email: `author-${authors}@example.org`, password: 'correct horse battery' };
  model.script({ kind: 'stall', text: 'The keeper' });
  await expandChapter(app, place);
  await model.received(1);
  await app.close();
  app = await createApp(createDevicePlatform());
  await signIn(app, { server: proxy.url, email, password });
  const jobs = (await coreOf(app).account.connection!.fetch('/api/v1/jobs', { method: 'GET' }).then((reply) => reply.json())) as { jobs: { state: string }[] };
  expect(jobs.jobs.map(({ state }) => state)).toEqual(['running']);
});

it('is one expansion, also where the server has more in its config than this device', async () => {
  const { connection, session } = coreOf(app).account;
  await tellInstance(connection!, session!.server, 'text-expansion', { active: true, runAt: 'cloud', mode: 'asked', pauseSeconds: 20, config: { style: 'casual', keep_quotes: true } });
  await jobWhere(await expandChapter(app, place), ({ state }) => state === 'done');
  const thread = await firstValueFrom(app.observeThread(place.bookId, place.chapterId));
  expect(thread.map(({ kind }) => kind).toSorted()).toEqual(['draft', 'expansion']);
});

it('keeps what its author wrote in the expansion while the next one was grown there', async () => {
  await jobWhere(await expandChapter(app, place), ({ state }) => state === 'done');
  const first = await firstValueFrom(app.observeExpansion(place.bookId, place.chapterId).pipe(filter((one) => one !== null)));
  let letThrough = (): void => undefined;
  const written = new Promise<void>((resolve) => (letThrough = resolve));
  proxy.decide = async (path) => {
    if (path.endsWith('/api/v1/jobs')) await written;
    return 'pass' as const;
  };
  const id = await askAnotherGo(app, place, 'Slower.');
  await jobWhere(id, ({ state }) => state === 'running');
  await editExpansion(app, { ...place, text: `${first.text}\n\nHe sang.` });
  letThrough();
  await jobWhere(id, ({ state }) => state === 'done');
  const shown = await firstValueFrom(app.observeExpansion(place.bookId, place.chapterId).pipe(filter((one) => one !== null)));
  expect(shown.text).toContain('He sang.');
  const thread = await firstValueFrom(app.observeThread(place.bookId, place.chapterId));
  expect(thread.map(({ kind }) => kind)).toContain('expansion');
  proxy.decide = () => 'pass';
});

it('takes over what was asked for on this device, without the device’s choice of a provider', async () => {
  await configureProcessor(app, 'text-expansion', { runAt: 'device' });
  const id = await expandChapter(app, place);
  await jobWhere(id, ({ endedAt, nextAttemptAt }) => endedAt !== null || nextAttemptAt !== null);
  await cancelJob(app, id);
  await configureProcessor(app, 'text-expansion', { runAt: 'cloud' });
  await retryJob(app, id);
  await jobWhere(id, ({ state }) => state === 'done');
  const { jobs } = (await coreOf(app).account.connection!.fetch('/api/v1/jobs', { method: 'GET' }).then((reply) => reply.json())) as { jobs: { config: object }[] };
  expect(jobs.map(({ config }) => 'ai' in config)).toEqual([false]);
});

describe('how an account has its processors', () => {
  const instanceIn = (of: RectoApp, test: (instance: ProcessorInstance) => boolean) =>
    firstValueFrom(of.settings$.pipe(map(({ processors }) => processors['text-expansion']), filter((instance) => instance !== undefined && test(instance))));

  it('is the same on a second device, which also learns what is turned off on this computer alone', async () => {
    const other = await createApp(createDevicePlatform());
    await signIn(other, { server: proxy.url, email: `author-${authors}@example.org`, password: 'correct horse battery' });
    expect(await instanceIn(other, ({ runAt }) => runAt === 'cloud')).toMatchObject({ active: true, mode: 'asked', config: { style: 'formal' } });
    await configureProcessor(app, 'text-expansion', { runAt: 'device' });
    await configureProcessor(app, 'text-expansion', { active: false });
    expect((await listProcessors(other))[0]?.instance).toMatchObject({ active: false, runAt: 'device' });
    await other.close();
  });

  it('is kept here without a connection, and told when it is back', async () => {
    proxy.cut();
    await expect(configureProcessor(app, 'text-expansion', { config: { style: 'casual' } })).rejects.toMatchObject({ code: 'network' });
    expect((await instanceIn(app, () => true))?.config).toEqual({ style: 'casual' });
    proxy.join();
    const other = await createApp(createDevicePlatform());
    await signIn(other, { server: proxy.url, email: `author-${authors}@example.org`, password: 'correct horse battery' });
    await expect.poll(async () => (await listProcessors(other))[0]?.instance.config).toEqual({ style: 'casual' });
    expect((await listProcessors(app))[0]?.instance.config).toEqual({ style: 'casual' });
    await other.close();
  });
});
