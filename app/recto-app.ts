/**
 * What the renderer sees of the app: streams to show, and use-cases (app/use-cases, one verb a file) that take
 * this object first. Nothing here gives a text that was not asked for.
 */
import type { Observable } from 'rxjs';
import type { AiSettings } from '#processors/contract/runner.ts';
import type { AlignedPassage } from '#processors/contract/passages.ts';
import type { Progress } from '#processors/contract/processor.ts';
import type { Blob } from '#schemas/blob.ts';
import type { RectoError } from '#schemas/errors.ts';
import type { CompilePreset, MatterItem, SnapshotV1 } from '#schemas/generated/types.ts';
import type { Notice } from '#schemas/ipc.ts';
import type { Platform } from './ports.ts';
import type { ConflictView } from './sync/sync-types.ts';
import type { UsageEntry } from './store/usage-ledger.ts';

export interface BookSummary {
  id: string;
  title: string;
  author: string;
  words: number;
  chapterCount: number;
  updatedAt: string;
  /** The id of the picture on its cover; '': the cover is drawn. */
  coverImage: string;
}

export interface ChapterView {
  id: string;
  title: string;
  draftId: string;
  edition: 'draft' | 'expansion';
  /** Words of the draft, kept in a local index, so that no text is read to show it. */
  words: number;
  /** The one mark of state: null when there is nothing to say. */
  mark: 'expanded' | 'stale' | 'working' | 'failed' | 'conflict' | null;
  /** The title of the part that begins with it; null where none does. */
  part: string | null;
  /** False: it has no number, such as a prologue. */
  isNumbered: boolean;
  /** False: compiles leave it out. */
  isIncluded: boolean;
}

export interface BookView {
  id: string;
  title: string;
  author: string;
  language: string;
  styleNotes: string;
  subtitle: string;
  /** Who submits it, a line each. */
  contact: string;
  /** The id of the picture on its cover; '': the cover is drawn. */
  coverImage: string;
  words: number;
  chapters: ChapterView[];
  /** What stands before and after the chapters, in its order. */
  matter: readonly MatterItem[];
  /** The book's own ways to compile it. */
  presets: readonly CompilePreset[];
}

export interface ExpansionView {
  /** The blob shown: the newest of the chapter's chain of expansions and edits. */
  blob: Blob<'expanded-text-v1'>;
  text: string;
  passages: AlignedPassage[];
  /** The draft that the states were computed against. */
  draftText: string;
}

export interface SaveStatus {
  state: 'saved' | 'saving' | 'not-saved';
  /** For not-saved: what happened, what is safe, what to do. */
  message?: string;
}

export interface SyncStatus {
  state: 'synced' | 'syncing' | 'offline' | 'signed-out';
  /** Changes that the server has not got yet. */
  pending: number;
  /** What a person can do, where something is to be done: 'Sign in to sync 3 changes'. */
  message?: string;
  /** Blobs that the server refused, set aside until the author decides. */
  setAside: { blobId: string; error: RectoError }[];
}

export interface Session {
  server: string;
  email: string;
  userId: string;
}

export interface JobView {
  id: string;
  processorId: string;
  blobId: string;
  bookId?: string;
  chapterId?: string;
  /** Attempts that were begun, the one that runs among them. */
  attempts: number;
  /** Milliseconds since the epoch. */
  askedAt: number;
  /** Null: it waits or runs. */
  endedAt: number | null;
  /** Of one that waits for another attempt: when it comes. */
  nextAttemptAt: number | null;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: Progress | null;
  error: { code: string; message: string } | null;
}

/** A run over the chapters of a book that are not fresh, one after the other. It goes on after a restart. */
export interface BookRun {
  id: string;
  bookId: string;
  /** Milliseconds since the epoch. */
  askedAt: number;
  /** Null: it goes on. */
  endedAt: number | null;
  chapters: BookRunChapter[];
}

export interface BookRunChapter {
  chapterId: string;
  /** Null: its turn has not come, or nothing had to be done. */
  jobId: string | null;
  /** Null: it waits or runs. fresh: nothing was to be grown when its turn came. */
  end: 'done' | 'fresh' | 'failed' | 'cancelled' | null;
  /** Of one that failed: why. */
  message?: string;
}

/** How the author has a processor. What runs in the cloud is known to the account's server, too. */
export interface ProcessorInstance {
  active: boolean;
  runAt: 'device' | 'cloud';
  /** after-pause: by itself, when the author has stopped writing for a while. */
  mode: 'asked' | 'after-pause';
  pauseSeconds: number;
  /** By the processor's config schema. */
  config: Record<string, unknown>;
}

