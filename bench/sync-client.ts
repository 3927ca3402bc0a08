/** A device of the sync benchmarks: an RxDB client on memory storage, signed in to a Recto server. */
import { createRxDatabase } from 'rxdb';
import { v7 as newId } from 'uuid';
import { createLocalState } from '../app/store/local-state.ts';
import { BLOB_COLLECTION_SCHEMA, STATE_COLLECTION_SCHEMA, type LibraryCollections, type StoredBlob } from '../app/store/collections.ts';
import { createBlobStore, type BlobStore } from '../app/store/blob-store.ts';
import { openAccount } from '../app/sync/account.ts';
import { createSync } from '../app/sync/create-sync.ts';
import type { BlobCollection, LocalState, Sync } from '../app/sync/sync-types.ts';
import { createMemoryStorage, createTestPlatform } from '../app/test-support/test-platform.ts';

export interface Credentials {
  email: string;
  password: string;
}

export interface SyncClient {
  collection: BlobCollection;
  blobs: BlobStore;
  sync: Sync;
  userId: string;
  close(): Promise<void>;
}

/** @param isNew whether the account is to be made */
export async function openSyncClient(server: string, credentials: Credentials, isNew: boolean): Promise<SyncClient> {
  const platform = createTestPlatform({ storage: createMemoryStorage() });
  const account = await openAccount(platform, createMapState());
  const session = await (isNew ? account.signUp({ server, ...credentials }) : account.signIn({ server, ...credentials }));
  const database = await createRxDatabase<Pick<LibraryCollections, 'blobs' | 'settings'>>({ name: `bench-${newId()}`, storage: platform.storage, multiInstance: false, eventReduce: false });
  await database.addCollections({ blobs: { schema: BLOB_COLLECTION_SCHEMA }, settings: { schema: STATE_COLLECTION_SCHEMA } });
  const collection = database.blobs;
  const sync = createSync({ platform, session, connection: account.connection!, collection, state: createLocalState(database.settings), waitForLeadership: false });
  return {
    collection,
    blobs: createBlobStore(collection, platform.clock),
    sync,
    userId: session.userId,
    close: async () => {
      await sync.stop();
      await database.close();
    },
  };
}

function createMapState(): LocalState {
  const values = new Map<string, unknown>();
  return { get: async (key) => values.get(key) ?? null, set: async (key, value) => void values.set(key, value) };
}

export type Draft = StoredBlob;

/** Drafts as the app writes them, with real prose of about this many characters each. */
export function makeDrafts(prose: string, count: number, length: number, userId: string): Draft[] {
  const time = new Date().toISOString();
  return Array.from({ length: count }, (_draft, i) => {
    const start = (i * 97) % Math.max(1, prose.length - length);
    return {
      id: newId(), user_id: userId, processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: prose.slice(start, start + length) },
      tags: [], conversation_id: newId(), version: 1, created_at: time, updated_at: time,
    };
  });
}
