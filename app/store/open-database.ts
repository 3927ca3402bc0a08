import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { addRxPlugin, createRxDatabase, type RxCollection, type RxDatabase } from 'rxdb';
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

/** @throws RectoError storage_failed */
export async function openLibraryDatabase(platform: Platform, name: string): Promise<LibraryDatabase> {
  const database = await openDatabase<LibraryCollections>(platform, name);
  await database.addCollections({
    blobs: { schema: BLOB_COLLECTION_SCHEMA },
    stats: { schema: STATS_COLLECTION_SCHEMA },
    jobs: { schema: JOB_COLLECTION_SCHEMA },
    settings: { schema: STATE_COLLECTION_SCHEMA },
  });
  return database;
}

/** What belongs to this computer whoever is signed in. */
export async function openDeviceDatabase(platform: Platform): Promise<RxDatabase<{ settings: RxCollection<StateRow> }>> {
  const database = await openDatabase<{ settings: RxCollection<StateRow> }>(platform, 'recto-device');
  await database.addCollections({ settings: { schema: STATE_COLLECTION_SCHEMA } });
  return database;
}

async function openDatabase<T>(platform: Platform, name: string): Promise<RxDatabase<T>> {
  // Adding it again does nothing.
  addRxPlugin(RxDBLeaderElectionPlugin);
  try {
    return await createRxDatabase<T>({ name, storage: platform.storage, multiInstance: hasManyWindows(platform), eventReduce: false });
  } catch (thrown) {
    throw new RectoError('storage_failed', 'The library on this computer can’t be opened. Close other windows of Recto and open it again; nothing in it was changed.', { cause: thrown });
  }
}
