import { shareReplay } from 'rxjs';
import { setCore } from './app-core.ts';
import { openCurrentLibrary } from './current-library.ts';
import type { Platform } from './ports.ts';
import type { RectoApp } from './recto-app.ts';
import { openLibrary } from './store/library.ts';
import { createLocalState } from './store/local-state.ts';
import { observeBook, observeBooks } from './store/observe-books.ts';
import { observeExpansion } from './store/observe-expansion.ts';
import { openDeviceDatabase } from './store/open-database.ts';
import { openSettings } from './store/settings.ts';
import { openAccount } from './sync/account.ts';
import { observeConflicts } from './sync/conflicts.ts';

/**
 * Opens the library of whoever was signed in last, or the local one, and starts to sync it.
 * @throws RectoError storage_failed, storage_full
 */
export async function createApp(platform: Platform): Promise<RectoApp> {
  const deviceDatabase = await openDeviceDatabase(platform);
  const device = createLocalState(deviceDatabase.settings);
  const settings = await openSettings(device);
  const account = await openAccount(platform, device);
  const current = await openCurrentLibrary(platform, account, (library) => settings.useLibrary(library.state));

  const app: RectoApp = {
    platform,
    books$: current.stream(observeBooks).pipe(shareReplay({ bufferSize: 1, refCount: true })),
    saveStatus$: current.stream(({ drafts }) => drafts.status$),
    syncStatus$: current.syncStatus$,
    conflicts$: current.stream((library) => observeConflicts(library.database.blobs)),
    session$: current.session$,
    settings$: settings.settings$,
    jobs$: current.stream(({ jobs }) => jobs.jobs$),
    observeBook: (bookId) => current.stream((library) => observeBook(library, bookId)),
    observeExpansion: (bookId, chapterId) => current.stream((library) => observeExpansion(library, bookId, chapterId)),
    openDraft: async (draftId) => (await current.get()).drafts.open(draftId),
    // At once, where it can be: a window that goes waits for nothing.
    flush: async () => (current.opened ?? (await current.get())).drafts.flush(),
    async close() {
      await current.close();
      await deviceDatabase.close();
    },
  };
  setCore(app, {
    device,
    account,
    library: () => current.get(),
    sync: () => current.sync,
    openLocalLibrary: () => openLibrary(platform, null),
    changeSettings: settings.change,
  });
  return app;
}
