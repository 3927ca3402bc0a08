/**
 * Runs over whole books. A run is one small row of the library: which chapters, and what became of each. Every window
 * sees it and can stop it; the leading window gives each chapter its turn, and goes on where a window that is gone had
 * stopped. A chapter's job is made when its turn comes, so that it knows what the chapters before it have used.
 */
import { BehaviorSubject, map, type Observable } from 'rxjs';
import type { RxCollection } from 'rxdb';
import type { Job } from '#processors/orchestrator/ports.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BookRun, BookRunChapter, Settings } from '../recto-app.ts';
import type { StateRow } from './collections.ts';
import { readChapter } from './change-book.ts';
import { findUngrown } from './find-ungrown.ts';
import type { Library } from './library.ts';
import { requestExpansion } from './request-expansion.ts';
import { toStorageError } from './storage-error.ts';

export interface BookRuns {
  readonly runs$: Observable<BookRun[]>;
  /** @throws RectoError already_exists: the book has a run that goes on; storage_full, storage_failed */
  start(bookId: string, chapterIds: readonly string[]): Promise<string>;
  /** Stops what runs of it, and all that waits. */
  stop(runId: string): Promise<void>;
  /** Only the leading window gives turns. */
  startRunning(): Promise<void>;
  /** Resolves when no turn can be given now. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface BookRunsOptions {
  library: Pick<Library, 'blobs' | 'stats' | 'chapters' | 'jobs'>;
  collection: RxCollection<StateRow>;
  readSettings(): Settings;
  newId(): string;
  now(): number;
}

const KEY = 'book-runs';
/** Ended runs that are remembered. */
const KEPT = 10;

export async function openBookRuns({ library, collection, readSettings, newId, now }: BookRunsOptions): Promise<BookRuns> {
  const row = await collection.findOne(KEY).exec();
  const runs = new BehaviorSubject<BookRun[]>(readRuns(row?.toJSON()));
  let running = false;
  let work: Promise<void> | null = null;
  let again = false;

  /** One write after another window's is done over what it wrote. */
  const change = async (next: (all: BookRun[]) => BookRun[]): Promise<void> => {
    try {
      const stored = (await collection.findOne(KEY).exec()) ?? (await collection.insertIfNotExists({ id: KEY, value: [] }));
      await stored.incrementalModify((was) => ({ ...was, value: next(readRuns(was)) }));
    } catch (thrown) {
      throw toStorageError(thrown);
    }
  };
  const changeChapter = (runId: string, chapterId: string, patch: Partial<BookRunChapter>): Promise<void> =>
    change((all) => all.map((run) => (run.id === runId ? { ...run, chapters: run.chapters.map((one) => (one.chapterId === chapterId ? { ...one, ...patch } : one)) } : run)));

  /** What is spent is spent for every chapter: none of the others is asked for then. */
  const fail = (runId: string, chapterId: string, error: Job['error']): Promise<void> => {
    const failed = { end: 'failed' as const, ...(error && { message: error.message }) };
    const isHit = (one: BookRunChapter): boolean => one.chapterId === chapterId || (error?.code === 'budget_exceeded' && one.jobId === null && one.end === null);
    return change((all) => all.map((run) => (run.id === runId ? { ...run, chapters: run.chapters.map((one) => (isHit(one) ? { ...one, ...failed } : one)) } : run)));
  };

  /** Writes down how the jobs of a run ended. @returns whether one of them has the turn */
  const settle = async (run: BookRun): Promise<boolean> => {
    let hasTurn = false;
    for (const { chapterId, jobId, end } of run.chapters) {
      if (jobId === null || end !== null) continue;
      const job = await library.jobs.read(jobId);
      if (job?.state === 'running' || (job?.state === 'queued' && job.attempts === 0)) hasTurn = true;
      // One that waits for another attempt holds nobody up.
      else if (job?.state === 'done') await changeChapter(run.id, chapterId, { end: 'done' });
      else if (job?.state === 'dead') await fail(run.id, chapterId, job.error);
      else if (job?.state !== 'queued') await changeChapter(run.id, chapterId, { end: 'cancelled' });
    }
    return hasTurn;
  };

  /** What becomes of a chapter whose turn it is. */
  const ask = async (bookId: string, chapterId: string): Promise<Partial<BookRunChapter>> => {
    const found = await readChapter(library, bookId, chapterId).catch(toGone);
    if (!found) return { end: 'cancelled' };
    const { chapter } = found;
    // Asked for already: by its author, or by this run before the window went.
    const [standing] = library.jobs.underWay(chapter.draft_blob_id);
    if (standing) return { jobId: standing.id };
    const { isStale } = await findUngrown(library, bookId, chapterId);
    return isStale ? { jobId: await requestExpansion(library, readSettings(), { bookId, chapterId }) } : { end: 'fresh' };
  };

  const giveTurn = async (run: BookRun): Promise<void> => {
    const next = run.chapters.find(({ jobId, end }) => jobId === null && end === null);
    if (next) {
      const { chapterId } = next;
      try {
        const patch = await ask(run.bookId, chapterId);
        await changeChapter(run.id, chapterId, patch);
        // Stopped in this moment: whoever did so knew of no job yet.
        const goesOn = (await readStored()).some(({ id }) => id === run.id);
        if (!goesOn && patch.jobId) await library.jobs.cancel(patch.jobId);
      } catch (thrown) {
        // One chapter that fails doesn't stop the others.
        await fail(run.id, chapterId, RectoError.from(thrown, 'internal'));
      }
    } else if (run.chapters.every(({ end }) => end !== null)) {
      await change((all) => all.map((one) => (one.id === run.id ? { ...one, endedAt: now() } : one)));
    }
  };

  /** As they are stored now: events tell of writes a moment later, and a turn given twice would never end. */
  const readStored = async (): Promise<BookRun[]> => {
    const [stored] = await collection.storageInstance.findDocumentsById([KEY], false);
    return readRuns(stored).filter(({ endedAt }) => endedAt === null);
  };

  const goOn = async (): Promise<void> => {
    do {
      again = false;
      for (const run of await readStored()) {
        if (!running || (await settle(run))) continue;
        const settled = (await readStored()).find(({ id }) => id === run.id);
        if (settled) await giveTurn(settled);
      }
    } while (again && running);
  };
  const wake = (): void => {
    again = true;
    // A store that fails: the next change of a job, or the next start, goes on.
    work ??= goOn().catch(() => undefined).finally(() => {
      work = null;
    });
  };

  const subscription = collection.eventBulks$.subscribe((bulk) => {
    const event = bulk.events.findLast(({ documentId }) => documentId === KEY);
    if (!event) return;
    runs.next(readRuns(event.documentData));
    if (running) wake();
  });
  const news = library.jobs.jobs$.pipe(map((jobs) => jobs.map(({ id, state, attempts }) => `${id} ${state} ${attempts}`).join()));
  let last = '';
  const follow = news.subscribe((state) => {
    if (running && state !== last) wake();
    last = state;
  });

  return {
    runs$: runs.asObservable(),
    async start(bookId, chapterIds) {
      const id = newId();
      const chapters = chapterIds.map((chapterId): BookRunChapter => ({ chapterId, jobId: null, end: null }));
      await change((all) => {
        if (all.some((run) => run.bookId === bookId && run.endedAt === null)) throw new RectoError('already_exists', 'This book is being expanded already. What was added to it since can be expanded when that is done.');
        const ended = all.filter(({ endedAt }) => endedAt !== null).slice(-KEPT);
        return [...all.filter(({ endedAt }) => endedAt === null), ...ended, { id, bookId, askedAt: now(), endedAt: null, chapters }].toSorted((a, b) => a.askedAt - b.askedAt);
      });
      return id;
    },
    async stop(runId) {
      const run = (await readStored()).find(({ id }) => id === runId);
      if (!run) return;
      // First what waits, so that no turn is given when what runs has stopped.
      await change((all) => all.map((one) => (one.id === runId ? stopped(one, now()) : one)));
      for (const { jobId, end } of run.chapters) if (jobId !== null && end === null) await library.jobs.cancel(jobId);
    },
    async startRunning() {
      running = true;
      wake();
    },
    async settled() {
      while (work) await work;
    },
    async close() {
      running = false;
      subscription.unsubscribe();
      follow.unsubscribe();
      await work;
      runs.complete();
    },
  };
}

/** Deleted since the run was asked for: no failure. */
function toGone(thrown: unknown): null {
  if (thrown instanceof RectoError && thrown.code === 'not_found') return null;
  throw thrown;
}

function stopped(run: BookRun, endedAt: number): BookRun {
  return { ...run, endedAt, chapters: run.chapters.map((chapter) => (chapter.end === null ? { ...chapter, end: 'cancelled' as const } : chapter)) };
}

function readRuns(row: { value: unknown } | undefined): BookRun[] {
  // What this app wrote; the row is its own.
  return Array.isArray(row?.value) ? (row.value as BookRun[]) : [];
}
