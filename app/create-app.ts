import { shareReplay, switchMap, type Observable } from 'rxjs';
import { setCore } from './app-core.ts';
import type { Platform } from './ports.ts';
import type { RectoApp } from './recto-app.ts';
import type { Library } from './store/library.ts';
import { createLocalState } from './store/local-state.ts';
import { observeBook, observeBooks } from './store/observe-books.ts';
import { observeExpansion } from './store/observe-expansion.ts';
import { openDeviceDatabase } from './store/open-database.ts';
import { openSettings } from './store/settings.ts';
import { openAccount } from './sync/account.ts';
import { openLibraries } from './sync/open-libraries.ts';

/**
 * Opens the library of whoever was signed in last, or the local one, and starts to sync it.
 * @throws RectoError storage_failed, storage_full
 */
export async function createApp(platform: Platform): Promise<RectoApp> {
  const deviceDatabase = await openDeviceDatabase(platform);
  const device = createLocalState(deviceDatabase.settings);
  const settings = await openSettings(device);
  const account = await openAccount(platform, device);
  const libraries = await openLibraries(platform, account, (library) => settings.useLibrary(library.state));
  // Who reads a library's stream reads on in the next one's when accounts are switched.
  const stream = <T>(observe: (library: Library) => Observable<T>): Observable<T> => libraries.current$.pipe(switchMap(observe));

  const app: RectoApp = {
    platform,
    books$: stream(observeBooks).pipe(shareReplay({ bufferSize: 1, refCount: true })),
    saveStatus$: stream(({ drafts }) => drafts.status$),
    syncStatus$: libraries.syncStatus$,
    conflicts$: libraries.conflicts$,
    session$: account.session$,
    settings$: settings.settings$,
    jobs$: stream(({ jobs }) => jobs.jobs$),
    observeBook: (bookId) => stream((library) => observeBook(library, bookId)),
    observeExpansion: (bookId, chapterId) => stream((library) => observeExpansion(library, bookId, chapterId)),
    openDraft: async (draftId) => (await libraries.get()).drafts.open(draftId),
    flush: async () => (await libraries.get()).drafts.flush(),
    async close() {
      await libraries.close();
      await deviceDatabase.close();
    },
  };
  setCore(app, { device, account, libraries, library: () => libraries.get(), changeSettings: settings.change });
  return app;
}
