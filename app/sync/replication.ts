/**
 * RxDB's replication protocol over HTTP, with the server as the master. It is used below RxDB's replication plugin:
 * that one marks a refused row as stored, and a later change from elsewhere would then overwrite it.
 */
import { Subject, firstValueFrom, filter } from 'rxjs';
import {
  awaitRxStorageReplicationFirstInSync, awaitRxStorageReplicationIdle, cancelRxStorageReplication, replicateRxStorageInstance, setCheckpoint,
  type RxReplicationPullStreamItem, type RxStorageInstanceReplicationState,
} from 'rxdb';
import type { RxConflictHandler } from 'rxdb';
import type { SyncChangedEvent, SyncCheckpoint } from '#schemas/generated/types.ts';
import type { StoredBlob } from '../store/collections.ts';
import type { MetaStorage } from './meta-storage.ts';
import type { PushRow } from './push-rows.ts';
import type { BlobCollection } from './sync-types.ts';
import { fromWire, type BlobState } from './wire-rows.ts';

export const PUSH_BATCH_SIZE = 2000;
export const PULL_BATCH_SIZE = 2000;
const REMEMBER_AFTER_MS = 1000;

export interface ReplicationOptions {
  identifier: string;
  collection: BlobCollection;
  meta: MetaStorage;
  conflictHandler: RxConflictHandler<StoredBlob>;
  /** @returns a page. It settles only when there is one or the replication was stopped; then null */
  pull(checkpoint: SyncCheckpoint | null, limit: number): Promise<{ documents: BlobState[]; checkpoint: SyncCheckpoint | null } | null>;
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
  let position = await meta.readCheckpoint('down');

  const state: RxStorageInstanceReplicationState<StoredBlob> = replicateRxStorageInstance<StoredBlob>({
    identifier: options.identifier,
    pullBatchSize: PULL_BATCH_SIZE,
    pushBatchSize: PUSH_BATCH_SIZE,
    conflictHandler: options.conflictHandler,
    forkInstance: collection.storageInstance,
    metaInstance: meta.instance as never,
    hashFunction: collection.database.hashFunction,
    skipStoringPullMeta: false,
    replicationHandler: {
      masterChangeStream$: stream$,
      masterChangesSince: async (checkpoint: SyncCheckpoint | undefined, limit) => {
        const page = await options.pull(checkpoint ?? null, limit);
        if (!page) return { documents: [], checkpoint: undefined };
        if (page.checkpoint) position = page.checkpoint;
        return { documents: page.documents, checkpoint: page.checkpoint ?? undefined };
      },
      masterWrite: (rows) => options.push(rows, position),
    },
  });
  const { active } = state.events;
  const subscriptions = [
    active.up.subscribe(() => options.onActive(active.up.getValue() || active.down.getValue())),
    active.down.subscribe(() => options.onActive(active.up.getValue() || active.down.getValue())),
    state.firstSyncDone.up.subscribe((done) => done && options.onFirstPush()),
    state.events.error.subscribe((error) => options.onError(error)),
  ];

  let handedOn = 0;
  let rememberTimer: ReturnType<typeof setTimeout> | undefined;

  /** Stores the position once all that came before it is stored. If this never happens, own changes are pulled again. */
  async function rememberPosition(): Promise<void> {
    rememberTimer = undefined;
    const [reached, before] = [position, handedOn];
    await awaitRxStorageReplicationIdle(state);
    const isStored = handedOn === before && !active.up.getValue() && !active.down.getValue() && !state.events.canceled.getValue();
    if (isStored && reached) await setCheckpoint(state, 'down', reached);
  }

  return {
    get position() {
      return position;
    },
    apply: ({ documents, checkpoint, previous_seq: previous }) => {
      const isNext = previous !== undefined && (position === null ? previous === 0 : position.epoch === checkpoint.epoch && previous <= position.seq);
      if (!isNext) return stream$.next('RESYNC');
      if (position === null || checkpoint.seq > position.seq) position = checkpoint;
      if (documents.length > 0) {
        handedOn += 1;
        return stream$.next({ documents: documents.map(fromWire), checkpoint });
      }
      // An own change comes back as a number alone, which the protocol would not store.
      rememberTimer ??= setTimeout(() => void rememberPosition().catch(options.onError), REMEMBER_AFTER_MS);
    },
    resync: () => stream$.next('RESYNC'),
    inSync: async () => {
      await awaitRxStorageReplicationFirstInSync(state);
      await awaitRxStorageReplicationIdle(state);
      await firstValueFrom(active.up.pipe(filter((isActive) => !isActive)), { defaultValue: false });
      await awaitRxStorageReplicationIdle(state);
    },
    stop: async (settle) => {
      clearTimeout(rememberTimer);
      const cancelled = cancelRxStorageReplication(state);
      settle();
      await cancelled;
      await Promise.allSettled([state.streamQueue.up, state.streamQueue.down, state.checkpointQueue]);
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
