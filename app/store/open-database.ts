import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { addRxPlugin, createRxDatabase, type RxCollection, type RxCollectionCreator, type RxDatabase } from 'rxdb';
import { RxDBLeaderElectionPlugin } from 'rxdb/plugins/leader-election';
import { RectoError } from '#schemas/errors.ts';
import type { Platform } from '../ports.ts';
import type { Session } from '../recto-app.ts';
import {
  BLOB_COLLECTION_SCHEMA, JOB_COLLECTION_SCHEMA, STATE_COLLECTION_SCHEMA, STATS_COLLECTION_SCHEMA,
  type LibraryCollections, type LibraryDatabase, type StateRow,
} from './collections.ts';

/** The name carries the account, so that no two accounts' books ever meet in one database. */
export function libraryName(session: Pick<Session, 'server' | 'userId'> | null): string {
  if (!session) return 'recto-local';
  return `recto-${bytesToHex(sha256(utf8ToBytes(`${session.server}\n${session.userId}`))).slice(0, 16)}`;
}

/** Several windows may have a storage on disk open at once; what is in memory has one. */
export function hasManyWindows(platform: Platform): boolean {
  return platform.manyWindows ?? platform.storage.name === 'dexie';
}

/** @throws RectoError storage_failed, and those of the mirror */
export async function openLibraryDatabase(platform: Platform, name: string): Promise<LibraryDatabase> {
  return openDatabase<LibraryCollections>(platform, name, {
    blobs: { schema: BLOB_COLLECTION_SCHEMA },
    stats: { schema: STATS_COLLECTION_SCHEMA },
    jobs: { schema: JOB_COLLECTION_SCHEMA },
    settings: { schema: STATE_COLLECTION_SCHEMA },
  });
}

/** What belongs to this computer whoever is signed in. */
export async function openDeviceDatabase(platform: Platform): Promise<RxDatabase<{ settings: RxCollection<StateRow> }>> {
  return openDatabase<{ settings: RxCollection<StateRow> }>(platform, 'recto-device', { settings: { schema: STATE_COLLECTION_SCHEMA } });
}

type Collections<T> = { [K in keyof T]: RxCollectionCreator };

async function openDatabase<T>(platform: Platform, name: string, collections: Collections<T>): Promise<RxDatabase<T>> {
  // Adding it again does nothing.
  addRxPlugin(RxDBLeaderElectionPlugin);
  let database: RxDatabase<T> | null = null;
  try {
    database = await createRxDatabase<T>({ name, storage: platform.storage, multiInstance: hasManyWindows(platform), eventReduce: false });
    await database.addCollections(collections);
    return database;
  } catch (thrown) {
    // Left open, it would stand in the way of the next try.
    await database?.close().catch(() => undefined);
    // The mirror says itself what is wrong with the library's file.
    if (thrown instanceof RectoError) throw thrown;
    throw new RectoError('storage_failed', 'The library on this computer can’t be opened. Close other windows of Recto and open it again; nothing in it was changed.', { cause: thrown });
  }
}
