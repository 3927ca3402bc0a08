/** What the run tells a device's process, and what it hears back. */

/** Where in a list or a text: 0 ≤ x < 1 of its length, since only the device knows how long it is. */
export type Place = number;

/** One change of a text. The words are new in the world: each is typed once, anywhere. */
export type Edit =
  | { how: 'insert'; at: Place; word: string }
  | { how: 'replace'; at: Place; word: string }
  | { how: 'paragraph'; at: Place; words: string[] }
  | { how: 'cut-words'; at: Place; count: number }
  | { how: 'cut-paragraph'; at: Place }
  | { how: 'split'; at: Place }
  | { how: 'join'; at: Place };

/** What an author does at a device. */
export type Act =
  | { do: 'create-book'; title: string }
  | { do: 'rename-book'; book: Place; title: string }
  | { do: 'delete-book'; book: Place; undo: boolean }
  | { do: 'add-chapter'; book: Place; after: Place; title: string }
  | { do: 'rename-chapter'; book: Place; chapter: Place; title: string }
  | { do: 'move-chapter'; book: Place; chapter: Place; to: Place }
  | { do: 'delete-chapter'; book: Place; chapter: Place; undo: boolean }
  | { do: 'type'; book: Place; chapter: Place; edits: Edit[]; save: boolean };

/** What the author saw of it. */
export interface ActResult {
  /** Words that are in a text now. */
  typed: string[];
  /** Words that the author took out, also where they stand in another place still. */
  removed: string[];
  /** All that was typed on this device up to now is saved. */
  saved: boolean;
}

export interface Credentials {
  server: string;
  email: string;
  password: string;
}

export interface OpenOptions extends Credentials {
  folder: string;
  how: 'sign-up' | 'sign-in' | 'go-on';
  storage: 'memory' | 'dexie';
  offsetMs: number;
  online: boolean;
}

export interface SettledState {
  state: string;
  pending: number;
  setAside: string[];
}

/** All that is in the library, tombstones too. */
export interface Digest {
  /** By blob id: the hash of what the wire has of it, without the owner. */
  hashes: Record<string, string>;
}

export interface DeviceCommands {
  open(options: OpenOptions): Promise<void>;
  setClock(options: { offsetMs: number }): Promise<void>;
  setOnline(options: { online: boolean }): Promise<void>;
  act(act: Act): Promise<ActResult>;
  /** Saves what is unsaved. */
  save(): Promise<void>;
  /** Resolves when this device and the server have each other's changes, and what is looked at after a while has been. */
  settle(options: { waitMs: number }): Promise<SettledState>;
  /** What it says of itself, for one that does not settle. */
  explain(options: { ids: string[] }): Promise<string>;
  digest(): Promise<Digest>;
  /** After the session has ended. */
  signIn(credentials: Credentials): Promise<void>;
  /** The JSON of some blobs, to show where devices differ. */
  show(options: { ids: string[] }): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export type CommandName = keyof DeviceCommands;

export interface Call {
  id: number;
  name: CommandName;
  options: unknown;
}

export type Answer = { id: number; value: unknown } | { id: number; error: string };
