/**
 * The jobs of a library. Every window can ask for one and sees them all; the leading window runs them, and takes up what
 * a window that is gone had left.
 */
import { BehaviorSubject, defer, distinctUntilChanged, map, merge, Subject, switchMap, type Observable } from 'rxjs';
import type { RxCollection } from 'rxdb';
import type { Progress } from '#processors/contract/processor.ts';
import { startTimer } from '#processors/contract/timers.ts';
import { createOrchestrator } from '#processors/orchestrator/orchestrator.ts';
import type { Job, JobState } from '#processors/orchestrator/ports.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Platform } from '../ports.ts';
import type { JobView } from '../recto-app.ts';
import type { LocalState } from '../sync/sync-types.ts';
import type { BlobStore } from './blob-store.ts';
import { createDerivedPorts } from './derived-writer.ts';
import { DEVICE_MANIFESTS } from './device-processors.ts';
import type { JobAnswers } from './job-answers.ts';
import { toJob, type LibraryJobStore } from './job-store.ts';
import type { StatsIndex } from './stats-index.ts';
import type { UsageLedger } from './usage-ledger.ts';

export interface JobDesk {
  /** Jobs that wait, run, or ended since this window opened the library. */
  readonly jobs$: Observable<JobView[]>;
  /** @throws RectoError configuration (its author has it off), processor_unknown, storage_full, storage_failed */
  enqueue(request: { processorId: string; blobId: string; blobVersion: number; config: Record<string, unknown> }): Promise<string>;
  /** False: it had ended. */
  cancel(jobId: string): Promise<boolean>;
  /** The same wish once more. @throws RectoError not_found */
  retry(jobId: string): Promise<void>;
  read(jobId: string): Promise<Job | null>;
  /** The jobs on a blob that wait or run. */
  underWay(blobId: string): Job[];
  /** The job on a blob that ended last since this window opened the library; null: none. */
  lastEnded(blobId: string): Job | null;
  /** Jobs that are done or failed, of earlier starts too, the newest first. */
  observeHistory(): Observable<JobView[]>;
  /** Ended jobs are shown no more; what they made, and what they are known by, stays. @throws RectoError storage_full, storage_failed */
  clearHistory(): Promise<void>;
  /** Only the leading window runs jobs. */
  startRunning(): Promise<void>;
  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface JobDeskOptions {
  platform: Pick<Platform, 'clock' | 'runner'>;
  userId: string;
  blobs: BlobStore;
  stats: StatsIndex;
  store: LibraryJobStore;
  collection: RxCollection<Job>;
  answers: JobAnswers;
  usage: UsageLedger;
  /** Of the library. */
  state: LocalState;
  /** Whether the author has a processor on. */
  isOn(processorId: string): boolean;
  /** Jobs that had not ended when the library was opened. */
  left: readonly Job[];
}

/** Partial texts come at every token; nobody reads faster than this. */
const TELL_EVERY_MS = 100;
/** Ended jobs up to this time are not listed any more. */
const CLEARED_KEY = 'jobs-cleared';
/** What a list of finished work shows. */
const HISTORY = 100;
/** What runs is given up after this when the library closes, and taken up again at the next start. */
const CLOSE_GRACE_MS = 0;

const VIEW_STATES: Record<JobState, JobView['state']> = {
  queued: 'queued', running: 'running', done: 'done', superseded: 'cancelled', cancelled: 'cancelled', dead: 'failed',
};

export function createJobDesk({ platform, userId, blobs, stats, store, collection, answers, usage, state, isOn, left }: JobDeskOptions): JobDesk {
  const jobs = new Map<string, Job>();
  const progress = new Map<string, Progress>();
  const views = new BehaviorSubject<JobView[]>([]);
  const cleared = new Subject<void>();
  let tellTimer: ReturnType<typeof setTimeout> | undefined;
  let running = false;

  const tell = (): void => {
    clearTimeout(tellTimer);
    tellTimer = undefined;
    views.next([...jobs.values()].toSorted((a, b) => a.created_at - b.created_at).map(toView));
  };
  const toView = (job: Job): JobView => {
    const row = stats.get(job.blob_id);
    return {
      id: job.id,
      processorId: job.processor_id,
      blobId: job.blob_id,
      ...(row?.book_id !== undefined && { bookId: row.book_id }),
      ...(row?.conversation_id !== undefined && { chapterId: row.conversation_id }),
      attempts: job.attempts,
      askedAt: job.created_at,
      endedAt: isUnderWay(job) ? null : job.updated_at,
      nextAttemptAt: job.state === 'queued' && job.attempts > 0 ? job.not_before : null,
      state: VIEW_STATES[job.state],
      progress: progress.get(job.id) ?? null,
      error: job.error ? { code: job.error.code, message: job.error.message } : null,
    };
  };

  const orchestrator = createOrchestrator({
    jobs: store,
    blobs: createDerivedPorts(blobs, store),
    runner: platform.runner,
    clock: { now: () => platform.clock.now(), after: startTimer },
    random: Math.random,
    manifests: () => DEVICE_MANIFESTS,
    // Nothing runs by itself on this device: each job is an author's wish.
    instanceConfig: async () => null,
    answersOf: (job) => answers.of(job),
    onUsage: (job, used) => usage.note(job, used, stats.get(job.blob_id)?.book_id),
    onProgress(job, step) {
      progress.set(job.id, step);
      tellTimer ??= setTimeout(tell, TELL_EVERY_MS);
    },
  });

  const notice = (job: Job): void => {
    const before = jobs.get(job.id);
    jobs.set(job.id, job);
    if (job.state !== 'running') progress.delete(job.id);
    if (before?.state !== job.state || before.error !== job.error) tell();
    if (!running) return;
    // What is left now goes at the next start.
    void answers.noteEnd(job).catch(() => undefined);
    // From another window: a wish to run one, or to stop one.
    if (job.state === 'queued') orchestrator.start();
    if (job.state === 'cancelled' && before?.state === 'running') void orchestrator.cancel(job.id).catch(() => undefined);
  };
  const subscription = collection.eventBulks$.subscribe((bulk) => {
    for (const event of bulk.events) notice(toJob(event.documentData));
  });
  // A chapter that was deleted needs no expansion any more.
  const deletions = blobs.changes$.subscribe((changes) => {
    const deleted = new Set(changes.blobs.filter((blob) => blob.deleted).map(({ id }) => id));
    if (!running || deleted.size === 0) return;
    for (const job of jobs.values()) {
      if (isUnderWay(job) && deleted.has(job.blob_id)) void orchestrator.cancel(job.id).catch(() => undefined);
    }
  });
  for (const job of left) jobs.set(job.id, job);
  tell();

  return {
    jobs$: views.asObservable(),
    async enqueue({ processorId, blobId, blobVersion, config }) {
      if (!isOn(processorId)) throw new RectoError('configuration', `${DEVICE_MANIFESTS.find(({ id }) => id === processorId)?.name ?? processorId} is off. Turn it on under Processors, then ask again.`);
      const job = await orchestrator.enqueue({ user_id: userId, processor_id: processorId, blob_id: blobId, blob_version: blobVersion, config });
      return job.id;
    },
    cancel: (jobId) => orchestrator.cancel(jobId),
    async retry(jobId) {
      const job = await store.get(jobId);
      if (!job) throw new RectoError('not_found', 'This job is no longer known. Ask for the expansion again.');
      await orchestrator.enqueue(job);
    },
    read: (jobId) => store.get(jobId),
    underWay: (blobId) => [...jobs.values()].filter((job) => job.blob_id === blobId && isUnderWay(job)),
    lastEnded: (blobId) => [...jobs.values()].filter((job) => job.blob_id === blobId && !isUnderWay(job)).toSorted((a, b) => b.updated_at - a.updated_at)[0] ?? null,
    observeHistory() {
      const ends$ = views.pipe(map((all) => all.filter(({ endedAt }) => endedAt !== null).map(({ id, endedAt }) => `${id} ${endedAt}`).join()), distinctUntilChanged());
      const read = async (): Promise<JobView[]> => {
        const [ended, clearedAt] = await Promise.all([store.ended(HISTORY), state.get(CLEARED_KEY)]);
        await stats.load(ended.map(({ blob_id }) => blob_id));
        return ended.filter(({ updated_at }) => typeof clearedAt !== 'number' || updated_at > clearedAt).map(toView);
      };
      return merge(ends$, cleared).pipe(switchMap(() => defer(read)));
    },
    async clearHistory() {
      await state.set(CLEARED_KEY, platform.clock.now());
      cleared.next();
    },
    async startRunning() {
      try {
        await store.releaseRunning(platform.clock.now());
        await answers.sweep((id) => store.get(id), platform.clock.now());
      } catch (thrown) {
        // Their leases end by themselves.
        if (!(thrown instanceof RectoError)) throw thrown;
      }
      running = true;
      orchestrator.start();
    },
    idle: () => orchestrator.idle(),
    async close() {
      running = false;
      await orchestrator.stop(CLOSE_GRACE_MS);
      await usage.settled();
      subscription.unsubscribe();
      deletions.unsubscribe();
      clearTimeout(tellTimer);
      views.complete();
    },
  };
}

function isUnderWay({ state }: Job): boolean {
  return state === 'queued' || state === 'running';
}
