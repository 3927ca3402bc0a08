/** What the app needs of the place it runs in. The renderer's platform/ gives it; tests give their own. */
import type { RxStorage } from 'rxdb';
import type { ExportOptions, ExportReport, LibrarySource } from '#processors/contract/library-source.ts';
import type { ReadManuscript } from '#processors/contract/manuscript.ts';
import type { AiSettings, ProcessorRunner } from '#processors/contract/runner.ts';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import type { Mark, MirrorRow, MirrorStore } from '#schemas/ipc.ts';
import type { Session } from './recto-app.ts';

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
 * RectoError storage_full, storage_failed, storage_locked (call again, it recovers by itself), storage_newer (nothing is
 * touched), and not_found: the file was opened or made anew, so `open` the store again and compare. A page of rows or
 * keys may be shorter than its limit; an empty one is the end.
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

/** Whether there is a network, so that tests can say there is none. */
export interface Network {
  isOnline(): boolean;
  /** Calls back when the system says that it is on or off line; returns how to stop. */
  onChange(listener: () => void): () => void;
}

/** Who signs in, and where. */
export interface Credentials {
  /** As a person writes it: with or without https://. */
  server: string;
  email: string;
  password: string;
  /** Of a new account where registration is closed: the token of the link that was sent. */
  invitation?: string;
}

/** The Studio API of an account's server, and the session with it. Whoever implements it keeps the tokens: they never come through here. */
export interface Studio {
  /** False: a session ends with the program, and the author signs in again at the next start. */
  readonly persistent: boolean;
  /**
   * Called once when the app starts, with the account whose library it opens. What is left of a sign-in that the app
   * never heard the end of is left. Nobody waits for it.
   */
  resume(session: Session | null): void;
  /**
   * Makes an account, or signs in. The password is never kept.
   * @throws RectoError wrong_credentials, already_exists, registration_closed, link_invalid (the invitation), schema_violation, rate_limited, network, protocol, malformed (the address), cancelled (the author does not want this server)
   */
  enter(how: 'register' | 'login', credentials: Credentials): Promise<Session>;
  /** Forgets the session here, and on the server where it can be reached. */
  leave(session: Session): Promise<void>;
  /**
   * Has a link mailed that sets a new password.
   * @throws RectoError not_found (the server sends no mail), rate_limited, schema_violation, network, protocol, malformed, cancelled
   */
  requestReset(who: { server: string; email: string }): Promise<void>;
  /**
   * Sets a new password by the token of a link; absent where links open elsewhere. Ends all sessions of the account.
   * @returns whose it is
   * @throws RectoError link_invalid, schema_violation, rate_limited, network, protocol
   */
  reset?(link: { server: string; token: string; password: string }): Promise<{ email: string }>;
  /** Asks nobody yet: that is for the requests. One for all who sync this session. */
  connect(session: Session): StudioConnection;
}

export interface StudioRequest {
  method: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}

export interface StudioConnection {
  /**
   * A request with the session's token, which is renewed once where the server refuses it.
   * @param path begins with a slash: `/api/v1/…`
   * @returns whatever the server answers, 401 too
   * @throws RectoError unauthenticated (sign in again), network, cancelled
   */
  fetch(path: string, request: StudioRequest): Promise<Response>;
  /**
   * The socket of events. It signs itself in: the first message that comes is the server's `ready`. After a close that
   * was about the token, the next one comes with a new token. The listener hears nothing before this resolves.
   * @throws RectoError unauthenticated (sign in again), network
   */
  openSocket(listener: StudioSocketListener): Promise<StudioSocket>;
}

export interface StudioSocket {
  send(text: string): void;
  close(): void;
}

export interface StudioSocketListener {
  onMessage(text: string): void;
  /** Once, also where it never opened. `code`: RFC 6455 §7.4. */
  onClose(code: number): void;
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
  list(server: { baseUrl: string; provider?: 'openai-compatible' | 'anthropic' }, signal: AbortSignal): Promise<string[]>;
}

/** A chapter that a run would grow. */
export interface ChapterToExpand {
  draft: string;
  /** The expansion that the run carries on; null: there is none yet. */
  base: ExpandedTextV1 | null;
  styleNotes?: string;
}

/** What a run will take, before it is asked for. */
export interface ExpansionEstimate {
  passages: number;
  inputTokens: number;
  outputTokens: number;
  /** In the currency of the settings' prices; null where none are set. */
  cost: number | null;
}

export interface Platform {
  clock: Clock;
  network: Network;
  studio: Studio;
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
  /** What a person calls this computer, so that versions say where they were kept; absent where nobody knows. */
  deviceName?: string;
  /** The server that this page came from, offered at sign-in; null where there is none. */
  homeServer: string | null;
  providerKeys: ProviderKeys;
  models: Models;
  /** A library as a zip of plain files. Absent where the library is a file, which is exported without the app. */
  packLibrary?(source: LibrarySource, options: ExportOptions): Promise<{ bytes: Uint8Array; report: ExportReport }>;
  /** Absent where nobody counts tokens. */
  estimatePitch?(chapters: readonly { text: string; isRead: boolean }[], settings: Pick<AiSettings, 'provider' | 'price'>): Promise<ExpansionEstimate>;
  /** Absent where nobody counts tokens. */
  estimateExpansion?(chapters: readonly ChapterToExpand[], settings: Pick<AiSettings, 'provider' | 'price'>): Promise<ExpansionEstimate>;
}
