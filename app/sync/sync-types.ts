/** What sync needs of its home, and what it gives: the contract between app/sync, app/store and create-app. */
import type { RxCollection } from 'rxdb';
import type { Observable } from 'rxjs';
import type { Platform, StudioConnection } from '../ports.ts';
import type { Session, SyncStatus } from '../recto-app.ts';
import type { ProcessorEvent } from './event-stream.ts';
import type { StoredBlob } from '../store/collections.ts';
import type { ConflictHandlerOptions } from './conflict-handler.ts';

/** The collection `blobs` of one library. Its documents are blobs as the wire has them; `deleted` is RxDB's `_deleted` (deletedField on the wire). */
export type BlobCollection = RxCollection<StoredBlob>;

/** A few small values kept on this device, never replicated. The store gives one for the device and one a library. */
export interface LocalState {
  get(key: string): Promise<unknown>;
  /** Null deletes. Resolves when it is stored. */
  set(key: string, value: unknown): Promise<void>;
}

export interface SyncSettings {
  platform: Pick<Platform, 'clock' | 'network'>;
  session: Session;
  connection: StudioConnection;
  collection: BlobCollection;
  /** Of this library: what was set aside is kept here. */
  state: LocalState;
  /** False: this window runs it whoever else does (tests, one-window hosts). True: only the leading tab does. */
  waitForLeadership: boolean;
  /** Keeps what this device has before it is merged; absent where there is no history. */
  history?: Pick<ConflictHandlerOptions, 'beforeMerge' | 'readDevice'>;
  /** 0 ≤ x < 1, for the jitter of retries. */
  random?: () => number;
}

/** Two versions of a blob that could not be merged without a doubt: both are in the text, and kept apart as snapshots. */
export interface ConflictView {
  id: string;
  blobId: string;
  /** The chapter, where the blob belongs to one. */
  conversationId: string | null;
  schemaId: string;
  /** Snapshot blobs: read them to show what each side had. `base` is null where none is known. */
  mineId: string;
  theirsId: string;
  baseId: string | null;
  createdAt: string;
}

export interface Sync {
  readonly status$: Observable<SyncStatus>;
  /** What processors on the server do for this account, as it happens: in the window that syncs, and while there is a connection. */
  readonly events$: Observable<ProcessorEvent>;
  start(): void;
  /** Stops; what was not sent stays in the library and is sent at the next start. */
  stop(): Promise<void>;
  /** Asks the server now instead of waiting for it: for 'Sync now' and for a window that comes back. */
  syncNow(): void;
  /** Resolves when this device and the server have each other's changes; for tests and before sign-out. */
  inSync(): Promise<void>;
}

