/** One account's library while it is open: its database and what works on it. */
import { startTimer } from '#processors/contract/timers.ts';
import { LOCAL_USER } from '#schemas/blob.ts';
import type { Platform } from '../ports.ts';
import { instanceOf } from '../domain/processor-instance.ts';
import type { SaveStatus, Session, Settings } from '../recto-app.ts';
import type { LocalState } from '../sync/sync-types.ts';
import { createAutoExpansion } from './auto-expansion.ts';
import { createBlobStore, type BlobStore } from './blob-store.ts';
import { openBookRuns, type BookRuns } from './book-runs.ts';
import { createChapterIndex, type ChapterIndex } from './chapter-index.ts';
import { startChapterRescue, type ChapterRescue } from './chapter-rescue.ts';
import type { LibraryDatabase } from './collections.ts';
import { TEXT_EXPANSION } from './device-processors.ts';
import { createDraftDesk, type DraftDesk } from './draft-desk.ts';
import { createHistory, type History } from './history/create-history.ts';
import { createJobAnswers } from './job-answers.ts';
import { createJobDesk, type JobDesk } from './job-desk.ts';
import { createJobStore } from './job-store.ts';
import { createLocalState } from './local-state.ts';
import { libraryName, openLibraryDatabase } from './open-database.ts';
import { requestExpansion } from './request-expansion.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { openStatsIndex, type StatsIndex } from './stats-index.ts';
import { startTidying } from './tidy-library.ts';
import { recoverUnsaved } from './unsaved-texts.ts';
import { openUsageLedger, type UsageLedger } from './usage-ledger.ts';

export interface Library {
  readonly session: Session | null;
  readonly userId: string;
  readonly database: LibraryDatabase;
  readonly blobs: BlobStore;
  readonly stats: StatsIndex;
  readonly chapters: ChapterIndex;
  readonly history: History;
  readonly drafts: DraftDesk;
  readonly jobs: JobDesk;
  readonly runs: BookRuns;
  readonly usage: UsageLedger;
  readonly state: LocalState;
  /** Every blob of these chapters, tombstones too. */
  idsOfConversations(chapterIds: readonly string[]): Promise<string[]>;
  /** Saves what is unsaved, stops what runs, closes the database. */
  close(): Promise<void>;
}

/**
 * @param works false: it is opened to be read, and nothing that it had under way goes on
 * @param readSettings what expansions that nobody is there to ask for are made with
 * @throws RectoError storage_failed, storage_full
 */
export async function openLibrary(platform: Platform, session: Session | null, readSettings: () => Settings = () => DEFAULT_SETTINGS, works = true): Promise<Library> {
  const name = libraryName(session);
  const database = await openLibraryDatabase(platform, name);
  const userId = session?.userId ?? LOCAL_USER;
  const blobs = createBlobStore(database.blobs, platform.clock);
  const state = createLocalState(database.settings);
  const store = createJobStore(database.jobs);
  const [stats, left, usage] = await Promise.all([
    openStatsIndex(blobs, database.stats, state), store.waiting(), openUsageLedger(database.settings, () => platform.clock.now()),
  ]);
  await stats.load(left.map(({ blob_id }) => blob_id));
  if (platform.journal) await recoverUnsaved(platform.journal, name, blobs);
  const history = createHistory({ blobs, state, platform, userId });
  const drafts = createDraftDesk(blobs, platform, name, history);
  const isOn = (processorId: string): boolean => instanceOf(readSettings().processors, processorId).active;
  const jobs = createJobDesk({ platform, userId, blobs, stats, store, collection: database.jobs, answers: createJobAnswers(database.settings), usage, state, isOn, left });
  const chapters = createChapterIndex(blobs, stats);
  const home = { blobs, stats, chapters, jobs };
  const runs = await openBookRuns({ library: home, collection: database.settings, readSettings, newId: () => platform.newId(), now: () => platform.clock.now() });
  let saving: SaveStatus['state'] = 'saved';
  const status = drafts.status$.subscribe(({ state: now }) => (saving = now));
  const auto = createAutoExpansion({
    library: home,
    clock: { now: () => platform.clock.now(), after: startTimer },
    readInstance: () => instanceOf(readSettings().processors, TEXT_EXPANSION),
    readStatus: () => saving,
    expand: (wish) => requestExpansion(home, readSettings(), wish),
  });
  let closed = false;
  let rescue: ChapterRescue | null = null;
  let stopTidying: (() => void) | null = null;

  // Several windows may be open: one keeps the stats and runs the jobs, the others see what comes of it.
  const leading = database.waitForLeadership().then(async () => {
    if (closed || !works) return;
    stats.startPersisting();
    rescue = startChapterRescue(blobs, state);
    await jobs.startRunning();
    await runs.startRunning();
    auto.start();
    stopTidying = startTidying({ blobs, state, clock: platform.clock, readDevice: history.readDevice });
  });

  return {
    session, userId, database, blobs, stats, chapters, history, drafts, jobs, runs, usage, state,
    // Of the store itself: the stats have no rows of snapshots and notes.
    async idsOfConversations(chapterIds) {
      const found = await Promise.all(chapterIds.map((id) => blobs.find('conversation_id', id, { deleted: true })));
      return found.flat().map(({ id }) => id);
    },
    async close() {
      await drafts.close();
      closed = true;
      if (database.isLeader()) await leading;
      rescue?.close();
      stopTidying?.();
      auto.close();
      status.unsubscribe();
      await runs.close();
      await jobs.close();
      usage.close();
      history.close();
      await stats.close();
      await database.close();
    },
  };
}
