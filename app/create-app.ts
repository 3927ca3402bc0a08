import { BehaviorSubject, defer, distinctUntilChanged, map, of, shareReplay, switchMap, type Observable } from 'rxjs';
import { setCore } from './app-core.ts';
import type { Platform } from './ports.ts';
import type { RectoApp, Session, SyncStatus } from './recto-app.ts';
import { openLibrary, type Library } from './store/library.ts';
import { createLocalState } from './store/local-state.ts';
import { observeBook, observeBooks } from './store/observe-books.ts';
import { observeExpansion } from './store/observe-expansion.ts';
import { openDeviceDatabase } from './store/open-database.ts';
import { openSettings } from './store/settings.ts';

/**
 * Opens the library of whoever was signed in last, or the local one.
 * @throws RectoError storage_failed, storage_full
 */
export async function createApp(platform: Platform): Promise<RectoApp> {
  const deviceDatabase = await openDeviceDatabase(platform);
  const device = createLocalState(deviceDatabase.settings);
  const settings = await openSettings(device);
  const library = new BehaviorSubject<Library>(await openLibrary(platform, null));
  await settings.useLibrary(library.value.state);

  const fromLibrary = <T>(observe: (library: Library) => Observable<T>): Observable<T> => library.pipe(switchMap(observe));
  const app: RectoApp = {
    platform,
    books$: fromLibrary(observeBooks).pipe(shareReplay({ bufferSize: 1, refCount: true })),
    saveStatus$: fromLibrary(({ drafts }) => drafts.status$),
    syncStatus$: of<SyncStatus>({ state: 'signed-out', pending: 0, setAside: [] }),
    session$: library.pipe(map(({ session }): Session | null => session), distinctUntilChanged()),
    settings$: settings.settings$,
    jobs$: fromLibrary(({ jobs }) => jobs.jobs$),
    observeBook: (bookId) => fromLibrary((current) => defer(() => observeBook(current, bookId))),
    observeExpansion: (bookId, chapterId) => fromLibrary((current) => observeExpansion(current, bookId, chapterId)),
    openDraft: (draftId) => library.value.drafts.open(draftId),
    flush: () => library.value.drafts.flush(),
    async close() {
      await library.value.close();
      await deviceDatabase.close();
    },
  };
  setCore(app, { library: async () => library.value, device, changeSettings: settings.change });
  return app;
}