/** One thing in a chapter's thread, the oldest first. No text comes with it. */
export interface ThreadItem {
  id: string;
  kind: 'draft' | 'snapshot' | 'instruction' | 'note' | 'expansion' | 'edit' | 'derived';
  /** RFC 3339. Of a draft: when it was last written. */
  at: string;
  schemaId: string;
  processorId: string;
  words: number;
  /** Of a snapshot its reason or name; of an instruction or a note its words. */
  text?: string;
  /** Of an expansion: who grew it, such as `built-in` or a model's name. */
  by?: string;
  /** It is what the chapter shows. */
  isCurrent: boolean;
}

/** What a chapter's draft or expansion said at a moment, and still can be read. No text comes with it (use-case read-version). */
export interface ChapterVersion {
  /** Of what it says now: the blob's own id. */
  id: string;
  of: 'draft' | 'expansion';
  /** RFC 3339. Of what it says now: when it was last written. */
  at: string;
  /** Why it was kept. now: it is what the chapter says; grown: a processor made it; edited: the author changed what was grown. */
  reason: SnapshotV1['reason'] | 'now' | 'grown' | 'edited';
  /** Given by the author: it is never thinned out. */
  name?: string;
  words: number;
  /** Words of the version before it; null: it is the oldest. */
  wordsBefore: number | null;
  /** The device that kept it, by its name; absent where that is not known. */
  device?: string;
  isCurrent: boolean;
}

/** A book or a chapter that was deleted and can still come back (use-case restore-from-trash). */
export interface TrashItem {
  /** The book's or the chapter's. */
  id: string;
  kind: 'book' | 'chapter';
  title: string;
  bookId: string;
  /** Empty: the book is nowhere any more. */
  bookTitle: string;
  /** Of its drafts. */
  words: number;
  /** RFC 3339. */
  deletedAt: string;
  /** RFC 3339: from then on it is gone for good. */
  goneAt: string;
}

export interface Settings {
  theme: 'system' | 'day' | 'sepia' | 'night';
  ai: Omit<AiSettings, 'apiKey'>;
  /** By processor id; one that was never touched is not in it (domain/processor-instance.ts). */
  processors: Record<string, ProcessorInstance>;
  /** Book and chapter that were open, and the caret's place in it, to come back to the line. */
  lastPlace: { bookId: string; chapterId: string; offset: number } | null;
}

export interface DraftSession {
  /** The text when it was opened. */
  readonly initialText: string;
  /** Another device's or window's changes, already merged with what was typed here: replace the editor's text by minimal changes. */
  readonly external$: Observable<string>;
  /** Call at each change; reads the text only when it is time to save (300 ms after a pause, 2 s at the latest). */
  changed(readText: () => string): void;
  /** A change all over the text was made, which said `before` until then: that is kept in its history. It never fails. */
  keepBefore(before: string): void;
  /** Saves what is unsaved; resolves when it is stored. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface RectoApp {
  readonly platform: Platform;
  readonly books$: Observable<BookSummary[]>;
  readonly saveStatus$: Observable<SaveStatus>;
  /**
   * What was repaired in the library since the start. Who subscribes gets the earlier ones first, as the same objects;
   * it is silent where there is no mirror.
   */
  readonly notices$: Observable<Notice>;
  readonly syncStatus$: Observable<SyncStatus>;
  /** Texts that two devices changed in the same place, until the author has settled them (use-case settle-conflict). */
  readonly conflicts$: Observable<ConflictView[]>;
  readonly session$: Observable<Session | null>;
  readonly settings$: Observable<Settings>;
  /** Jobs that are queued, run, or ended since the app started. */
  readonly jobs$: Observable<JobView[]>;
  /** What runs on this computer took of text providers, the newest first; to be summed by domain/sum-usage.ts. */
  readonly usage$: Observable<readonly UsageEntry[]>;
  /** Runs over whole books that go on, or ended since the app started. */
  readonly bookRuns$: Observable<BookRun[]>;
  /** Jobs that ended, of earlier starts too, the newest first. */
  observeHistory(): Observable<JobView[]>;
  /** A chapter's drafts, snapshots, instructions and what was derived of them. */
  observeThread(bookId: string, chapterId: string): Observable<ThreadItem[]>;
  /** What a chapter said and says, draft and expansion, the newest first. */
  observeVersions(bookId: string, chapterId: string): Observable<ChapterVersion[]>;
  /** What was deleted and is not gone yet, the latest first. */
  observeTrash(): Observable<TrashItem[]>;
  /** Null: there is no such book (any more). */
  observeBook(bookId: string): Observable<BookView | null>;
  /** Null: nothing is grown yet. */
  observeExpansion(bookId: string, chapterId: string): Observable<ExpansionView | null>;
  openDraft(draftId: string): Promise<DraftSession>;
  /** Saves what is unsaved everywhere; on blur, hide and quit. @throws RectoError where that can't be done now */
  flush(): Promise<void>;
  close(): Promise<void>;
}
