import { distinctUntilChanged, filter, map, merge, NEVER, ReplaySubject, shareReplay } from 'rxjs';
import type { Notice } from '#schemas/ipc.ts';
import { setCore, type AppCore } from './app-core.ts';
import { openCurrentLibrary, type CurrentLibrary } from './current-library.ts';
import { instanceOf } from './domain/processor-instance.ts';
import type { Platform } from './ports.ts';
import type { RectoApp } from './recto-app.ts';
import { emptyLeftLibraries } from './store/left-libraries.ts';
import { openLibrary } from './store/library.ts';
import { createLocalState } from './store/local-state.ts';
import { createMirroredStorage, type MirroredStorage } from './store/mirror/mirrored-storage.ts';
import { observeBook, observeBooks } from './store/observe-books.ts';
import { observeExpansion } from './store/observe-expansion.ts';
import { observeThread } from './store/observe-thread.ts';
import { observeTrash } from './store/trash/observe-trash.ts';
import { observeVersions } from './store/history/observe-versions.ts';
import { openDeviceDatabase } from './store/open-database.ts';
import { joinSaveStatus } from './store/save-status.ts';
import { openSettings } from './store/settings.ts';
import { openAccount } from './sync/account.ts';
import { createCloudRunner, createPlacedRunner } from './sync/cloud-runner.ts';
import { observeConflicts } from './sync/conflicts.ts';
import { createInstanceSync } from './sync/instance-sync.ts';
import { createProcessorApi } from './sync/processor-api.ts';

/**
 * Opens the library of whoever was signed in last, or the local one, and starts to sync it.
 * @param home where it has a mirror, what is stored is saved when it is there, too
 * @throws RectoError storage_failed, storage_full, and storage_locked of the mirror
 */
export async function createApp(home: Platform): Promise<RectoApp> {
  const mirrored = home.mirror ? createMirroredStorage(home.storage, home.mirror, home) : null;
  const platform = mirrored ? { ...home, storage: mirrored.storage } : home;
  let deviceDatabase: DeviceDatabase | null = null;
  try {
    deviceDatabase = await openDeviceDatabase(platform);
    return await openApp(platform, mirrored, deviceDatabase);
  } catch (thrown) {
    // Left open, they would stand in the way of the next try.
    await deviceDatabase?.close().catch(() => undefined);
    await mirrored?.close();
    throw thrown;
  }
}

type DeviceDatabase = Awaited<ReturnType<typeof openDeviceDatabase>>;

async function openApp(platform: Platform, mirrored: MirroredStorage | null, deviceDatabase: DeviceDatabase): Promise<RectoApp> {
  const device = createLocalState(deviceDatabase.settings);
  const settings = await openSettings(device);
  const account = await openAccount(platform, device);
  const instances = createInstanceSync({ account, state: device, settings });
  const findCloud = (processorId: string) => {
    const { session, connection } = account;
    const sync = current?.sync;
    if (!session || !connection || !sync || instanceOf(settings.current.processors, processorId).runAt === 'device') return null;
    return createCloudRunner({ api: createProcessorApi(connection, session.server), events$: sync.events$, syncNow: () => sync.syncNow() });
  };
  const placed = { ...platform, runner: createPlacedRunner(platform.runner, findCloud) };
  let current: CurrentLibrary | null = null;
  current = await openCurrentLibrary(placed, account, (library) => settings.useLibrary(library.state), () => settings.current);

  // At the start, and whenever the connection is back.
  const online$ = current.syncStatus$.pipe(map(({ state }) => state === 'synced' || state === 'syncing'), distinctUntilChanged(), filter((isOnline) => isOnline));
  const following = online$.subscribe(() => void instances.refresh());

  const drafts$ = current.stream(({ drafts }) => drafts.status$);

  const troubles$ = new ReplaySubject<Notice>();
  const app: RectoApp = {
    platform,
    books$: current.stream(observeBooks).pipe(shareReplay({ bufferSize: 1, refCount: true })),
    saveStatus$: mirrored ? joinSaveStatus(drafts$, mirrored) : drafts$,
    notices$: merge(mirrored?.notices$ ?? NEVER, troubles$),
    syncStatus$: current.syncStatus$,
    conflicts$: current.stream((library) => observeConflicts(library.database.blobs)),
    session$: current.session$,
    settings$: settings.settings$,
    jobs$: current.stream(({ jobs }) => jobs.jobs$),
    usage$: current.stream(({ usage }) => usage.entries$),
    bookRuns$: current.stream(({ runs }) => runs.runs$),
    observeHistory: () => current.stream(({ jobs }) => jobs.observeHistory()),
    observeThread: (bookId, chapterId) => current.stream((library) => observeThread(library, bookId, chapterId)),
    observeVersions: (bookId, chapterId) => current.stream((library) => observeVersions(library, bookId, chapterId)),
    observeTrash: () => current.stream(observeTrash),
    observeBook: (bookId) => current.stream((library) => observeBook(library, bookId)),
    observeExpansion: (bookId, chapterId) => current.stream((library) => observeExpansion(library, bookId, chapterId)),
    openDraft: async (draftId) => (await current.get()).drafts.open(draftId),
    // At once, where it can be: a window that goes waits for nothing.
    async flush() {
      await (current.opened ?? (await current.get())).drafts.flush();
      await mirrored?.settled();
    },
    async close() {
      await emptying;
      following.unsubscribe();
      instances.close();
      await current.close();
      await deviceDatabase.close();
      await mirrored?.close();
    },
  };
  const core: AppCore = {
    device,
    account,
    library: () => current.get(),
    sync: () => current.sync,
    openLocalLibrary: () => openLibrary(platform, null, () => settings.current, false),
    instances,
    changeSettings: settings.change,
  };
  setCore(app, core);
  // Nobody waits for it.
  const emptying = emptyLeftLibraries(core, platform, true).catch(() =>
    troubles$.next({ kind: 'warning', message: 'The books of a deleted account could not all be brought into this library yet. They are safe on this device; the next start of Recto tries again.' }),
  );
  return app;
}
