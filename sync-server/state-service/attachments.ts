/**
 * The files that go with derived blobs. Their bytes lie in the data folder, named by their SHA-256, the same content once;
 * which blob has which is in the table. Bytes are on the disk before the transaction that names them, so a crash leaves
 * a file too many, which the next start removes, and never a name without its file.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { RectoError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import { checkedBytes } from './checked-bytes.ts';

export interface Content {
  /** 64 hex digits, of the bytes. */
  sha256: string;
  sizeBytes: number;
}

export interface Attachment extends Content {
  name: string;
  mediaType: string;
}

export interface Attachments {
  /** The largest file that is taken, in bytes. */
  readonly limit: number;
  /**
   * Stores bytes that no blob names yet; they stay until `release`, and after it only where a blob names them.
   * @throws RectoError too_large, storage_full, storage_failed; whatever the stream throws
   */
  receive(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Content>;
  /** Once for each `receive`, when its content is named or given up. */
  release(content: Content): Promise<void>;
  /** Names a received file as this blob's; inside a transaction, which the row is part of. */
  attach(owner: { userId: string; blobId: string; createdAt: string }, file: Attachment): void;
  /** Null: the user has no such blob, or it has no file. */
  find(userId: string, blobId: string): Promise<Attachment | null>;
  /**
   * The bytes. They are hashed on their way, and the last of them are held back until the hash is right: a file that is
   * damaged on the disk never arrives whole.
   * @throws RectoError storage_damaged for a file that is gone or of another size
   */
  read(content: Content): Promise<Readable>;
  /** Removes those of these hashes that no blob names. */
  discard(hashes: readonly string[]): Promise<void>;
  /** At the start: what no blob names, and what was being received when the server died. */
  sweep(): Promise<void>;
}

export interface AttachmentsOptions {
  database: Database;
  /** `<data dir>/attachments` */
  folder: string;
  limit: number;
}

export function createAttachments({ database, folder, limit }: AttachmentsOptions): Attachments {
  const { sqlite } = database;
  const isNamed = sqlite.prepare<[sha256: string], number>('SELECT 1 FROM attachments WHERE sha256 = ? LIMIT 1').pluck();
  const insert = sqlite.prepare('INSERT OR REPLACE INTO attachments (user_id, blob_id, sha256, size, name, media_type, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const select = sqlite.prepare<[string, string], Attachment>(
    `SELECT attachments.sha256, attachments.size AS sizeBytes, name, media_type AS mediaType FROM attachments
     JOIN blobs ON blobs.user_id = attachments.user_id AND blobs.id = blob_id AND blobs.deleted = 0
     WHERE attachments.user_id = ? AND blob_id = ?`);
  /** Received and not yet released: how often. */
  const held = new Map<string, number>();
  const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256);
  // Looked up and removed with nothing in between: whoever receives the same bytes anew holds them before they are in place.
  const discard = (hashes: readonly string[]): Promise<void> =>
    database.exclusive(() => {
      for (const sha256 of hashes) if (!held.has(sha256) && isNamed.get(sha256) === undefined) rmSync(pathOf(sha256), { force: true });
    });
  const hold = (sha256: string): void => void held.set(sha256, (held.get(sha256) ?? 0) + 1);
  const release = async ({ sha256 }: Content): Promise<void> => {
    const left = (held.get(sha256) ?? 1) - 1;
    if (left > 0) return void held.set(sha256, left);
    held.delete(sha256);
    await discard([sha256]);
  };
  return {
    limit,
    receive: async (bytes) => {
      const temporary = join(folder, RECEIVING, randomUUID());
      await mkdir(join(folder, RECEIVING), { recursive: true, mode: 0o700 });
      try {
        const content = await writeDown(temporary, bytes, limit);
        hold(content.sha256);
        await putInPlace(temporary, pathOf(content.sha256)).catch(async (error: unknown) => {
          await release(content);
          throw error;
        });
        return content;
      } catch (error) {
        await rm(temporary, { force: true });
        throw toStorageError(error);
      }
    },
    release,
    attach: ({ userId, blobId, createdAt }, file) => void insert.run(userId, blobId, file.sha256, file.sizeBytes, file.name, file.mediaType, createdAt),
    find: (userId, blobId) => database.exclusive(() => select.get(userId, blobId) ?? null),
    read: async (content) => {
      const path = pathOf(content.sha256);
      const found = await stat(path).catch(() => null);
      if (found?.size !== content.sizeBytes) throw damaged();
      return checkedBytes(createReadStream(path), content, damaged);
    },
    discard,
    sweep: async () => {
      await rm(join(folder, RECEIVING), { recursive: true, force: true });
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name)) await discard(await readdir(join(folder, entry.name)));
      }
    },
  };
}

const RECEIVING = 'receiving';

/** Writes the bytes to a new file, on the disk when it resolves. */
async function writeDown(path: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, limit: number): Promise<Content> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of bytes) {
      sizeBytes += chunk.length;
      if (sizeBytes > limit) throw tooLarge(limit);
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** Also where the content is there already: what stood may be damaged. */
async function putInPlace(temporary: string, path: string): Promise<void> {
  const parent = join(path, '..');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await rename(temporary, path);
  // The name, too, must outlive a power cut. Windows has no such call and needs none.
  if (process.platform === 'win32') return;
  const directory = await open(parent, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export function tooLarge(limit: number): RectoError {
  return new RectoError('too_large', `The file is larger than the ${Math.floor(limit / 1024 / 1024)} MB that this server keeps. Make it on your own computer instead.`);
}

function damaged(): RectoError {
  return new RectoError('storage_damaged', 'The file is damaged on the server and was not sent. What it was made from is safe: delete it, and make it again.');
}

function toStorageError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new RectoError('storage_full', 'The server’s disk is full, so the file was not kept. Nothing that was stored is lost.', { cause: error });
  if (error instanceof RectoError || code === undefined) return error;
  return new RectoError('storage_failed', 'The server could not write the file. Nothing that was stored is lost.', { cause: error });
}
