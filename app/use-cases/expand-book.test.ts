import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ProcessorRunner } from '#processors/contract/runner.ts';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { RectoError } from '#schemas/errors.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { Platform } from '../ports.ts';
import type { BookRun, RectoApp } from '../recto-app.ts';
import { createTestPlatform } from '../test-support/test-platform.ts';
import { addChapter } from './add-chapter.ts';
import { createBook } from './create-book.ts';
import { deleteChapter } from './delete-chapter.ts';
import { expandBook } from './expand-book.ts';
import { expandChapter } from './expand-chapter.ts';
import { retryJob } from './retry-job.ts';
import { stopBookRun } from './stop-book-run.ts';

const LINES = ['The keeper climbed the stairs at dusk.', 'Rain fell on the glass of the lamp room.', 'A boat turned away in the dark.', 'He read the letters again at supper.'];

let platform: Platform;
let app: RectoApp;
let bookId: string;
/** In the book's order. */
let chapterIds: string[];
/** Drafts as the processor was given them, a row a run that was begun. */
let asked: string[];
/** What becomes of a run before it begins. */
let before: (text: string, signal: AbortSignal) => Promise<void>;

const stalls = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

async function write(chapterId: string, text: string): Promise<void> {
  const book = await firstValueFrom(app.observeBook(bookId).pipe(filter((one) => one?.chapters.some(({ id }) => id === chapterId) === true)));
  const session = await app.openDraft(book!.chapters.find(({ id }) => id === chapterId)!.draftId);
  session.changed(() => text);
  await session.close();
}
const runWhere = (runId: string, test: (run: BookRun) => boolean): Promise<BookRun> =>
  firstValueFrom(app.bookRuns$.pipe(filter((runs) => runs.some((run) => run.id === runId && test(run))))).then((runs) => runs.find(({ id }) => id === runId)!);
const ended = (runId: string): Promise<BookRun> => runWhere(runId, ({ endedAt }) => endedAt !== null);
const ends = (run: BookRun): (string | null)[] => run.chapters.map(({ end }) => end);

beforeEach(async () => {
  asked = [];
  before = async () => undefined;
  const runner = createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) });
  const watched: ProcessorRunner = {
    async run(request, options) {
      const text = String(request.blob.data['content']);
      asked.push(text);
      await before(text, options.signal);
      return runner.run(request, options);
    },
    dispose: () => runner.dispose(),
  };
  platform = createTestPlatform({ runner: watched });
  app = await createApp(platform);
  let chapterId: string;
  ({ bookId, chapterId } = await createBook(app, { title: 'The Keeper', author: 'A. Writer', language: 'en-GB' }));
  chapterIds = [chapterId];
  for (const _line of LINES.slice(1)) chapterIds.push(await addChapter(app, bookId));
  for (const [index, line] of LINES.entries()) await write(chapterIds[index]!, line);
});
afterEach(() => app.close());

it('grows every chapter, one after the other, each with what those before it have used', async () => {
  const run = await ended(await expandBook(app, bookId));
  expect(ends(run)).toEqual(['done', 'done', 'done', 'done']);
  expect(asked).toEqual(LINES);
  const { jobs, chapters } = await coreOf(app).library();
  const used: string[] = [];
  for (const [index, { jobId }] of run.chapters.entries()) {
    expect((await jobs.read(jobId!))?.config['used_details']).toEqual([...new Set(used)].toSorted());
    used.push(...(chapters.head(chapterIds[index]!)?.used_details ?? []));
  }
  expect(used.length).toBeGreaterThan(0);
  await expect(expandBook(app, bookId)).rejects.toMatchObject({ code: 'input_invalid' });
});

it('leaves out what is fresh and what is empty', async () => {
  await write(chapterIds[2]!, ' ');
  const jobId = await expandChapter(app, { bookId, chapterId: chapterIds[0]! });
  await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some(({ id, state }) => id === jobId && state === 'done'))));
  const run = await ended(await expandBook(app, bookId));
  expect(run.chapters.map(({ chapterId }) => chapterId)).toEqual([chapterIds[1], chapterIds[3]]);
  expect(asked).toEqual([LINES[0], LINES[1], LINES[3]]);
});

