/**
 * The stats of a library in memory, over their collection: lists and trees are shown from it alone. What is stored comes
 * in while the app is used already, and first what a screen asks for, so that a start takes no longer for more blobs. It
 * follows every write of this window, of others and of the replication; what it missed (a crash between a text and its
 * row) it reads at the next start by the blobs' times, and what is missing for another reason when it is asked for.
 */
import { getChangedDocumentsSince, type RxCollection } from 'rxdb';
import { Subject, type Observable } from 'rxjs';
import type { Blob } from '#schemas/blob.ts';
import type { LocalState } from '../sync/sync-types.ts';
import { makeStats, type BlobStats } from './blob-stats.ts';
import { toBlob, type BlobStore } from './blob-store.ts';
import { openBookTotals, type BookTotal } from './book-totals.ts';
import { moveRxdbClockPast } from './rxdb-clock.ts';
import { createStatsRows } from './stats-rows.ts';

export interface StatsIndex {
  /** All that is stored is in memory. Until then a row that is not here may be stored all the same. */
  readonly isWhole: boolean;
  /** Takes in what is stored for these blobs, before all the rest is. */
  load(ids: readonly string[]): Promise<void>;
  /** What the shelf said of a book when all stats were in memory last. */
  totalOf(bookId: string): BookTotal | undefined;
  keepTotal(bookId: string, total: BookTotal): void;
  get(id: string): BlobStats | undefined;
  /** The rows of one conversation, tombstones too. */
  inConversation(id: string): readonly BlobStats[];
  /** The conversations whose rows have changed. */
  readonly changed$: Observable<ReadonlySet<string>>;
  /** Takes in a blob that was read anyway. */
  notice(blob: Blob): void;
  /** Reads, in the background, the rows of these blobs, and those blobs that have none. */
  fillIn(ids: readonly string[]): void;
  setChecked(id: string, checked: NonNullable<BlobStats['checked']>): void;
  /** Only the leading window writes the rows down; all have them in memory. */
  startPersisting(): void;
  /** Resolves when everything that was noticed is in memory. */
  caughtUp(): Promise<void>;
  /** Resolves when everything that was noticed is in memory, and in the collection if this window persists. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** RxDB's replication resumes the same way: by a time, and by the id where several were written at that time. */
interface Checkpoint {
  id: string;
  lwt: number;
}

/** Times of writes have two decimals: past one, and before the next. */
const HALF_A_TICK = 0.005;
const SEEN_KEY = 'stats-seen';
const READ_BATCH = 50;
/** Characters counted and hashed in one go, about 5 ms. */
const TURN_CHARACTERS = 400_000;
const PERSIST_AFTER_MS = 250;

export async function openStatsIndex(blobs: BlobStore, collection: RxCollection<BlobStats>, state: LocalState): Promise<StatsIndex> {
  const rows = createStatsRows(collection);
  const changed = new Subject<ReadonlySet<string>>();
  const waiting: { blob: Blob; lwt: number }[] = [];
  const unsaved = new Set<string>();
  const asked = new Set<string>();
  let isWhole = false;
  const [stored, totals] = await Promise.all([readSeen(state), openBookTotals(state)]);
  /** Every write up to this time is in the rows; 0: none is known to be. */
  let seen = stored;
  let latest = seen;
  let saved = seen;
  const readSince = (since: Checkpoint | undefined) => getChangedDocumentsSince(blobs.collection.storageInstance, READ_BATCH, since);
  let following = false;
  let persisting = false;
  let persistTimer: ReturnType<typeof setTimeout> | undefined;
  let work: Promise<void> | null = null;
  let isClosing = false;
  let closed = false;

  const take = (blob: Blob): BlobStats | null => {
    const known = rows.get(blob.id);
    if (known && known.version === blob.version && known.updated_at === blob.updated_at && known.deleted === blob.deleted) return null;
    const row = makeStats(blob);
    if (row) rows.put(row);
    return row;
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const touched = new Set<string>();
      for (let characters = 0; characters < TURN_CHARACTERS && waiting.length > 0; ) {
        const { blob, lwt } = waiting.shift()!;
        const row = take(blob);
        characters += lengthOf(blob);
        latest = Math.max(latest, lwt);
        if (!row) continue;
        unsaved.add(row.id);
        touched.add(row.conversation_id ?? row.id);
      }
      if (touched.size > 0) changed.next(touched);
      // Typing goes before counting.
      if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve));
    }
    // Only now: what is written in one transaction has one time.
    if (following) seen = latest;
    schedulePersist();
  };

  const wake = (): void => {
    work ??= new Promise<void>((resolve) => setTimeout(resolve)).then(drain).finally(() => {
      work = null;
    });
  };

  const persist = async (): Promise<void> => {
    clearTimeout(persistTimer);
    persistTimer = undefined;
    const upTo = seen;
    const ids = [...unsaved];
    unsaved.clear();
    try {
      if (ids.length > 0) await collection.bulkUpsert(ids.flatMap((id) => rows.get(id) ?? []));
      // After the rows: a crash between the two reads some blobs twice, and leaves none out.
      if (upTo !== saved) await state.set(SEEN_KEY, upTo);
      saved = upTo;
      await totals.persist();
    } catch {
      // The disk may be full; the rows are in memory, and are written with the next ones or made again at the next start.
      for (const id of ids) unsaved.add(id);
    }
  };

  let lastPersist = Promise.resolve();
  const persistNow = (): Promise<void> => {
    lastPersist = lastPersist.then(persist);
    return lastPersist;
  };
  function schedulePersist(): void {
    if (persisting && !closed && (unsaved.size > 0 || seen !== saved)) persistTimer ??= setTimeout(() => void persistNow(), PERSIST_AFTER_MS);
  }

  // Before anything is read: what another window writes meanwhile comes this way.
  const subscription = blobs.changes$.subscribe(({ blobs: written, lwt }) => {
    // Another window's clock may be ahead of ours (see rxdb-clock.ts).
    moveRxdbClockPast(lwt);
    for (const blob of written) waiting.push({ blob, lwt });
    wake();
  });
  const missed = await readSince(seen > 0 ? { id: '', lwt: seen + HALF_A_TICK } : undefined);
  // Also the largest time that is stored: RxDB must not write before it.
  for (let page = missed; page.documents.length > 0; page = await readSince(page.checkpoint as Checkpoint)) {
    for (const row of page.documents) waiting.push({ blob: toBlob(row), lwt: row._meta.lwt });
    await drain();
    if (page.documents.length < READ_BATCH) break;
  }
  following = true;
  seen = latest;
  moveRxdbClockPast(seen);

  const loadAll = async (): Promise<void> => {
    try {
      await rows.loadAll(() => closed || isClosing);
    } catch {
      // Until the next start, what is asked for is read from the blobs.
      return;
    }
    isWhole = !isClosing;
    changed.next(new Set(rows.conversations()));
  };
  const whole = loadAll();

  const caughtUp = async (): Promise<void> => {
    await whole;
    for (let current = work; current; current = work) await current;
  };

  const load = async (ids: readonly string[]): Promise<void> => {
    const found = isWhole ? [] : await rows.load(ids);
    if (found.length > 0) changed.next(new Set(found.map((row) => row.conversation_id ?? row.id)));
  };

  const fill = async (wanted: string[]): Promise<void> => {
    if (!isWhole) await load(wanted);
    await whole;
    const ids = wanted.filter((id) => !rows.get(id));
    for (let at = 0; at < ids.length; at += READ_BATCH) {
      if (closed) return;
      const found = await blobs.getMany(ids.slice(at, at + READ_BATCH), { deleted: true });
      for (const blob of found.values()) waiting.push({ blob, lwt: 0 });
      wake();
      await work;
    }
  };

  return {
    get isWhole() {
      return isWhole;
    },
    load,
    totalOf: totals.get,
    keepTotal(bookId, total) {
      totals.keep(bookId, total);
      schedulePersist();
    },
    get: rows.get,
    inConversation: rows.inConversation,
    changed$: changed.asObservable(),
    notice(blob) {
      waiting.push({ blob, lwt: 0 });
      wake();
    },
    fillIn(ids) {
      const missing = ids.filter((id) => !rows.get(id) && !asked.has(id));
      for (const id of missing) asked.add(id);
      if (missing.length > 0) void fill(missing).catch(() => missing.forEach((id) => asked.delete(id)));
    },
    setChecked(id, checked) {
      const row = rows.get(id);
      if (!row || (row.checked?.draft === checked.draft && row.checked.stale === checked.stale)) return;
      rows.put({ ...row, checked });
      unsaved.add(id);
      changed.next(new Set([row.conversation_id ?? id]));
      schedulePersist();
    },
    startPersisting() {
      persisting = true;
      schedulePersist();
    },
    caughtUp,
    async settled() {
      await caughtUp();
      if (persisting) await persistNow();
    },
    async close() {
      subscription.unsubscribe();
      isClosing = true;
      await caughtUp();
      // Also a window that does not lead: its rows are as good, and the next start has less to read.
      await persistNow();
      closed = true;
      clearTimeout(persistTimer);
      changed.complete();
    },
  };
}

async function readSeen(state: LocalState): Promise<number> {
  const value = await state.get(SEEN_KEY);
  return typeof value === 'number' ? value : 0;
}

function lengthOf(blob: Blob): number {
  const { content, expanded } = blob.data;
  return (typeof content === 'string' ? content.length : 0) + (typeof expanded === 'string' ? expanded.length : 0);
}
