/** The two copies of one store beside each other, IndexedDB's and the mirror's: the one behind gets what it lacks. */
import type { Mark, MirrorStore } from '#schemas/ipc.ts';
import type { Mirror } from '../../ports.ts';
import { moveRxdbClockPast } from '../rxdb-clock.ts';
import type { RowIndex } from './row-index.ts';
import { compareMarks, fromMirrorRow, haveDiverged, idFieldOf, type StoredRow, type StoreInstance } from './stored-rows.ts';

export interface TwoCopies {
  mirror: Mirror;
  opened: MirrorStore;
  instance: StoreInstance;
  index: RowIndex;
  /** A state that neither side's winner has seen: what it says is kept beside. */
  keepBeside(loser: StoredRow, winner: StoredRow): Promise<void>;
}

export interface Comparison {
  /** How many rows that are no tombstones came from the mirror. */
  restored: number;
  /** The mirror lacks what was written after this; undefined: nothing. */
  copyAfter: Mark | null | undefined;
  /** What IndexedDB held before. */
  before: number;
}

const READ_ROWS = 200;
/** A row can be a megabyte, and what is read by ids comes in one message. */
const READ_SOME = 20;
const READ_KEYS = 5_000;
/** What is written in this context is the mirror's already. */
export const FROM_MIRROR = 'mirror-repair';

/**
 * Compares the last writes and the counts: where they agree nothing is read. Else what IndexedDB lacks is there
 * when it resolves; what the mirror lacks is for the caller to send.
 * @throws RectoError of the mirror; what IndexedDB throws
 */
export async function compareCopies(copies: TwoCopies): Promise<Comparison> {
  const { opened, index } = copies;
  const [newest, before] = await Promise.all([index.newest(), index.count()]);
  moveRxdbClockPast(Math.max(newest?.lwt ?? 0, opened.mark?.lwt ?? 0));
  const order = compareMarks(newest, opened.mark);
  const copyAfter = order > 0 ? opened.mark : undefined;
  if (order === 0 && before === opened.rows) return { restored: 0, copyAfter, before };
  let restored = order < 0 ? await restoreAfter(copies, newest) : 0;
  // Short in the middle: what is missing there must be back before anyone works with the rest.
  if ((await index.count()) < opened.rows) restored += (await compareKeys(copies, new Set())).restored;
  return { restored, copyAfter, before };
}

export interface KeyComparison {
  restored: number;
  /** Rows that the mirror lacks, or has in an older state. */
  missing: StoredRow[];
}

/**
 * Compares the keys of all rows, no texts. What IndexedDB lacks is there when it resolves.
 * @param except ids that are on their way to the mirror; it may grow meanwhile
 */
export async function compareKeys(copies: TwoCopies, except: ReadonlySet<string>): Promise<KeyComparison> {
  const { mirror, opened, instance, index } = copies;
  const here = new Map<string, number>();
  for await (const page of pages((after) => index.keys(after, READ_KEYS))) for (const { id, lwt } of page) here.set(id, lwt);
  const behind: string[] = [];
  for await (const page of pages((after) => mirror.readKeys(opened.store, after, READ_KEYS))) {
    for (const { id, lwt } of page) {
      const known = here.get(id);
      if (known === undefined || known < lwt) behind.push(id);
      // Only what the mirror lacks stays in the list.
      if (known !== undefined && known <= lwt) here.delete(id);
    }
  }
  let restored = 0;
  for (const ids of chunks(behind.filter((id) => !except.has(id)), READ_SOME)) {
    restored += await restoreRows(copies, (await mirror.readSome(opened.store, ids)).map(fromMirrorRow));
  }
  const missing: StoredRow[] = [];
  for (const ids of chunks([...here.keys()].filter((id) => !except.has(id)), READ_SOME)) missing.push(...(await instance.findDocumentsById(ids, true)));
  return { restored, missing: missing.toSorted((a, b) => a._meta.lwt - b._meta.lwt) };
}

async function restoreAfter(copies: TwoCopies, after: Mark | null): Promise<number> {
  const { mirror, opened } = copies;
  let restored = 0;
  for await (const page of pages((mark) => mirror.read(opened.store, mark, READ_ROWS), after)) {
    restored += await restoreRows(copies, page.map(fromMirrorRow));
  }
  return restored;
}

/** Writes rows into IndexedDB as they were stored. @returns how many of them were news there, tombstones not counted */
async function restoreRows({ instance, keepBeside }: TwoCopies, rows: readonly StoredRow[]): Promise<number> {
  const idField = idFieldOf(instance);
  const there = new Map((await instance.findDocumentsById(rows.map((row) => String(row[idField])), true)).map((row) => [row[idField], row]));
  const news = rows.filter((row) => (there.get(row[idField])?._meta.lwt ?? -1) < row._meta.lwt);
  for (const row of news) {
    const older = there.get(row[idField]);
    if (older && haveDiverged(older, row)) await keepBeside(older, row);
  }
  if (news.length === 0) return 0;
  const { error } = await instance.bulkWrite(
    news.map((document) => {
      const previous = there.get(document[idField]);
      return { document, ...(previous && { previous }) };
    }),
    FROM_MIRROR,
  );
  // Someone has written it meanwhile: that is newer.
  const lost = new Set(error.map(({ documentId }) => documentId));
  return news.filter((row) => !row._deleted && !lost.has(String(row[idField]))).length;
}

async function* pages<T extends Mark>(read: (after: Mark | null) => Promise<T[]>, first: Mark | null = null): AsyncGenerator<T[]> {
  for (let after = first; ; ) {
    const page = await read(after);
    if (page.length === 0) return;
    yield page;
    const { lwt, id } = page.at(-1)!;
    after = { lwt, id };
  }
}

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
