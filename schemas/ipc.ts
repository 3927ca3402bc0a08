/**
 * What a desktop window and the program around it say to each other. A call a line: its input is a JSON Schema in
 * schemas/ipc, its output is typed here. main/ipc.ts is the one wrapper that checks sender and input; main/preload.ts
 * gives the window a bridge that satisfies this contract.
 */
import type { Blob } from './blob.ts';
import type { AllIpcInputs } from './generated/ipc-inputs.ts';
import type { Problem } from './generated/types.ts';

export type IpcCallName = keyof AllIpcInputs;
export type IpcInput<N extends IpcCallName> = NonNullable<AllIpcInputs[N]>;

/** A file on its way to or from a disk. */
export interface FileContent {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** A file or a folder with its manuscript files (paths relative to it), as the import takes them. */
export type PickedManuscript =
  | { kind: 'file'; name: string; bytes: Uint8Array }
  | { kind: 'folder'; name: string; files: { path: string; bytes: Uint8Array }[] };

/** Something that a person should know of what the program did by itself: a sentence, and how serious it is. */
export interface Notice {
  kind: 'information' | 'warning';
  message: string;
}

export interface StartInformation {
  version: string;
  system: 'Linux' | 'macOS' | 'Windows';
  deviceName: string;
  /** Where the library's file is, for a person. */
  libraryFile: string;
  /** What happened before the window was there, such as a damaged file that was set aside. */
  notices: Notice[];
}

/** A place in the order of writes of one store: RxDB's time of the write, and the id where several have one time. */
export interface Mark {
  lwt: number;
  id: string;
}

export interface MirrorRow {
  id: string;
  lwt: number;
  rev: string;
  deleted: boolean;
  /** The whole stored document, as JSON. */
  body: string;
}

export interface MirrorStore {
  /** Names the store in later calls. */
  store: number;
  /** The last row in the order of writing; null: there is none. */
  mark: Mark | null;
  rows: number;
  /** Set where the file was lost and this part of it came back from a backup: when that was taken, RFC 3339. */
  fromBackupOf: string | null;
}

export interface BackupEntry {
  id: string;
  fileName: string;
  /** RFC 3339. */
  takenAt: string;
  sizeBytes: number;
  /** 'file': opened by the author from elsewhere. */
  kind: 'automatic' | 'asked' | 'before-restore' | 'file';
}

export interface BackupBook {
  /** The database that holds it: `recto-local`, or an account's. */
  library: string;
  id: string;
  title: string;
  author: string;
  chapters: { id: string; title: string; words: number }[];
  words: number;
  /** RFC 3339: the last change of any of its texts. */
  updatedAt: string;
}

export interface SocketEvent {
  socketId: number;
  kind: 'open' | 'message' | 'close';
  /** Of a message. */
  text?: string;
  /** Of a close: RFC 6455 §7.4. */
  code?: number;
}

export interface IpcOutputs {
  'app.start': StartInformation;
  'window.ready': null;
  'window.flushed': null;
  'window.set-focus-mode': null;
  /** False: the author closed the dialog. */
  'window.print': boolean;
  'menu.set-context': null;
  /** Null: the author chose no place. */
  'files.save-begin': { handle: string } | null;
  'files.save-write': null;
  /** `place` is a sentence's end: 'in Documents as The Keeper.epub'. */
  'files.save-end': { place: string; grant: string };
  'files.save-cancel': null;
  'files.reveal': null;
  'files.pick': PickedManuscript[] | null;
  /** `keyFor`: the origin that the kept key is for. */
  'secrets.status': { persistent: boolean; keyFor: string | null };
  'secrets.set-provider-key': null;
  'secrets.delete-provider-key': null;
  /** `server` and `email` as they are kept: the account's library is named after them. */
  'session.enter': { server: string; email: string; userId: string };
  'session.leave': null;
  'session.request-reset': null;
  'session.resume': null;
  'session.open-socket': { socketId: number };
  'session.send': null;
  'session.close-socket': null;
  'mirror.open': MirrorStore;
  'mirror.write': { mark: Mark };
  'mirror.read': { rows: MirrorRow[] };
  'mirror.read-keys': { keys: Pick<MirrorRow, 'id' | 'lwt' | 'rev'>[] };
  'mirror.read-some': { rows: MirrorRow[] };
  'mirror.forget': null;
  /** Newest first. `trouble`: why the last one could not be made, and what to do. */
  'backups.list': { folder: string; backups: BackupEntry[]; trouble: string | null };
  'backups.take': BackupEntry;
  'backups.choose-folder': { folder: string } | null;
  'backups.open-file': BackupEntry | null;
  'backups.inspect': { books: BackupBook[] };
  /** `next`: hand it in as `after` for the next page; null: that was all. */
  'backups.read-book': { blobs: Blob[]; next: string | null };
  'backups.reveal': null;
  /** Null: the author chose no folder. */
  'export.everything': { place: string; grant: string; books: number; files: number } | null;
  'tasks.cancel': null;
  'spelling.read': { languages: string[]; available: string[]; words: string[] };
  'spelling.set-languages': null;
  'spelling.add-word': null;
  'spelling.remove-word': null;
  'processors.start-host': { hostId: number };
  'processors.stop-host': null;
  'models.find': { name: 'Ollama' | 'LM Studio' | 'llama.cpp'; baseUrl: string; models: string[] }[];
  'models.list': { models: string[] };
  'updates.check': { state: 'off' | 'current' | 'available'; version?: string };
}

export type IpcOutput<N extends IpcCallName> = IpcOutputs[N];

/** How a call ends: only what is in a message survives the way between processes, so an error travels as its problem. */
export type IpcAnswer<N extends IpcCallName> = { ok: true; value: IpcOutput<N> } | { ok: false; error: Problem };

/** What a menu's item, a key of the system or a link asks of the screens. Names are those of the command palette. */
export type OpenTarget =
  | { kind: 'library' }
  | { kind: 'book'; bookId: string; chapterId?: string }
  | { kind: 'import'; manuscripts: PickedManuscript[] }
  | { kind: 'backup'; backup: BackupEntry };

/** What the program tells its window. */
export interface IpcEvents {
  /** Save what is unsaved and answer with `window.flushed`: the window is about to go. */
  flush: { flushId: number };
  /** An item of the menu: the id of a command of the palette. */
  command: { commandId: string };
  open: OpenTarget;
  notice: Notice;
  socket: SocketEvent;
  /** Of long work in main, such as `export.everything`. */
  progress: { taskId: string; done: number; total: number };
  /** The system says that it went to sleep or woke: whoever waits for the network tries now. */
  resumed: Record<string, never>;
}

export type IpcEventName = keyof IpcEvents;
export type IpcEvent = { [N in IpcEventName]: { name: N; data: IpcEvents[N] } }[IpcEventName];

/** What main answers the calls with; `Context` says who calls. An error that is thrown travels as its problem. */
export type IpcHandlers<Context> = { [N in IpcCallName]: (input: IpcInput<N>, context: Context) => Promise<IpcOutput<N>> | IpcOutput<N> };

/** What the preload gives the window as `window.recto`: nothing else of Electron is there. */
export interface IpcBridge {
  readonly calls: { readonly [N in IpcCallName]: (input: IpcInput<N>) => Promise<IpcAnswer<N>> };
  /** @returns how to stop listening */
  onEvent(listener: (event: IpcEvent) => void): () => void;
}

/** The channels that carry it. */
export const IPC_CALL_CHANNEL = 'recto:call';
export const IPC_EVENT_CHANNEL = 'recto:event';
/**
 * A host's port comes to the window's main world as a message of this type, since a bridge carries no ports:
 * `{type: PROCESSOR_PORT, hostId}` with one port, from the window itself.
 */
export const PROCESSOR_PORT = 'recto:processor-port';

/** The app's one origin: IndexedDB is bound to it, so it never changes. */
export const APP_ORIGIN = 'app://recto';
/** Requests under this path go to the session's server, with its token: the window has neither. */
export const STUDIO_GATEWAY = '/studio';
/**
 * On each of them: whose session is meant, as accountHeader() writes it. Another's is never used in its place, and no
 * page from elsewhere can send such a header.
 */
export const ACCOUNT_HEADER = 'recto-account';

/** An account: a server's address as it is kept, and the user there. */
export interface AccountName {
  server: string;
  userId: string;
}

export function accountHeader({ server, userId }: AccountName): string {
  return `${encodeURIComponent(userId)} ${encodeURIComponent(server)}`;
}
/** A link into the app: `recto://book/<id>` or `recto://book/<id>/<chapter id>`. */
export const LINK_SCHEME = 'recto';
/** No message is longer: characters of its strings and bytes of its arrays together. */
export const IPC_MAX_SIZE = 9_600_000;
