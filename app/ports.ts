/** What the app needs of the place it runs in. The renderer's platform/ gives it; tests give their own. */
import type { RxStorage } from 'rxdb';
import type { ReadManuscript } from '#processors/contract/manuscript.ts';
import type { ProcessorRunner } from '#processors/contract/runner.ts';
import type { Mark, MirrorRow, MirrorStore } from '#schemas/ipc.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Secrets (the refresh token, a provider's key): a keychain where there is one. */
export interface SecretStore {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
  /** False: what is set lives only as long as the window. */
  readonly persistent: boolean;
}

/**
 * Keeps a few texts without waiting. When a window goes, the library has no time left to store what was typed a moment
 * ago; this has, and the next start brings it into the library.
 */
export interface Journal {
  /** Where there is no room it does nothing: the library is still tried. */
  write(key: string, value: string): void;
  remove(key: string): void;
  /** Everything that is kept. */
  read(): { key: string; value: string }[];
}

/**
 * The author's file outside the browser engine: every row of the storage, in the order of writing. All of it throws
 * RectoError storage_full, storage_failed, storage_locked.
 */
export interface Mirror {
  open(place: { database: string; collection: string; schemaVersion: number }): Promise<MirrorStore>;
  /** On the disk when it resolves. A row that is there in this or a later state is left as it is. */
  write(store: number, rows: readonly MirrorRow[]): Promise<Mark>;
  /** Rows after a mark, in the order of writing; null: from the first. */
  read(store: number, after: Mark | null, limit: number): Promise<MirrorRow[]>;
  readKeys(store: number, after: Mark | null, limit: number): Promise<Pick<MirrorRow, 'id' | 'lwt' | 'rev'>[]>;
  readSome(store: number, ids: readonly string[]): Promise<MirrorRow[]>;
  /** The collection was removed. */
  forget(store: number): Promise<void>;
}

/** Network, so that tests can cut it. */
export interface Network {
  fetch: typeof fetch;
  WebSocket: typeof WebSocket;
  isOnline(): boolean;
  /** Calls back when the system says that it is on or off line; returns how to stop. */
  onChange(listener: () => void): () => void;
}

/** A model server found on this computer. */
export interface FoundModelServer {
  name: 'Ollama' | 'LM Studio' | 'llama.cpp';
  baseUrl: string;
  models: string[];
}

/**
 * The key of a text provider. It is bound to the origin of the address it was given for and goes nowhere else; no one
 * can read it back here: the host of the processors has it.
 */
export interface ProviderKeys {
  /**
   * `persistent` false: what is set lives only as long as the window or the program. `keyFor`: the origin that the
   * kept key is for; null: none is kept.
   */
  status(): Promise<{ persistent: boolean; keyFor: string | null }>;
  /** Takes the place of the key that was there. @throws RectoError configuration (no address), file_unwritable */
  set(key: { baseUrl: string; key: string }): Promise<void>;
  delete(): Promise<void>;
}

/** Model servers, asked by whoever may reach them. */
export interface Models {
  /** Those that run on this computer. Finding none is no error. */
  find(signal: AbortSignal): Promise<FoundModelServer[]>;
  /**
   * The models of a server, asked with the key that is kept for it; none where it doesn't name any.
   * @throws RectoError configuration, forbidden (the author said no), provider_unreachable, provider_auth, provider_failed, cancelled
   */
  list(baseUrl: string, signal: AbortSignal): Promise<string[]>;
}

export interface Platform {
  clock: Clock;
  network: Network;
  secrets: SecretStore;
  /** Absent where a window never goes without waiting for its app. */
  journal?: Journal;
  runner: ProcessorRunner;
  storage: RxStorage<unknown, unknown>;
  /** Absent where there is no disk outside the storage: what is stored is then saved. */
  mirror?: Mirror;
  /** Whether several windows may have the storage open at once; where it is not said, those on IndexedDB may. */
  manyWindows?: boolean;
  /** Reads what an author imports, off the main thread where there is one. */
  readManuscript: ReadManuscript;
  /** UUIDv7. */
  newId(): string;
  /** The server that this page came from, offered at sign-in; null where there is none. */
  homeServer: string | null;
  deviceName: string;
  providerKeys: ProviderKeys;
  models: Models;
}
