/** Recto's home in a browser's tab. */
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { firstValueFrom } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import { PROVIDER_KEY, type Platform } from '#app/ports.ts';
import type { RectoApp } from '#app/recto-app.ts';
import type { AiSettings } from '#processors/contract/runner.ts';
import { createBrowserFiles } from './browser-files.ts';
import { describeDevice } from './describe-device.ts';
import { createLocalJournal } from './local-journal.ts';
import { createLocalSecretStore } from './local-secret-store.ts';
import type { RendererPlatform, StorageKeeping } from './renderer-platform.ts';
import { createImports, createRunner, findModelServers } from './workers.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface BrowserHome {
  platform: Platform;
  host: RendererPlatform;
  /** The runner asks for the settings of text providers when a job starts; they are the app's, which is made after it. */
  useSettingsOf(app: RectoApp): void;
}

/** The server that this page came from; null for a page from a file. */
function findHomeServer(): string | null {
  return location.protocol === 'http:' || location.protocol === 'https:' ? location.origin : null;
}

async function keepStorage(): Promise<StorageKeeping> {
  const holder = 'this browser, on this computer';
  if (!navigator.storage?.persist) return { holder, persistent: false };
  const persistent = (await navigator.storage.persisted()) || (await navigator.storage.persist());
  return { holder, persistent };
}

export function createBrowserPlatform(): BrowserHome {
  let app: RectoApp | null = null;
  const secrets = createLocalSecretStore();
  const aiSettings = async (): Promise<AiSettings> => (app ? readAiSettings(app) : { provider: 'built-in' });

  const platform: Platform = {
    clock: { now: () => Date.now() },
    network: {
      fetch: (input, init) => globalThis.fetch(input, init),
      WebSocket: globalThis.WebSocket,
      isOnline: () => navigator.onLine,
      onChange(listener) {
        window.addEventListener('online', listener);
        window.addEventListener('offline', listener);
        return () => {
          window.removeEventListener('online', listener);
          window.removeEventListener('offline', listener);
        };
      },
    },
    secrets,
    journal: createLocalJournal(),
    runner: createRunner(aiSettings),
    readManuscript: createImports(),
    // 'strict': what is said to be saved has left the browser's buffers for the disk.
    storage: getRxStorageDexie({ chromeTransactionDurability: 'strict' }),
    newId: () => uuidv7(),
    homeServer: findHomeServer(),
    deviceName: describeDevice(navigator.userAgent),
    findModelServers: (signal) => findModelServers(globalThis.fetch.bind(globalThis), signal),
  };

  const host: RendererPlatform = {
    ...createBrowserFiles(),
    keepStorage,
    // A page from elsewhere that looks at this computer makes the browser ask for leave: not without being asked to.
    mayLookAround: LOOPBACK.has(location.hostname),
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
async function readAiSettings(app: RectoApp): Promise<AiSettings> {
  const { ai } = await firstValueFrom(app.settings$);
  const apiKey = await app.platform.secrets.get(PROVIDER_KEY);
  return { ...ai, ...(apiKey && { apiKey }) };
}
