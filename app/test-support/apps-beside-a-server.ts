/** Whole apps of one author and a real server, for a test file: a new server for each test, and all is closed after it. */
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach } from 'vitest';
import { createApp } from '../create-app.ts';
import type { Platform } from '../ports.ts';
import type { RectoApp, SyncStatus } from '../recto-app.ts';
import { startWorld, type World } from '../sync/sync-rig.acceptance.ts';

interface AppsBesideAServer {
  readonly world: World;
  /** RxDB knows IndexedDB databases by name, whatever factory they come from: of two devices in one test, one is in memory. */
  open(platform: Platform): Promise<RectoApp>;
  close(app: RectoApp): Promise<void>;
}

/** Call it where a file's hooks are set. */
export function setUpApps(): AppsBesideAServer {
  let world: World;
  const open: RectoApp[] = [];
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
    await world.close();
  });
  return {
    get world() {
      return world;
    },
    open: async (platform) => {
      const app = await createApp(platform);
      open.push(app);
      return app;
    },
    close: async (app) => {
      open.splice(open.indexOf(app), 1);
      await app.close();
    },
  };
}

/** Resolves when everything is at the server and here. */
export function synced(app: RectoApp): Promise<SyncStatus> {
  return firstValueFrom(app.syncStatus$.pipe(filter(({ state, pending }) => state === 'synced' && pending === 0)));
}
