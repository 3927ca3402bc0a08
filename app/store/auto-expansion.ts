/**
 * Expands a chapter by itself when its author has paused, where the author wants that. Only the leading window does; it
 * sees what every window of this computer writes, so a pause is one in all of them. What comes from the server is left
 * to the device on which it was written.
 */
import type { Clock } from '#processors/orchestrator/ports.ts';
import { isBlobOf, type Blob } from '#schemas/blob.ts';
import type { ProcessorInstance, SaveStatus } from '../recto-app.ts';
import type { BlobChanges } from './blob-store.ts';
import type { Library } from './library.ts';
import { findUngrown } from './find-ungrown.ts';
import type { ExpansionWish } from './request-expansion.ts';

export interface AutoExpansion {
  /** Only the leading window expands by itself. */
  start(): void;
  close(): void;
}

export interface AutoExpansionOptions {
  library: Pick<Library, 'blobs' | 'stats' | 'chapters' | 'jobs'>;
  clock: Clock;
  readInstance(): ProcessorInstance;
  /** Of this window's drafts. */
  readStatus(): SaveStatus['state'];
  /** @returns the job's id */
  expand(wish: ExpansionWish): Promise<string>;
}

/** How long a chapter is left alone when its expansion failed for good: a provider that fails must not be paid at every pause. */
const REST_MS = 3_600_000;

interface Paused {
  bookId: string;
  chapterId: string;
  lastChange: number;
}

export function createAutoExpansion({ library, clock, readInstance, readStatus, expand }: AutoExpansionOptions): AutoExpansion {
  /** Chapters that were written in, by their drafts. */
  const written = new Map<string, Paused>();
  /** Jobs that nobody asked for but the pause, by their drafts. */
  const own = new Map<string, string>();
  let stopTimer = (): void => undefined;
  let started = false;
  let working = false;

  const pauseMs = (): number => readInstance().pauseSeconds * 1000;
  const isWanted = (): boolean => {
    const { active, mode } = readInstance();
    return active && mode === 'after-pause';
  };

  const arm = (): void => {
    stopTimer();
    if (!started || written.size === 0) return;
    const due = Math.min(...[...written.values()].map(({ lastChange }) => lastChange)) + pauseMs();
    stopTimer = clock.after(Math.max(0, due - clock.now()), () => void look());
  };

  const look = async (): Promise<void> => {
    if (working || !started) return;
    working = true;
    try {
      await growDue();
    } finally {
      working = false;
      arm();
    }
  };

  const growDue = async (): Promise<void> => {
    const due = [...written].filter(([, { lastChange }]) => lastChange + pauseMs() <= clock.now());
    for (const [draftId, place] of due) {
      if (!started) return;
      const restMs = restOf(draftId);
      // Unsaved words here: the pause has not come.
      if (readStatus() !== 'saved') touch(draftId, place);
      // What runs goes on and is paid for; when it has ended, what is left over is looked at.
      else if (library.jobs.underWay(draftId).length > 0) touch(draftId, place);
      else if (restMs > 0) written.set(draftId, { ...place, lastChange: clock.now() + restMs - pauseMs() });
      else {
        written.delete(draftId);
        await grow(draftId, place);
      }
    }
  };
  const restOf = (draftId: string): number => {
    const last = library.jobs.lastEnded(draftId);
    return last?.state === 'dead' ? last.updated_at + REST_MS - clock.now() : 0;
  };
  const touch = (draftId: string, place: Omit<Paused, 'lastChange'>): void => void written.set(draftId, { ...place, lastChange: clock.now() });

  const grow = async (draftId: string, { bookId, chapterId }: Paused): Promise<void> => {
    if (!isWanted()) return;
    try {
      const { isEmpty, passages } = await findUngrown(library, bookId, chapterId);
      if (isEmpty || passages?.length === 0 || written.has(draftId)) return;
      own.set(draftId, await expand({ bookId, chapterId, ...(passages && { passages }) }));
    } catch {
      // The chapter is gone, the disk is full, the library is being closed: it is looked at again when something is written in it.
    }
  };

  const notice = ({ blobs, before, isLocal }: BlobChanges): void => {
    if (!isLocal || !isWanted()) return;
    for (const blob of blobs) {
      const place = placeOf(blob);
      if (!place || !hasNewWords(blob, before.get(blob.id))) continue;
      touch(blob.id, place);
      dropQueued(blob.id);
    }
    arm();
  };

  /** A newer draft takes the place of what has not begun. */
  const dropQueued = (draftId: string): void => {
    const jobId = own.get(draftId);
    own.delete(draftId);
    const waits = library.jobs.underWay(draftId).some((job) => job.id === jobId && job.state === 'queued' && job.attempts === 0);
    if (jobId !== undefined && waits) void library.jobs.cancel(jobId).catch(() => undefined);
  };

  const subscription = library.blobs.changes$.subscribe(notice);
  return {
    start() {
      started = true;
      arm();
    },
    close() {
      started = false;
      stopTimer();
      subscription.unsubscribe();
    },
  };
}

function placeOf(blob: Blob): { bookId: string; chapterId: string } | null {
  if (blob.deleted || !isBlobOf(blob, 'text-input-v2') || blob.conversation_id === undefined) return null;
  const bookId = blob.data.metadata?.book_id;
  return bookId === undefined ? null : { bookId, chapterId: blob.conversation_id };
}

function hasNewWords(blob: Blob, before: Blob | undefined): boolean {
  const content = blob.data['content'];
  // A new chapter with words in it was imported: growing those is for its author to ask.
  return before !== undefined && before.data['content'] !== content;
}
