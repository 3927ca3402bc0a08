/** Recto's home in a desktop window: the words in the author's own file, files by the system's dialogs. */
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { ReplaySubject } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import type { Platform } from '#app/ports.ts';
import type { RectoApp } from '#app/recto-app.ts';
import { readAiSettings } from '#app/use-cases/read-ai-settings.ts';
import type { IpcBridge, Notice } from '#schemas/ipc.ts';
import type { Desktop } from './desktop.ts';
import { createCaller, createListener } from './desktop-bridge.ts';
import { createDesktopFiles } from './desktop-files.ts';
import { createDesktopMirror } from './desktop-mirror.ts';
import { createDesktopRunner } from './desktop-runner.ts';
import { createDesktopStudio } from './desktop-studio.ts';
import { createDesktopModels, createDesktopProviderKeys } from './desktop-models.ts';
import { createLocalJournal } from './local-journal.ts';
import type { RendererPlatform } from './renderer-platform.ts';
import { createImports, estimateExpansion, estimatePitch } from './workers.ts';
import { createWindowNetwork } from './window-network.ts';

export interface DesktopHome {
  platform: Platform;
  host: RendererPlatform;
  desktop: Desktop;
  /** The runner asks for the settings of text providers when a job starts; they are the app's, which is made after it. */
  useSettingsOf(app: RectoApp): void;
}

/** Asks the program who it is first. @throws RectoError where it does not answer */
export async function createDesktopPlatform(bridge: IpcBridge): Promise<DesktopHome> {
  let app: RectoApp | null = null;
  const call = createCaller(bridge);
  const on = createListener(bridge);
  // From the first moment: what is said before the screens are there is shown when they are.
  const notices$ = new ReplaySubject<Notice>();
  on('notice', (notice) => notices$.next(notice));
  const [start, secrets] = await Promise.all([call('app.start', {}), call('secrets.status', {})]);
  for (const notice of start.notices) notices$.next(notice);
  const desktop: Desktop = { start, notices$, call, on };

  const platform: Platform = {
    clock: { now: () => Date.now() },
    network: createWindowNetwork((listener) => on('resumed', listener)),
    studio: createDesktopStudio({ call, on, persistent: secrets.persistent }),
    journal: createLocalJournal(),
    runner: createDesktopRunner(call, async () => (app ? readAiSettings(app) : { provider: 'built-in' })),
    readManuscript: createImports(),
    // 'strict' here too: a program that is killed finds both sides as they were said to be.
    storage: getRxStorageDexie({ chromeTransactionDurability: 'strict' }),
    mirror: createDesktopMirror(call),
    manyWindows: false,
    newId: () => uuidv7(),
    deviceName: start.deviceName,
    homeServer: null,
    providerKeys: createDesktopProviderKeys(call),
    models: createDesktopModels(call),
    estimateExpansion,
    estimatePitch,
  };

  const host: RendererPlatform = {
    ...createDesktopFiles(call),
    keepStorage: async () => ({
      sentence: `Your words are in ${start.libraryFile}, a file of your own on this computer, and backups of it are made by themselves.`,
      mayBeCleared: false,
    }),
    // The program looks, not the page: nobody is asked.
    mayLookAround: true,
    desktop,
  };
  return {
    platform,
    host,
    desktop,
    useSettingsOf(opened) {
      app = opened;
    },
  };
}
