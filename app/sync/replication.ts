/**
 * RxDB's replication protocol over HTTP, with the server as the master. It is used below RxDB's replication plugin:
 * that one marks a refused row as stored, and a later change from elsewhere would then overwrite it.
 */
import { Subject, firstValueFrom, filter } from 'rxjs';
import {
  awaitRxStorageReplicationFirstInSync, awaitRxStorageReplicationIdle, cancelRxStorageReplication, replicateRxStorageInstance,
  type RxReplicationPullStreamItem, type RxStorageInstanceReplicationState,
} from 'rxdb';
import type { RxConflictHandler } from 'rxdb';
import type { SyncChangedEvent, SyncCheckpoint } from '#schemas/generated/types.ts';
import type { StoredBlob } from '../store/collections.ts';
import { isSameState } from './conflict-handler.ts';
import type { MetaStorage } from './meta-storage.ts';
import { createPushGate } from './push-gate.ts';
import type { PushRow } from './push-rows.ts';
import { refuseStale } from './refuse-stale.ts';
import type { BlobCollection } from './sync-types.ts';
import { fromWire, isUnknownMaster, type BlobState } from './wire-rows.ts';

export const PUSH_BATCH_SIZE = 2000;
export const PULL_BATCH_SIZE = 2000;

export interface PulledPage {
  documents: BlobState[];
  checkpoint: SyncCheckpoint | null;
  more: boolean;
}

export interface ReplicationOptions {
  identifier: string;
  collection: BlobCollection;
  meta: MetaStorage;
  conflictHandler: RxConflictHandler<StoredBlob>;
  /** @returns a page, and whether there is more after it. It settles only when there is one or the replication was stopped; then null */
  pull(checkpoint: SyncCheckpoint | null, limit: number): Promise<PulledPage | null>;
  /** @returns the masters of the rows in conflict. It settles only when each row has its verdict or the replication was stopped */
  push(rows: PushRow[], position: SyncCheckpoint | null): Promise<BlobState[]>;
  onActive(active: boolean): void;
  /** All that was here at the start has been pushed. */
  onFirstPush(): void;
  onError(error: unknown): void;
}

export interface Replication {
  /** How far the server's changes have been handed on. */
  readonly position: SyncCheckpoint | null;
  /** A change from the socket; one that leaves a gap makes a pull. */
  apply(data: SyncChangedEvent['data']): void;
  resync(): void;
  inSync(): Promise<void>;
  /** After this nothing is marked as sent; `settle` what `pull` and `push` wait for, then it ends. */
  stop(settle: () => void): Promise<void>;
}

