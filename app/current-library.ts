/** The library of whoever is signed in, its sync, and the change from one account's to another's. */
import { BehaviorSubject, distinctUntilChanged, filter, firstValueFrom, map, NEVER, of, skip, switchMap, type Observable } from 'rxjs';
import type { Platform } from './ports.ts';
import type { Session, Settings, SyncStatus } from './recto-app.ts';
import { openLibrary, type Library } from './store/library.ts';
import { hasManyWindows, libraryName } from './store/open-database.ts';
import type { Account } from './sync/account.ts';
import { createSync } from './sync/create-sync.ts';
import type { Sync } from './sync/sync-types.ts';

export interface CurrentLibrary {
  /** While accounts are switched, the one that comes. @throws RectoError where the switch failed */
  get(): Promise<Library>;
  /** Null while accounts are switched. */
  readonly opened: Library | null;
  /** A stream of the library that is open, which goes on with the next one's; nothing comes of it in between. */
  stream<T>(observe: (library: Library) => Observable<T>): Observable<T>;
  /** Null: nobody is signed in. */
  readonly sync: Sync | null;
  readonly syncStatus$: Observable<SyncStatus>;
  /** The session whose library is open. */
  readonly session$: Observable<Session | null>;
  close(): Promise<void>;
}

const SIGNED_OUT: SyncStatus = { state: 'signed-out', pending: 0, setAside: [] };

/**
 * @param onOpened called when a library is open, before anyone sees it
 * @param readSettings this moment's
 * @throws RectoError storage_failed, storage_full
 */
export async function openCurrentLibrary(platform: Platform, account: Account, onOpened: (library: Library) => Promise<void>, readSettings: () => Settings): Promise<CurrentLibrary> {
  const library$ = new BehaviorSubject<Library | null>(null);
  const sync$ = new BehaviorSubject<Sync | null>(null);
  const opened$ = library$.pipe(filter((library) => library !== null));

  const startSync = (library: Library): void => {
    const { session, connection } = account;
    if (!session || !connection || libraryName(session) !== libraryName(library.session)) return;
    const { database, state, history } = library;
    const sync = createSync({ history, platform, session, connection, collection: database.blobs, state, waitForLeadership: hasManyWindows(platform) });
    sync$.next(sync);
    sync.start();
  };

  const stopSync = async (): Promise<void> => {
    const sync = sync$.value;
    await sync?.stop();
    sync$.next(null);
  };

  const open = async (session: Session | null): Promise<void> => {
    const library = await openLibrary(platform, session, readSettings);
    await onOpened(library);
    startSync(library);
    library$.next(library);
  };

  const switchTo = async (session: Session | null): Promise<void> => {
    await stopSync();
    const before = library$.value;
    if (before && libraryName(session) === libraryName(before.session)) {
      startSync(before);
      return;
    }
    // From here on nobody reads what is about to close.
    library$.next(null);
    try {
      await before?.close();
    } catch (thrown) {
      // What is unsaved can't be stored now: its library stays open, and saving goes on.
      library$.next(before);
      throw thrown;
    }
    await open(session);
  };

  await open(account.session);
  let switching: Promise<void> = Promise.resolve();
  const subscription = account.session$.pipe(skip(1)).subscribe((session) => {
    switching = switching.catch(() => undefined).then(() => switchTo(session));
    // Whoever asks for the library next gets the error.
    switching.catch(() => undefined);
  });

  return {
    async get() {
      await switching;
      return firstValueFrom(opened$);
    },
    get opened() {
      return library$.value;
    },
    stream: (observe) => library$.pipe(switchMap((library) => (library ? observe(library) : NEVER))),
    get sync() {
      return sync$.value;
    },
    syncStatus$: sync$.pipe(switchMap((sync) => sync?.status$ ?? of(SIGNED_OUT)), distinctUntilChanged()),
    session$: opened$.pipe(map(({ session }) => session), distinctUntilChanged()),
    async close() {
      subscription.unsubscribe();
      await switching.catch(() => undefined);
      await stopSync();
      const library = library$.value;
      library$.next(null);
      await library?.close();
      library$.complete();
    },
  };
}
