/** Recto's home in a browser's tab. */
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { v7 as uuidv7 } from 'uuid';
import type { Platform } from '#app/ports.ts';
import type { RectoApp } from '#app/recto-app.ts';
import { readAiSettings } from '#app/use-cases/read-ai-settings.ts';
import { createHttpStudio, type HttpNetwork } from '#app/sync/http-studio.ts';
import type { AiSettings } from '#processors/contract/runner.ts';
import { createBrowserFiles } from './browser-files.ts';
import { createBrowserModels, type BrowserModels } from './browser-models.ts';
import { describeDevice } from './describe-device.ts';
import { keepBrowserStorage } from './keep-browser-storage.ts';
import { createLocalJournal } from './local-journal.ts';
import { createLocalSecretStore } from './local-secret-store.ts';
import type { RendererPlatform } from './renderer-platform.ts';
import { createWindowNetwork } from './window-network.ts';
import { createImports, createRunner, estimateExpansion, estimatePitch, packLibrary } from './workers.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface Home {
  platform: Platform;
  host: RendererPlatform;
  /** The runner asks for the settings of text providers when a job starts; they are the app's, which is made after it. */
  useSettingsOf(app: RectoApp): void;
}

/** The server that this page came from; null for a page from a file. */
function findHomeServer(): string | null {
  return location.protocol === 'http:' || location.protocol === 'https:' ? location.origin : null;
}

export function createBrowserPlatform(): Home {
  let app: RectoApp | null = null;
  const secrets = createLocalSecretStore();
  const { keyFor, providerKeys, models } = createBrowserModels(secrets, (input, init) => globalThis.fetch(input, init));
  const aiSettings = async (): Promise<AiSettings> => (app ? withKey(app, keyFor) : { provider: 'built-in' });

  const clock = { now: () => Date.now() };
  const deviceName = describeDevice(navigator.userAgent);
  const reach: HttpNetwork = { fetch: (input, init) => globalThis.fetch(input, init), WebSocket: globalThis.WebSocket };

  const platform: Platform = {
    clock,
    network: createWindowNetwork(),
    studio: createHttpStudio({ network: reach, secrets, deviceName, clock }),
    journal: createLocalJournal(),
    runner: createRunner(aiSettings),
    readManuscript: createImports(),
    // 'strict': what is said to be saved has left the browser's buffers for the disk.
    storage: getRxStorageDexie({ chromeTransactionDurability: 'strict' }),
    newId: () => uuidv7(),
    deviceName,
    homeServer: findHomeServer(),
    providerKeys,
    models,
    estimateExpansion,
    estimatePitch,
    packLibrary,
  };

  const host: RendererPlatform = {
    ...createBrowserFiles(),
    keepStorage: () => keepBrowserStorage(navigator.storage),
    // A page from elsewhere that looks at this computer makes the browser ask for leave: not without being asked to.
    mayLookAround: LOOPBACK.has(location.hostname),
    desktop: null,
  };

  return {
    platform,
    host,
    useSettingsOf(opened) {
      app = opened;
    },
  };
}

/** The provider's settings with its key, which lives in the secret store alone. */
async function withKey(app: RectoApp, keyFor: BrowserModels['keyFor']): Promise<AiSettings> {
  const ai = await readAiSettings(app);
  const apiKey = ai.baseUrl ? await keyFor(ai.baseUrl) : null;
  return { ...ai, ...(apiKey && { apiKey }) };
}
