import { now } from 'rxdb';
import { describe, expect, it } from 'vitest';
import { openLibrary } from './library.ts';
import { moveRxdbClockPast } from './rxdb-clock.ts';
import { createTestPlatform, STORAGES } from '../test-support/test-platform.ts';
import { createBlobStore, type NewBlob } from './blob-store.ts';
import { libraryName, openLibraryDatabase } from './open-database.ts';

function draft(id: string): NewBlob {
  return { id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: 'Text.' } };
}

const DAY_MS = 86_400_000;

describe('RxDB’s clock', () => {
  it('moves past a time in the future at once, and stays there', () => {
    const later = Date.now() + DAY_MS;
    const real = Date.now;
    moveRxdbClockPast(later);
    expect(Date.now).toBe(real);
    expect(now()).toBeGreaterThan(later);
    expect(now()).toBeGreaterThan(later);
  });

  // Each further ahead than the one before: RxDB's clock never goes back within a process.
  it.each(Object.entries(STORAGES).map(([name, create], index) => [name, create, index] as const))(
    'is past every stored write when a library is opened after the clock was set back, on %s, tombstones too',
    async (_name, createStorage, index) => {
      const platform = createTestPlatform({ storage: createStorage() });
      const ahead = Date.now() + (10 + index) * 365 * DAY_MS;
      // As an earlier run left it whose clock was ahead: written past RxDB's own clock, which knows nothing of it.
      const database = await openLibraryDatabase(platform, libraryName(null));
      const blobs = createBlobStore(database.blobs, platform.clock);
      await blobs.insert([draft(`ahead-${index}`)]);
      const storage = database.blobs.storageInstance;
      const [row] = await storage.findDocumentsById([`ahead-${index}`], true);
      const write = await storage.originalStorageInstance.bulkWrite(
        [{ previous: row!, document: { ...row!, _deleted: true, _rev: '2-x', _meta: { lwt: ahead } } }],
        'test',
      );
      expect(write.error).toEqual([]);
      await database.close();
      expect(now()).toBeLessThan(ahead);

      const second = await openLibrary(platform, null);
      await second.blobs.insert([draft(`after-${index}`)]);
      const [after] = await second.database.blobs.storageInstance.findDocumentsById([`after-${index}`], false);
      expect(after!._meta.lwt).toBeGreaterThan(ahead);
      await second.close();
    },
  );
});
