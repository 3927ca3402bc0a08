/**
 * One store (a collection of one database) and its part of the mirror. What the storage has stored goes to the mirror
 * in batches, in the order of writing, one at a time; what fails is tried again until it is there, and nothing
 * overtakes it.
 */
import { RectoError } from '#schemas/errors.ts';
import type { Mark, MirrorRow, MirrorStore, Notice } from '#schemas/ipc.ts';
import type { Mirror } from '../../ports.ts';
import { createDelivery, type MirrorTiming } from './delivery.ts';
import { haveUnseenState } from './unseen-states.ts';
import { createOwedRows } from './owed-rows.ts';
import { describeRepair } from './repair-notices.ts';
import { compareCopies, compareKeys, type TwoCopies } from './repair.ts';
import { readRowsAfter, type RowIndex } from './row-index.ts';
import { toMirrorRow, fromMirrorRow, type StoredRow, type StoreInstance } from './stored-rows.ts';

export interface MirroredStoreOptions {
  mirror: Mirror;
  place: Parameters<Mirror['open']>[0];
  idField: string;
  /** Whether its rows are the author's texts: then what was repaired is told, and no state of a text is dropped. */
  holdsTexts: boolean;
  timing: MirrorTiming;
  /** Waited for before what was taken is sent. @throws RectoError: it is tried again */
  before?(): Promise<void>;
  /** Something is owed, or is no longer, or a failure came or went. */
  onChange(): void;
  notify(notice: Notice): void;
  keepBeside(instance: StoreInstance, loser: StoredRow, winner: StoredRow): Promise<void>;
}

export interface MirroredStore {
  /** Why the mirror can't be written now; null: it can, as far as is known. */
  readonly failure: RectoError | null;
  readonly owing: boolean;
  /**
   * The storage has been opened: what it lacks is in it when this resolves.
   * @param needed whether nobody may go on without the mirror
   * @throws RectoError of the mirror where it is needed, or where what IndexedDB lacks can't be read
   */
  attach(instance: StoreInstance, index: RowIndex, needed: () => Promise<boolean>): Promise<void>;
  /** Before the storage closes. */
  detach(): void;
  /** What the storage has just stored, and the time of the state that each was made from (0: none). */
  add(rows: readonly { row: StoredRow; before: number }[]): void;
  /** Resolves when all that is owed now is on the disk. @throws RectoError when the next try fails */
  settled(): Promise<void>;
  /** Compares all keys, and repairs what differs. @throws RectoError */
  check(): Promise<void>;
  /** All of it comes from the mirror again, after IndexedDB was made anew. */
  restoreAll(): Promise<void>;
  /** @throws RectoError */
  forget(): Promise<void>;
  /** Whether the mirror has rows of it. @throws RectoError */
  hasRows(): Promise<boolean>;
  stop(): void;
}

/** Characters and rows: a batch is serialized in one go of a few milliseconds. */
const BATCH = { characters: 1_000_000, rows: 2_000 };
const COPY_ROWS = 50;
/** Rows that are read in one go, since each can be a megabyte. */
const LOOK_ROWS = 20;
const COMPARE_TRIES = 3;
const TOO_LONG = new RectoError('too_large', 'A text is too long for the library file. It is kept by the browser engine alone: split it, then it is saved like the others.');