it('goes on past a chapter that fails, which can be tried again', async () => {
  before = async (text) => {
    if (text === LINES[1]) throw new RectoError('provider_refused', 'The provider declined to write this.');
  };
  const run = await ended(await expandBook(app, bookId));
  expect(ends(run)).toEqual(['done', 'failed', 'done', 'done']);
  expect(run.chapters[1]?.message).toContain('declined');
  before = async () => undefined;
  await retryJob(app, run.chapters[1]!.jobId!);
  await firstValueFrom(app.observeExpansion(bookId, chapterIds[1]!).pipe(filter((view) => view !== null)));
  const history = await firstValueFrom(app.observeHistory().pipe(filter((jobs) => jobs.filter(({ state }) => state === 'done').length === 4)));
  expect(history[0]).toMatchObject({ id: run.chapters[1]!.jobId, state: 'done', bookId, chapterId: chapterIds[1] });
});

it('holds nobody up with a chapter that waits for another attempt', async () => {
  before = async (text) => {
    if (text === LINES[0]) throw new RectoError('provider_rate_limited', 'The provider is busy.', { retryAfterMs: 3_600_000 });
  };
  const runId = await expandBook(app, bookId);
  expect(ends(await runWhere(runId, ({ chapters }) => chapters.at(-1)?.end === 'done'))).toEqual([null, 'done', 'done', 'done']);
  await stopBookRun(app, runId);
});

it('is stopped all at once; what is grown stays', async () => {
  before = (text, signal) => (text === LINES[1] ? stalls(signal) : Promise.resolve());
  const runId = await expandBook(app, bookId);
  const { chapters } = await runWhere(runId, (run) => run.chapters[1]?.jobId != null);
  await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some(({ id, state }) => id === chapters[1]?.jobId && state === 'running'))));
  await expect(expandBook(app, bookId)).rejects.toMatchObject({ code: 'already_exists' });
  await stopBookRun(app, runId);
  expect(ends(await ended(runId))).toEqual(['done', 'cancelled', 'cancelled', 'cancelled']);
  await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.every(({ endedAt }) => endedAt !== null))));
  expect(asked).toEqual([LINES[0], LINES[1]]);
});

it('goes on at the next start where it was, and grows nothing twice', async () => {
  let runId = '';
  await new Promise<void>((reached) => {
    before = async (text, signal) => {
      if (text !== LINES[1]) return;
      reached();
      await stalls(signal);
    };
    void expandBook(app, bookId).then((id) => (runId = id));
  });
  await app.close();
  before = async () => undefined;
  app = await createApp(platform);
  expect(ends(await ended(runId))).toEqual(['done', 'done', 'done', 'done']);
  expect(asked).toEqual([LINES[0], LINES[1], LINES[1], LINES[2], LINES[3]]);
});

it('asks for no other chapter once the budget is spent, and says so; a later run has them all', async () => {
  before = async (text) => {
    if (text === LINES[1]) throw new RectoError('budget_exceeded', 'The budget of this month is spent.');
  };
  const run = await ended(await expandBook(app, bookId));
  expect(ends(run)).toEqual(['done', 'failed', 'failed', 'failed']);
  expect(run.chapters.map(({ message }) => message)).toEqual([undefined, ...Array.from({ length: 3 }, () => 'The budget of this month is spent.')]);
  expect(asked).toEqual([LINES[0], LINES[1]]);
  before = async () => undefined;
  expect(ends(await ended(await expandBook(app, bookId)))).toEqual(['done', 'done', 'done']);
});

it('leaves out a chapter that is deleted while it runs, and calls it no failure', async () => {
  let go = (): void => undefined;
  before = (text) => (text === LINES[0] ? new Promise((resolve) => (go = resolve)) : Promise.resolve());
  const runId = await expandBook(app, bookId);
  await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some(({ state }) => state === 'running'))));
  await expect.poll(() => asked).toHaveLength(1);
  await deleteChapter(app, bookId, chapterIds[2]!);
  go();
  expect(ends(await ended(runId))).toEqual(['done', 'done', 'cancelled', 'done']);
});

it('runs nothing more when it is stopped in the moment in which a chapter gets its turn', async () => {
  const { runs } = await coreOf(app).library();
  before = (_text, signal) => stalls(signal);
  const stopped = firstValueFrom(app.jobs$.pipe(filter((all) => all.length > 0))).then(() => runs.stop(runId));
  const runId = await expandBook(app, bookId);
  await stopped;
  await ended(runId);
  await runs.settled();
  const all = await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.every(({ endedAt }) => endedAt !== null))));
  expect(all.map(({ state }) => state)).toEqual(['cancelled']);
});
