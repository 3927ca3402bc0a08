import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../create-app.ts';
import type { Journal, Platform } from '../ports.ts';
import type { RectoApp } from '../recto-app.ts';
import { createMemoryStorage, createTestPlatform } from '../test-support/test-platform.ts';
import { createBook } from '../use-cases/create-book.ts';
import { createBlobStore } from './blob-store.ts';
import { libraryName, openLibraryDatabase } from './open-database.ts';

function createJournal(): Journal & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    write: (key, value) => void all.set(key, value),
    remove: (key) => void all.delete(key),
    read: () => [...all].map(([key, value]) => ({ key, value })),
  };
}

/** One disk as two windows see it, of which the first can be cut off, as one whose process has ended. */
function createSharedDisk(): { first: Platform['storage']; second: Platform['storage']; stop(): void; go(): void } {
  const storage = createMemoryStorage();
  let stopped = false;
  return {
    second: { ...storage, name: `${storage.name}-second` },
    stop: () => void (stopped = true),
    go: () => void (stopped = false),
    first: {
      ...storage,
      async createStorageInstance(params) {
        const instance = await storage.createStorageInstance(params);
        const bulkWrite = instance.bulkWrite.bind(instance);
        instance.bulkWrite = async (rows, context) => {
          if (stopped && params.collectionName === 'blobs') throw new DOMException('closed', 'InvalidStateError');
          return bulkWrite(rows, context);
        };
        return instance;
      },
    },
  };
}

let app: RectoApp | undefined;
afterEach(async () => app?.close());

describe('what was typed when the window went', () => {
  it('is in the draft at the next start, with what was written there meanwhile', async () => {
    const journal = createJournal();
    const disk = createSharedDisk();
    const gone = await createApp(createTestPlatform({ storage: disk.first, journal }));
    const { bookId } = await createBook(gone, { title: 'The Keeper', author: '' });
    const draftId = (await firstValueFrom(gone.observeBook(bookId).pipe(filter((book) => book !== null)))).chapters[0]!.draftId;
    const session = await gone.openDraft(draftId);
    session.changed(() => 'First.\n\nSecond.');
    await session.flush();
    expect(journal.all.size).toBe(0);
    session.changed(() => 'First, typed at the end.\n\nSecond.');
    disk.stop();
    // The window is told that it goes, and gets no turn after that: what is kept by now must be all.
    const flushed = gone.flush();
    const kept = new Map(journal.all);
    await expect(flushed).rejects.toMatchObject({ code: 'storage_failed' });

    const platform = createTestPlatform({ storage: disk.second, journal });
    const database = await openLibraryDatabase(platform, libraryName(null));
    await createBlobStore(database.blobs, platform.clock).change(draftId, (blob) => ({ ...blob, data: { ...blob.data, content: 'First.\n\nSecond, from elsewhere.' } }));
    await database.close();
    expect([...journal.all]).toEqual([...kept]);
    app = await createApp(platform);
    expect((await app.openDraft(draftId)).initialText).toBe('First, typed at the end.\n\nSecond, from elsewhere.');
    expect(journal.all.size).toBe(0);
    disk.go();
    await gone.close();
  });

  it('stays kept when its library is another or when it can’t be read', async () => {
    const journal = createJournal();
    journal.write('unsaved:recto-0123456789abcdef:s', JSON.stringify({ draftId: 'd', base: '', text: 'Another account’s.' }));
    journal.write('unsaved:recto-local:s1', '{"draftId":');
    journal.write('unsaved:recto-local:s2', JSON.stringify({ draftId: 'not-here', base: '', text: 'Words.' }));
    app = await createApp(createTestPlatform({ journal }));
    expect(journal.all.size).toBe(3);
  });
});
