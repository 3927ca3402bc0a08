/** RxDB's memory of what the server has: one row a blob with the assumed master, and the two checkpoints. */
import {
  addConnectedStorageToCollection, getChangedDocumentsSince, getComposedPrimaryKeyOfDocumentData, getRxReplicationMetaInstanceSchema, now, overwritable,
  type BulkWriteRow, type RxDocumentData, type RxStorageInstance, type RxStorageReplicationMeta,
} from 'rxdb';
import { Subject, filter, firstValueFrom } from 'rxjs';
import type { SyncCheckpoint } from '#schemas/generated/types.ts';
import type { StoredBlob } from '../store/collections.ts';
import type { BlobCollection } from './sync-types.ts';
import type { BlobState } from './wire-rows.ts';

export type MetaRow = RxDocumentData<RxStorageReplicationMeta<StoredBlob, unknown>>;
export type MetaInstance = RxStorageInstance<RxStorageReplicationMeta<StoredBlob, unknown>, unknown, Record<string, never>>;
export type BlobRow = RxDocumentData<StoredBlob>;

export interface MetaStorage {
  readonly instance: MetaInstance;
  /** RxDB, which takes what it asked to push for sent, does not note these as what the server has. */
  notSent(states: readonly BlobState[]): void;
  /** What the server is assumed to have, by blob id. */
  readAssumed(ids: readonly string[]): Promise<Map<string, MetaRow>>;
  writeAssumed(changes: readonly { row: MetaRow | undefined; state: BlobState }[]): Promise<void>;
  readCheckpoint(direction: 'down'): Promise<SyncCheckpoint | null>;
  readCheckpoint(direction: 'up'): Promise<unknown>;
  writeDownCheckpoint(checkpoint: SyncCheckpoint): Promise<void>;
  /** Resolves when what the server had up to this checkpoint is stored, and that it is. */
  reached(checkpoint: SyncCheckpoint): Promise<void>;
  /** Resolves when no write of RxDB's is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The name that RxDB's replication plugin would use, so that its removal and migration of a collection find it.
 * @param isRefused whether the server has refused this state: RxDB, which knows stored and conflict only, would note
 *   it as stored, and the next change from elsewhere would overwrite it here
 */
export async function openMetaStorage(collection: BlobCollection, identifier: string, isRefused: (state: BlobState) => boolean): Promise<MetaStorage> {
  const { database } = collection;
  const name = `rx-replication-meta-${await database.hashFunction(`${collection.name}-${identifier}`)}`;
  const schema = getRxReplicationMetaInstanceSchema<StoredBlob, unknown>(collection.schema.jsonSchema as never, false);
  const instance: MetaInstance = await database.storage.createStorageInstance<RxStorageReplicationMeta<StoredBlob, unknown>>({
    databaseName: database.name,
    collectionName: name,
    databaseInstanceToken: database.token,
    multiInstance: database.multiInstance,
    options: {},
    schema,
    devMode: overwritable.isDevMode(),
  });
  await addConnectedStorageToCollection(collection as never, name, schema as never);

  let lastWrite: Promise<unknown> = Promise.resolve();
  const unsent = new WeakSet<BlobState>();
  const isStored = (state: BlobState): boolean => !unsent.has(state) && !isRefused(state);
  const reached$ = new Subject<SyncCheckpoint>();
  const writeAll = instance.bulkWrite.bind(instance);
  instance.bulkWrite = async (rows, context) => {
    const kept = context === 'replication-up-write-meta' ? rows.filter(({ document }) => !document.docData || isStored(document.docData)) : rows;
    if (kept.length === 0) return { error: [] };
    const written = writeAll(kept, context);
    lastWrite = written.catch(() => undefined);
    const result = await written;
    if (context === 'replication-set-checkpoint' && result.error.length === 0) {
      for (const { document } of kept) if (document.itemId === 'down') reached$.next(document.checkpointData as SyncCheckpoint);
    }
    return result;
  };

  const keyOf = (itemId: string, isCheckpoint: '0' | '1'): string =>
    getComposedPrimaryKeyOfDocumentData(instance.schema as never, { itemId, isCheckpoint } as never);

  async function readCheckpointRow(direction: 'down' | 'up'): Promise<MetaRow | undefined> {
    return (await instance.findDocumentsById([keyOf(direction, '1')], false))[0];
  }

  async function readCheckpoint(direction: 'down' | 'up'): Promise<never> {
    return ((await readCheckpointRow(direction))?.checkpointData ?? null) as never;
  }

  async function write(rows: BulkWriteRow<RxStorageReplicationMeta<StoredBlob, unknown>>[]): Promise<void> {
    if (rows.length === 0) return;
    const { error } = await instance.bulkWrite(rows, 'recto-reconcile');
    if (error.length > 0) throw new Error(`The record of what the server has could not be written: ${String(error[0]!.status)}`);
  }

  return {
    instance,
    notSent: (states) => {
      for (const state of states) unsent.add(state);
    },
    readAssumed: async (ids) => {
      const rows = await instance.findDocumentsById(ids.map((id) => keyOf(id, '0')), true);
      return new Map(rows.map((row) => [row.itemId, row]));
    },
    writeAssumed: (changes) =>
      write(
        changes.map(({ row, state }) => ({
          ...(row && { previous: row }),
          document: nextRow(row, { id: keyOf(state.id, '0'), itemId: state.id, isCheckpoint: '0', docData: state }),
        })),
      ),
    readCheckpoint,
    writeDownCheckpoint: async (checkpoint) => {
      const row = await readCheckpointRow('down');
      await write([{ ...(row && { previous: row }), document: nextRow(row, { id: keyOf('down', '1'), itemId: 'down', isCheckpoint: '1', checkpointData: checkpoint }) }]);
    },
    reached: async (checkpoint) => {
      const isReached = (now: SyncCheckpoint | null): boolean => now !== null && now.epoch === checkpoint.epoch && now.seq >= checkpoint.seq;
      // It may come while the stored one is read.
      const coming = firstValueFrom(reached$.pipe(filter(isReached)), { defaultValue: null });
      if (!isReached(await readCheckpoint('down'))) await coming;
    },
    idle: async () => void (await lastWrite),
    close: () => {
      reached$.complete();
      return instance.close();
    },
  };
}

type Fields = Pick<MetaRow, 'id' | 'itemId' | 'isCheckpoint'> & Partial<Pick<MetaRow, 'docData' | 'checkpointData'>>;

function nextRow(row: MetaRow | undefined, fields: Fields): MetaRow {
  const height = Number.parseInt(row?._rev ?? '0', 10) + 1;
  // RxDB's own clock, which never goes back: the mirror keeps the state of the later time.
  const next = { ...fields, _deleted: false, _attachments: {}, _rev: `${height}-recto`, _meta: { ...row?._meta, lwt: now() } };
  // No isResolvedConflict: what a resolved conflict was, is over when the server's state is learnt anew.
  return next as unknown as MetaRow;
}

/** Rows of a first page, before it is known how large they are. */
const FIRST_ROWS = 25;
/** Characters of a page: pictures are read a few at a time, texts by the hundred. */
const PAGE_CHARACTERS = 16_000_000;

/** All rows that were written after a checkpoint, tombstones too, in the order of their writing; at most `chunk` at a time. */
export async function* scanRows<T>(instance: RxStorageInstance<T, unknown, unknown>, checkpoint: unknown, chunk = 200): AsyncGenerator<RxDocumentData<T>[]> {
  let place = checkpoint ?? undefined;
  for (let rows = Math.min(FIRST_ROWS, chunk); ; ) {
    const found = await getChangedDocumentsSince(instance as never, rows, place as never);
    if (found.documents.length === 0) return;
    yield found.documents as unknown as RxDocumentData<T>[];
    place = found.checkpoint;
    if (found.documents.length < rows) return;
    const characters = found.documents.reduce((sum, row) => sum + charactersOf(row), 0);
    rows = Math.max(1, Math.min(chunk, rows * 2, Math.floor((rows * PAGE_CHARACTERS) / (characters + 1))));
  }
}

/** About: of the texts, which are what is long. */
function charactersOf(row: unknown): number {
  const { data } = row as { data?: Record<string, unknown> };
  return Object.values(data ?? {}).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
}
