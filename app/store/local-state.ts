/** Small values that stay on this computer: one state for the device, one for each library. */
import type { RxCollection } from 'rxdb';
import type { LocalState } from '../sync/sync-types.ts';
import type { StateRow } from './collections.ts';
import { toStorageError } from './storage-error.ts';

export function createLocalState(collection: RxCollection<StateRow>): LocalState {
  return {
    async get(key) {
      const [row] = await collection.storageInstance.findDocumentsById([key], false);
      return row?.value ?? null;
    },
    async set(key, value) {
      try {
        if (value === null) await collection.findOne(key).remove();
        else await collection.incrementalUpsert({ id: key, value });
      } catch (thrown) {
        throw toStorageError(thrown);
      }
    },
  };
}