export async function startReplication(options: ReplicationOptions): Promise<Replication> {
  const { collection, meta } = options;
  const stream$ = new Subject<RxReplicationPullStreamItem<StoredBlob, SyncCheckpoint>>();
  /** How many changes, and wishes for a pull, RxDB was given. */
  let told = 0;
  const tell = (item: RxReplicationPullStreamItem<StoredBlob, SyncCheckpoint>): void => {
    told += 1;
    stream$.next(item);
  };
  let position = await meta.readCheckpoint('down');

  const pushes = createPushGate(() => meta.idle());
  let before: SyncCheckpoint | null = null;
  /** The page that was handed on last is the last for now, unless RxDB was told of more than this since it was asked for. */
  let lastAt: number | null = null;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const state: RxStorageInstanceReplicationState<StoredBlob> = replicateRxStorageInstance<StoredBlob>({
    identifier: options.identifier,
    // RxDB takes a page with fewer blobs than this for the last one. One of long texts has few and is not: only an empty page ends it.
    pullBatchSize: 1,
    pushBatchSize: PUSH_BATCH_SIZE,
    conflictHandler: options.conflictHandler,
    forkInstance: pushes.watch(refuseStale(collection.storageInstance)),
    metaInstance: meta.instance as never,
    hashFunction: collection.database.hashFunction,
    skipStoringPullMeta: false,
    replicationHandler: {
      masterChangeStream$: stream$,
      masterChangesSince: async (checkpoint: SyncCheckpoint | undefined) => {
        // RxDB forgets what it was told before it asks for a page, since that will be in it.
        const isEnd = lastAt === told;
        lastAt = null;
        if (isEnd) return { documents: [], checkpoint };
        // RxDB would fetch all there is while it stores the first page: it is one page ahead, so that memory holds two, and what
        // a device that is killed has to fetch again is no more than that. After a change that overtook a page it begins further back.
        if (checkpoint && before && checkpoint.seq > before.seq) await Promise.race([meta.reached(before), ended]);
        before = checkpoint ?? null;
        const toldBefore = told;
        const page = await pushes.apart(() => options.pull(checkpoint ?? null, PULL_BATCH_SIZE));
        if (!page) return { documents: [], checkpoint: undefined };
        if (page.checkpoint) position = page.checkpoint;
        if (!page.more && page.documents.length > 0) lastAt = toldBefore;
        return { documents: page.documents, checkpoint: page.checkpoint ?? undefined };
      },
      masterWrite: (rows) =>
        pushes.run(rows.map((row) => row.newDocumentState.id), async () => {
          const current = await leaveOutOvertaken(collection, meta, rows);
          return current.length === 0 ? [] : options.push(current, position);
        }),
    },
  });
  const { active } = state.events;
  const subscriptions = [
    active.up.subscribe(() => options.onActive(active.up.getValue() || active.down.getValue())),
    active.down.subscribe(() => options.onActive(active.up.getValue() || active.down.getValue())),
    state.firstSyncDone.up.subscribe((done) => done && options.onFirstPush()),
    state.events.error.subscribe((error) => options.onError(error)),
  ];

  return {
    get position() {
      return position;
    },
    apply: ({ documents, checkpoint, previous_seq: previous }) => {
      const isNext = previous !== undefined && (position === null ? previous === 0 : position.epoch === checkpoint.epoch && previous <= position.seq);
      if (!isNext) return pushes.after(() => tell('RESYNC'));
      if (position === null || checkpoint.seq > position.seq) position = checkpoint;
      if (documents.length > 0) pushes.after(() => tell({ documents: documents.map(fromWire), checkpoint }));
    },
    resync: () => pushes.after(() => tell('RESYNC')),
    inSync: async () => {
      await awaitRxStorageReplicationFirstInSync(state);
      await awaitRxStorageReplicationIdle(state);
      await firstValueFrom(active.up.pipe(filter((isActive) => !isActive)), { defaultValue: false });
      await awaitRxStorageReplicationIdle(state);
    },
    stop: async (settle) => {
      pushes.open();
      const cancelled = cancelRxStorageReplication(state);
      settle();
      end();
      await cancelled;
      await Promise.allSettled([state.streamQueue.up, state.streamQueue.down, state.checkpointQueue]);
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

/**
 * RxDB reads what a blob is, and some time later what the server is assumed to have of it. Where a change from the server came in
 * between, the older state would be pushed as one that was made of the newer, and replace it everywhere.
 * @returns those that are still what the library has; of the others a newer state is pushed in its turn, if it is from here
 */
async function leaveOutOvertaken({ storageInstance }: BlobCollection, meta: MetaStorage, rows: PushRow[]): Promise<PushRow[]> {
  // On no assumption nothing is replaced: what is new is not read once more.
  const ids = rows.filter(({ assumedMasterState }) => !isUnknownMaster(assumedMasterState)).map(({ newDocumentState }) => newDocumentState.id);
  if (ids.length === 0) return rows;
  const now = new Map((await storageInstance.findDocumentsById(ids, true)).map((row) => [row.id, row]));
  const isCurrent = ({ newDocumentState: state }: PushRow): boolean => {
    const row = now.get(state.id);
    return row === undefined || isSameState(row, state);
  };
  const [current, overtaken] = [rows.filter(isCurrent), rows.filter((row) => !isCurrent(row))];
  meta.notSent(overtaken.map(({ newDocumentState }) => newDocumentState));
  return current;
}
