/** A platform for tests: real processors, a real storage, a clock of its own where a test wants one. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import type { RxStorage } from 'rxdb';
import { v7 } from 'uuid';
import type { ImportedManuscript, ImportInput } from '#processors/contract/manuscript.ts';
import type { ProcessorRunner } from '#processors/contract/runner.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Platform, ProviderKeys, SecretStore } from '../ports.ts';
import { createHttpStudio } from '../sync/http-studio.ts';

let made = 0;

/** A disk of its own, which keeps what is written when an app on it is closed. One of a name can be open at a time. */
export function createDexieStorage(): RxStorage<unknown, unknown> {
  made += 1;
  const storage = getRxStorageDexie({ indexedDB: new IDBFactory(), IDBKeyRange, chromeTransactionDurability: 'strict' });
  return Object.assign(storage, { name: `dexie-${made}` });
}

/** Keeps what is written like a disk. Two devices of one account can have one each, open at the same time. */
export function createMemoryStorage(): RxStorage<unknown, unknown> {
  made += 1;
  return Object.assign({}, getRxStorageMemory(), { name: `memory-${made}`, collectionStates: new Map() });
}

export const STORAGES = { memory: createMemoryStorage, dexie: createDexieStorage };

function createMemorySecrets(): SecretStore {
  const all = new Map<string, string>();
  return {
    persistent: false,
    get: async (name) => all.get(name) ?? null,
    set: async (name, value) => void all.set(name, value),
    delete: async (name) => void all.delete(name),
  };
}

export function createMemoryProviderKeys(): ProviderKeys & { kept: { baseUrl: string; key: string } | null } {
  return {
    kept: null,
    async status() {
      return { persistent: false, keyFor: this.kept && new URL(this.kept.baseUrl).origin };
    },
    async set(key) {
      this.kept = key;
    },
    async delete() {
      this.kept = null;
    },
  };
}

/** For tests that run no processor: any run is an error. */
const noRunner: ProcessorRunner = {
  run: async ({ processorId }) => {
    throw new RectoError('processor_unknown', `No processor “${processorId}” in this test.`);
  },
  dispose: async () => undefined,
};

export function createTestPlatform(options: Partial<Platform> = {}): Platform {
  const clock = options.clock ?? { now: () => Date.now() };
  return {
    clock,
    network: { isOnline: () => true, onChange: () => () => undefined },
    studio: createHttpStudio({ network: { fetch: (...args) => fetch(...args), WebSocket }, secrets: createMemorySecrets(), deviceName: 'test', clock }),
    runner: noRunner,
    storage: createMemoryStorage(),
    manyWindows: false,
    readManuscript: async () => {
      throw new RectoError('import_unsupported', 'No import in this test.');
    },
    newId: () => v7(),
    homeServer: null,
    providerKeys: createMemoryProviderKeys(),
    models: { find: async () => [], list: async () => [] },
    ...options,
  };
}

/** A reader of manuscripts that has read one already. */
export function readerOf(manuscript: ImportedManuscript): Platform['readManuscript'] {
  return async (_input: ImportInput) => manuscript;
}