export function createMirroredStore(options: MirroredStoreOptions): MirroredStore {
  const { mirror, place, idField, timing, onChange } = options;
  const owed = createOwedRows(idField);
  let attached: { instance: StoreInstance; index: RowIndex } | null = null;
  let opening: Promise<MirrorStore> | null = null;
  let opened: MirrorStore | null = null;
  let compared = false;
  /** Where the copying of what the mirror lacks is; undefined: there is nothing to copy. */
  let copyAfter: Mark | null | undefined;
  /** By id: the time of the state from which this run's first write was made; null: all keys were compared. */
  let bases: Map<string, number> | null = new Map();
  /** Ids whose state in the mirror was looked at before this run's first write of it. */
  const looked = new Set<string>();
  /** Ids of texts that the mirror won't take: they are not saved until they fit. */
  const refused = new Set<string>();
  let touched: Set<string> | null = null;
  let attaching: Promise<void> | null = null;

  const isOwing = (): boolean => owed.size > 0 || copyAfter !== undefined || (attached !== null && !compared);

  const open = (): Promise<MirrorStore> => {
    opening ??= mirror.open(place).then(
      (store) => (opened = store),
      (thrown: unknown) => {
        opening = null;
        throw thrown;
      },
    );
    return opening;
  };

  const forgetComparison = (): void => {
    compared = false;
    bases = new Map();
    looked.clear();
  };

  const copiesOf = (store: MirrorStore, { instance, index }: { instance: StoreInstance; index: RowIndex }): TwoCopies => ({
    mirror, opened: store, instance, index,
    keepBeside: async (loser, winner) => {
      if (options.holdsTexts) await options.keepBeside(instance, loser, winner);
    },
  });

  const compare = async (store: MirrorStore, both: { instance: StoreInstance; index: RowIndex }): Promise<void> => {
    const comparison = await compareCopies(copiesOf(store, both));
    compared = true;
    copyAfter = comparison.copyAfter;
    if (options.holdsTexts) for (const notice of describeRepair(store, comparison)) options.notify(notice);
  };

  /** A file that is put in order meanwhile is opened and compared anew. */
  const compareWhole = async (both: { instance: StoreInstance; index: RowIndex }): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await compare(await open(), both);
        return;
      } catch (thrown) {
        if (!isMadeAnew(thrown) || tries === COMPARE_TRIES) throw thrown;
        opening = null;
      }
    }
  };

  /** What the mirror holds in a state that no one here has seen is kept before it is written over. */
  const rescue = async (store: MirrorStore, instance: StoreInstance, rows: readonly MirrorRow[]): Promise<void> => {
    if (!options.holdsTexts || !bases || store.rows === 0) return;
    const first = rows.filter(({ id }) => !looked.has(id));
    for (let at = 0; at < first.length; at += LOOK_ROWS) {
      const mine = new Map(first.slice(at, at + LOOK_ROWS).map((row) => [row.id, row]));
      for (const theirs of await mirror.readSome(store.store, [...mine.keys()])) {
        const row = mine.get(theirs.id)!;
        if (haveUnseenState(theirs, row, bases.get(row.id))) await options.keepBeside(instance, fromMirrorRow(theirs), fromMirrorRow(row));
      }
      for (const id of mine.keys()) looked.add(id);
    }
  };

  const send = async (store: MirrorStore, rows: readonly MirrorRow[]): Promise<void> => {
    if (rows.length === 0) return;
    await options.before?.();
    if (attached) await rescue(store, attached.instance, rows);
    try {
      await mirror.write(store.store, rows);
      for (const { id } of rows) refused.delete(id);
    } catch (thrown) {
      if (!isRefused(thrown)) throw thrown;
      if (rows.length > 1) {
        for (const row of rows) await send(store, [row]);
        return;
      }
      // It would hold up all that comes after it, for ever.
      const [{ id, deleted }] = rows as [MirrorRow];
      if (deleted) refused.delete(id);
      if (deleted || refused.has(id)) return;
      refused.add(id);
      options.notify({ kind: 'warning', message: TOO_LONG.message });
    }
  };

  const copyPage = async (store: MirrorStore, both: { instance: StoreInstance; index: RowIndex }, after: Mark | null): Promise<void> => {
    for await (const page of readRowsAfter(both.instance, both.index, after, COPY_ROWS)) {
      const batch = createOwedRows(idField);
      batch.add(page);
      for (let rows = batch.take(BATCH, serialize); rows.length > 0; rows = batch.take(BATCH, serialize)) {
        await send(store, rows);
        batch.delivered();
        if (copyAfter === undefined || delivery.stopped) return;
        copyAfter = { lwt: rows.at(-1)!.lwt, id: rows.at(-1)!.id };
      }
    }
    copyAfter = undefined;
  };

  const serialize = (row: StoredRow): MirrorRow => toMirrorRow(row, idField);

  const step = async (): Promise<void> => {
    // Two comparisons at once would restore the same rows twice.
    await attaching?.catch(() => undefined);
    const store = await open();
    if (attached && !compared) await compare(store, attached);
    else if (attached && copyAfter !== undefined) await copyPage(store, attached, copyAfter);
    else {
      await send(store, owed.take(BATCH, serialize));
      owed.delivered();
    }
  };

  const delivery = createDelivery({
    timing, isOwing, step, onChange,
    writes: () => owed.writes,
    confirmed: () => (copyAfter !== undefined || (attached !== null && !compared) ? -1 : owed.confirmed()),
    onFailure(error) {
      // The file was lost and made anew: everything is compared again.
      if (!isMadeAnew(error)) return;
      opening = null;
      forgetComparison();
    },
  });

  const attachTo = async (both: { instance: StoreInstance; index: RowIndex }, needed: () => Promise<boolean>): Promise<void> => {
    attached = both;
    forgetComparison();
    try {
      await open();
    } catch (thrown) {
      if (await needed()) throw thrown;
      delivery.fail(RectoError.from(thrown, 'storage_failed'));
      return;
    }
    await compareWhole(both);
  };

  const store: MirroredStore = {
    get failure() {
      return delivery.failure ?? (refused.size > 0 ? TOO_LONG : null);
    },
    get owing() {
      return isOwing();
    },
    async attach(instance, index, needed) {
      attaching = attachTo({ instance, index }, needed);
      await attaching.finally(() => {
        attaching = null;
      });
      if (isOwing()) {
        void delivery.run();
        return;
      }
      // Whoever asked while this one compared waits for it, and another store's news was told with it as owing.
      delivery.settleWaiters();
      onChange();
    },
    detach() {
      // It is all in the storage: the next opening sends it in its order.
      if (copyAfter !== undefined || !compared) owed.clear();
      copyAfter = undefined;
      attached = null;
      opening = null;
      refused.clear();
      delivery.settleWaiters();
    },
    add(rows) {
      if (rows.length === 0) return;
      owed.add(rows.map(({ row }) => row));
      for (const { row, before } of rows) {
        const id = String(row[idField]);
        touched?.add(id);
        if (bases && !bases.has(id)) bases.set(id, before);
      }
      void delivery.run();
    },
    settled: () => delivery.settled(),
    async check() {
      await store.settled();
      if (!attached || !opened) return;
      touched = new Set();
      try {
        const both = attached;
        const { restored, missing } = await compareKeys(copiesOf(opened, both), touched);
        if (attached !== both) return;
        if (options.holdsTexts && restored > 0) for (const notice of describeRepair(opened, { restored, before: 1, copyAfter: undefined })) options.notify(notice);
        // What is written over while it was found is still to be looked at.
        if ([...touched].every((id) => looked.has(id))) {
          bases = null;
          looked.clear();
        }
        if (missing.length === 0) return;
        owed.add(missing.filter((row) => !touched?.has(String(row[idField]))));
        void delivery.run();
      } catch (thrown) {
        if (isMadeAnew(thrown)) {
          opening = null;
          forgetComparison();
          void delivery.run();
        }
        throw thrown;
      } finally {
        touched = null;
      }
    },
    async restoreAll() {
      await store.settled();
      if (!attached) return;
      opening = null;
      await compareWhole(attached);
    },
    async forget() {
      const { store: number } = await open();
      await mirror.forget(number);
      owed.clear();
      copyAfter = undefined;
      opening = null;
      delivery.settleWaiters();
      onChange();
    },
    hasRows: async () => (await mirror.readKeys((await open()).store, null, 1)).length > 0,
    stop: () => delivery.stop(),
  };
  return store;
}

function isMadeAnew(thrown: unknown): boolean {
  return thrown instanceof RectoError && thrown.code === 'not_found';
}

/** The mirror will never take this row: it is no failure of the disk. */
function isRefused(thrown: unknown): boolean {
  return thrown instanceof RectoError && (thrown.code === 'malformed' || thrown.code === 'too_large');
}
