/** Backups as main sees them: when they are made, and why the last could not be. Its threads do all that touches a disk. */
import { join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import type { BackupBook, BackupEntry, IpcOutput, Notice } from '#schemas/ipc.ts';
import { parseBackupName, type BackupKind } from './backup-names.ts';
import type { KeeperMethods } from './keeper-methods.ts';
import { EMPTY_FINGERPRINT } from './library-fingerprint.ts';
import type { ReaderMethods } from './reader-methods.ts';
import type { ThreadClient } from './thread-client.ts';

const HOUR_MS = 3_600_000;

export interface BackupService {
  readonly folder: string;
  list(): Promise<IpcOutput<'backups.list'>>;
  /** @throws RectoError storage_full, storage_failed, storage_damaged */
  take(kind: BackupKind): Promise<BackupEntry>;
  /** Makes one if an hour has passed since the last and something changed. What goes wrong is in `list`, and a notice. */
  takeIfDue(): Promise<void>;
  /** Makes one if something changed, as at quit. */
  takeIfChanged(): Promise<void>;
  /** Backups go there from now on. @throws RectoError storage_full, storage_failed: it stays as it was */
  useFolder(folder: string): Promise<void>;
  /** A backup from anywhere. @throws RectoError storage_damaged, storage_newer, storage_locked, not_found, storage_failed */
  openFile(path: string): Promise<BackupEntry>;
  /** @throws RectoError not_found */
  pathOf(backupId: string): string;
  inspect(backupId: string): Promise<BackupBook[]>;
  readBook(input: { backupId: string; library: string; bookId: string; after: string | null }): Promise<IpcOutput<'backups.read-book'>>;
}

export interface BackupServiceParts {
  keeper: ThreadClient<KeeperMethods>;
  reader: ThreadClient<ReaderMethods>;
  libraryFile: string;
  folder: string;
  now(): number;
  onNotice(notice: Notice): void;
}

export function createBackupService(parts: BackupServiceParts): BackupService {
  return new Backups(parts);
}

class Backups implements BackupService {
  readonly #parts: BackupServiceParts;
  #folder: string;
  #trouble: string | null = null;
  /** What the library held at the last backup of this run. */
  #fingerprint: string | null = null;
  #lastTime: number | null = null;
  /** One after the other. */
  #taking: Promise<unknown> = Promise.resolve();
  readonly #opened = new Map<string, string>();

  constructor(parts: BackupServiceParts) {
    this.#parts = parts;
    this.#folder = parts.folder;
  }

  get folder(): string {
    return this.#folder;
  }

  async list(): Promise<IpcOutput<'backups.list'>> {
    const folder = this.#folder;
    try {
      return { folder, backups: await this.#parts.reader.call('list', folder), trouble: this.#trouble };
    } catch (thrown) {
      return { folder, backups: [], trouble: this.#trouble ?? RectoError.from(thrown, 'storage_failed').message };
    }
  }

  take(kind: BackupKind): Promise<BackupEntry> {
    return this.#inTurn(() => this.#take(kind));
  }

  takeIfDue(): Promise<void> {
    return this.#inTurn(() => this.#quietly(async () => {
      const now = this.#parts.now();
      this.#lastTime ??= await this.#findLastTime();
      // A clock that was set back makes the last one lie in the future: that is due too.
      const isDue = this.#lastTime === null || now - this.#lastTime >= HOUR_MS || this.#lastTime > now;
      if (isDue) await this.#takeIfChanged();
    }));
  }

  takeIfChanged(): Promise<void> {
    return this.#inTurn(() => this.#quietly(() => this.#takeIfChanged()));
  }

  async useFolder(folder: string): Promise<void> {
    const { reader, keeper } = this.#parts;
    await reader.call('tryFolder', folder);
    this.#folder = folder;
    this.#trouble = null;
    // The new folder has none of this library yet.
    this.#fingerprint = null;
    this.#lastTime = null;
    await keeper.call('setBackupFolder', folder);
    await this.takeIfDue();
  }

  async openFile(path: string): Promise<BackupEntry> {
    const entry = await this.#parts.reader.call('describe', path, this.#parts.libraryFile);
    const id = [...this.#opened].find(([, opened]) => opened === path)?.[0] ?? `file-${this.#opened.size + 1}`;
    this.#opened.set(id, path);
    return { ...entry, id };
  }

  pathOf(backupId: string): string {
    const opened = this.#opened.get(backupId);
    if (opened !== undefined) return opened;
    // Only our own names: an id never leads out of the folder.
    if (!parseBackupName(backupId)) throw new RectoError('not_found', 'There is no such backup. Choose one of the list.');
    return join(this.#folder, backupId);
  }

  inspect(backupId: string): Promise<BackupBook[]> {
    return this.#parts.reader.call('inspect', this.pathOf(backupId));
  }

  readBook(input: { backupId: string; library: string; bookId: string; after: string | null }): Promise<IpcOutput<'backups.read-book'>> {
    return this.#parts.reader.call('readBook', this.pathOf(input.backupId), input.library, input.bookId, input.after);
  }

  async #takeIfChanged(): Promise<void> {
    this.#fingerprint ??= await this.#fingerprintOfLast();
    // A library that can't be read now says so itself, and has nothing to back up that the last backup lacks.
    const fingerprint = await this.#parts.keeper.call('fingerprint').catch(() => this.#fingerprint);
    if (fingerprint !== null && fingerprint !== EMPTY_FINGERPRINT && fingerprint !== this.#fingerprint) await this.#take('automatic');
  }

  async #take(kind: BackupKind): Promise<BackupEntry> {
    const { keeper, reader, now } = this.#parts;
    const folder = this.#folder;
    const takenAt = now();
    try {
      const copy = await reader.call('prepare', folder);
      const fingerprint = await keeper.call('fingerprint');
      await keeper.call('copyTo', copy, folder);
      const entry = await reader.call('finish', folder, copy, kind, takenAt);
      this.#fingerprint = fingerprint;
      this.#lastTime = takenAt;
      this.#trouble = null;
      await reader.call('thinOut', folder, takenAt);
      return entry;
    } catch (thrown) {
      throw this.#fail(thrown);
    }
  }

  /** Said once; the list goes on saying it. */
  #fail(thrown: unknown): RectoError {
    const error = RectoError.from(thrown, 'storage_failed');
    if (this.#trouble !== error.message) this.#parts.onNotice({ kind: 'warning', message: `No backup could be made. ${error.message}` });
    this.#trouble = error.message;
    return error;
  }

  /** Null: there is none, or none that can be read: then the next is worth making. */
  async #fingerprintOfLast(): Promise<string | null> {
    const [newest] = await this.#parts.reader.call('list', this.#folder);
    return newest ? this.#parts.reader.call('fingerprint', join(this.#folder, newest.fileName)).catch(() => null) : null;
  }

  async #findLastTime(): Promise<number | null> {
    const [newest] = await this.#parts.reader.call('list', this.#folder);
    return newest ? Date.parse(newest.takenAt) : null;
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#taking.then(work, work);
    this.#taking = turn.catch(() => undefined);
    return turn;
  }
}
