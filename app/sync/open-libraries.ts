/** The library that is open, the account's or the local one, and the sync that belongs to it. One is open at a time. */
import { BehaviorSubject, distinctUntilChanged, of, switchMap, type Observable } from 'rxjs';
import type { Platform } from '../ports.ts';
import type { Session, SyncStatus } from '../recto-app.ts';
import { openLibrary, type Library } from '../store/library.ts';
import { hasManyWindows, libraryName } from '../store/open-database.ts';
import type { Account } from './account.ts';
import { observeConflicts } from './conflicts.ts';
import { createSync } from './create-sync.ts';
import type { ConflictView, Sync } from './sync-types.ts';

export interface OpenLibraries {
  /** The one that is open; while libraries are switched, still the one before. */
  readonly current$: BehaviorSubject<Library>;
  readonly syncStatus$: Observable<SyncStatus>;
  readonly conflicts$: Observable<ConflictView[]>;
  /** Null in a library without an account. */
  readonly sync: Sync | null;
  /** The one that is open; while libraries are switched, the one that comes. */
  get(): Promise<Library>;
  /** Opens the library of the session, or the local one; for the account that is open already, sync begins anew. */
  follow(session: Session | null): Promise<Library>;
  close(): Promise<void>;
}

const SIGNED_OUT: SyncStatus = { state: 'signed-out', pending: 0, setAside: [] };

/** @param onOpened called when a library is open, before anyone sees it */
export async function openLibraries(platform: Platform, account: Account, onOpened: (library: Library) => Promise<void>): Promise<OpenLibraries> {
  const open = async (session: Session | null): Promise<Library> => {
    const library = await openLibrary(platform, session);
    await onOpened(library);
    return library;
  };
  const startSync = (library: Library): Sync | null => {
    const { session, tokens } = account;
    if (!session || !tokens || libraryName(session) !== libraryName(library.session)) return null;
    const { database, state } = library;
    const sync = createSync({ platform, session, tokens, collection: database.blobs, state, waitForLeadership: hasManyWindows(platform) });
    sync.start();
    return sync;
  };

  const current$ = new BehaviorSubject(await open(account.session));
  const sync$ = new BehaviorSubject(startSync(current$.value));
  let turn: Promise<unknown> = Promise.resolve();

  async function change(session: Session | null): Promise<Library> {
    const before = current$.value;
    await sync$.value?.stop();
    if (libraryName(before.session) === libraryName(session)) {
      sync$.next(startSync(before));
      return before;
    }
    // What is unsaved belongs to the library before: where it can't be stored, that one stays open.
    await before.drafts.flush();
    const next = await open(session);
    sync$.next(startSync(next));
    current$.next(next);
    await before.close();
    return next;
  }

  return {
    current$,
    syncStatus$: sync$.pipe(switchMap((sync) => sync?.status$ ?? of(SIGNED_OUT)), distinctUntilChanged()),
    conflicts$: current$.pipe(switchMap((library) => observeConflicts(library.database.blobs))),
    get sync() {
      return sync$.value;
    },
    get: async () => {
      await turn.catch(() => undefined);
      return current$.value;
    },
    follow: (session) => {
      const changed = turn.then(() => change(session), () => change(session));
      turn = changed;
      return changed;
    },
    close: async () => {
      await turn.catch(() => undefined);
      await sync$.value?.stop();
      await current$.value.close();
    },
  };
}
