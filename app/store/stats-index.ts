/**
 * The stats of a library in memory, over their collection: lists and trees are shown from it alone. It follows every
 * write of this window, of others and of the replication; what it missed (a crash between a text and its row) it reads
 * at the next start by the blobs' times, and what is missing for another reason when it is asked for.
 */
import { getChangedDocumentsSince, normalizeMangoQuery, prepareQuery, type RxCollection, type RxDocumentData } from 'rxdb';
import { Subject, type Observable } from 'rxjs';
import type { Blob } from '#schemas/blob.ts';
import type { LocalState } from '../sync/sync-types.ts';
import { makeStats, type BlobStats } from './blob-stats.ts';
import { toBlob, type BlobStore } from './blob-store.ts';
import { moveRxdbClockPast } from './rxdb-clock.ts';

export interface StatsIndex {
  get(id: string): BlobStats | undefined;
  /** The rows of one conversation, tombstones too. */
  inConversation(id: string): readonly BlobStats[];
  /** The conversations whose rows have changed. */
  readonly changed$: Observable<ReadonlySet<string>>;
  /** Takes in a blob that was read anyway. */
  notice(blob: Blob): void;
  /** Reads, in the background, those of these blobs that have no row. */
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
  const rows = new Map<string, BlobStats>();
  const conversations = new Map<string, Map<string, BlobStats>>();
  const changed = new Subject<ReadonlySet<string>>();
  const waiting: { blob: Blob; lwt: number }[] = [];
  const unsaved = new Set<string>();
  const asked = new Set<string>();
  /** Every write up to this time is in the rows; 0: none is known to be. */
  let seen = await readSeen(state);
  let latest = seen;
  let saved = seen;
  const readSince = (since: Checkpoint | undefined) => getChangedDocumentsSince(blobs.collection.storageInstance, READ_BATCH, since);
  let following = false;
  let persisting = false;
  let persistTimer: ReturnType<typeof setTimeout> | undefined;
  let work: Promise<void> | null = null;
  let closed = false;

  const put = (row: BlobStats): void => {
    rows.set(row.id, row);
    if (row.conversation_id === undefined) return;
    const conversation = conversations.get(row.conversation_id) ?? new Map<string, BlobStats>();
    conversations.set(row.conversation_id, conversation.set(row.id, row));
  };

  const take = (blob: Blob): BlobStats | null => {
    const known = rows.get(blob.id);
    if (known && known.version === blob.version && known.updated_at === blob.updated_at && known.deleted === blob.deleted) return null;
    const row = makeStats(blob);
    if (row) put(row);
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
  const [stored, missed] = await Promise.all([readAll(collection), readSince(seen > 0 ? { id: '', lwt: seen + HALF_A_TICK } : undefined)]);
  for (const row of stored) if (!rows.has(row.id)) put(row);
  // Also the largest time that is stored: RxDB must not write before it.
  for (let page = missed; page.documents.length > 0; page = await readSince(page.checkpoint as Checkpoint)) {
    for (const row of page.documents) waiting.push({ blob: toBlob(row), lwt: row._meta.lwt });
    await drain();
    if (page.documents.length < READ_BATCH) break;
  }
  following = true;
  seen = latest;
  moveRxdbClockPast(seen);

  const caughtUp = async (): Promise<void> => {
    for (let current = work; current; current = work) await current;
  };

  const fill = async (ids: string[]): Promise<void> => {
    for (let at = 0; at < ids.length; at += READ_BATCH) {
      if (closed) return;
      const found = await blobs.getMany(ids.slice(at, at + READ_BATCH), { deleted: true });
      for (const blob of found.values()) waiting.push({ blob, lwt: 0 });
      wake();
      await work;
    }
  };

  return {
    get: (id) => rows.get(id),
    inConversation: (id) => [...(conversations.get(id)?.values() ?? [])],
    changed$: changed.asObservable(),
    notice(blob) {
      waiting.push({ blob, lwt: 0 });
      wake();
    },
    fillIn(ids) {
      const missing = ids.filter((id) => !rows.has(id) && !asked.has(id));
      for (const id of missing) asked.add(id);
      if (missing.length > 0) void fill(missing).catch(() => missing.forEach((id) => asked.delete(id)));
    },
    setChecked(id, checked) {
      const row = rows.get(id);
      if (!row || (row.checked?.draft === checked.draft && row.checked.stale === checked.stale)) return;
      put({ ...row, checked });
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

/** Asked of the storage itself: RxDB would make a document object of each row and keep it. */
async function readAll(collection: RxCollection<BlobStats>): Promise<BlobStats[]> {
  const storage = collection.storageInstance;
  const query = normalizeMangoQuery<RxDocumentData<BlobStats>>(storage.schema, { selector: { _deleted: { $eq: false } }, index: ['_deleted', 'id'] });
  const { documents } = await storage.query(prepareQuery<BlobStats>(storage.schema, query));
  return documents.map(({ _deleted, _attachments, _rev, _meta, ...row }) => row);
}

function lengthOf(blob: Blob): number {
  const { content, expanded } = blob.data;
  return (typeof content === 'string' ? content.length : 0) + (typeof expanded === 'string' ? expanded.length : 0);
}
