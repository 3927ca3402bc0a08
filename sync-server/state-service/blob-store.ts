import type { Database } from '../db/database.ts';
import { USER_INPUT } from '#schemas/blob.ts';
import type { Blob } from '#schemas/generated/types.ts';
import { RectoError } from '#schemas/errors.ts';
import { digestRow } from '../db/row-digest.ts';
import { prepareBlobStatements, type BlobStatements } from './blob-statements.ts';
import { prepareQuotas, type Quota } from './quotas.ts';
import { prepareHistoryBound, prepareThinning, type Thin } from './thin-versions.ts';

/** A blob as its row has it; `doc` is the whole blob as JSON text, without what the server computes. */
export interface StoredBlob {
  seq: number;
  version: number;
  deleted: boolean;
  doc: string;
}

export type OutboxEventType = 'blob.created' | 'blob.updated' | 'blob.deleted' | 'blob.derived';

/** An event that waits to be published: ids and versions, never text. */
export interface OutboxEvent {
  id: number;
  type: OutboxEventType;
  user_id: string;
  blob_id: string;
  schema_id: string;
  processor_id: string;
  version: number;
  parent_id: string | null;
}

/** What one transaction wrote for one user, in the order of its sequence. */
export interface Commit {
  userId: string;
  /** The JSON text of each blob written; the last to be written of one id only. */
  docs: string[];
  previousSeq: number;
  seq: number;
  events: OutboxEvent[];
  /** What the user's blobs grew by, and those that are deleted, in UTF-16 units. */
  grownBy: number;
  deletedGrownBy: number;
  /** What past versions grew by, in bytes. */
  historyGrownBy: number;
  /** The files of blobs that were deleted, by hash: no longer theirs. */
  droppedFiles: string[];
  /** The connection that asked for it, where it named itself. */
  connectionId: string | undefined;
}

/** Reads and writes of one user's blobs inside one transaction. Everything is synchronous: nothing can come between. */
export interface BlobTransaction {
  get(id: string): StoredBlob | null;
  /**
   * Stores a checked blob under the next number of the user's sequence, with its event; keeps what it replaces.
   * @throws RectoError quota_exceeded, and nothing was stored: for a blob that grows
   */
  put(blob: Blob): string;
}

export interface BlobStore {
  /**
   * Runs `work` in one transaction for this user; when the promise resolves it is on the disk. Throwing undoes it all.
   */
  write<T>(userId: string, work: (transaction: BlobTransaction) => T, options?: { connectionId?: string | undefined }): Promise<T>;
  read(userId: string, id: string): Promise<StoredBlob | null>;
  /** The user is deleted: what is written for them from now on is refused as `unauthenticated`. */
  close(userId: string): void;
}

export interface BlobStoreOptions {
  database: Database;
  /** Called right after a commit that wrote something, before any other write starts. */
  onCommit(commit: Commit): void;
  /** What a user may have whose own quota is not set; undefined: as much as there is room. */
  quotaBytes?: number | undefined;
  /** Milliseconds since the epoch. */
  now?(): number;
}

/** What a delete may add to the text that it deletes. */
const TOMBSTONE_MARGIN = 1024;

/** A blob that is written without a pause is thinned out while it is, too. */
const THIN_EVERY = 500;

export function createBlobStore({ database, onCommit, quotaBytes, now = Date.now }: BlobStoreOptions): BlobStore {
  const statements = prepareBlobStatements(database.sqlite);
  const quotaOf = prepareQuotas(database.sqlite, quotaBytes);
  const thin = prepareThinning(database.sqlite);
  const dropOldest = prepareHistoryBound(database.sqlite);
  const closed = new Set<string>();
  return {
    close: (userId) => void closed.add(userId),
    read: (userId, id) => database.exclusive(() => toStored(statements.get.get(userId, id))),
    write: async (userId, work, options = {}) => {
      let commit: Commit | undefined;
      return await database.transaction(() => {
        if (closed.has(userId)) throw new RectoError('unauthenticated', 'This account was deleted.');
        const seq = statements.lockSequence.get(userId) ?? 0;
        commit = { userId, docs: [], previousSeq: seq, seq, events: [], grownBy: 0, deletedGrownBy: 0, historyGrownBy: 0, droppedFiles: [], connectionId: options.connectionId };
        const written = new Map<string, string>();
        const quota = quotaOf(userId);
        const result = work(createTransaction(statements, { commit, written, quota, thin, now: now() }));
        commit.docs = [...written.values()];
        if (commit.seq > seq) {
          const history = statements.setSequence.get(commit.seq, commit.grownBy, commit.deletedGrownBy, commit.historyGrownBy, userId) ?? 0;
          if (commit.historyGrownBy > 0) dropOldest(userId, history, quota.bytes());
        }
        return result;
      }).then((result) => {
        if (commit && commit.docs.length > 0) onCommit(commit);
        return result;
      });
    },
  };
}

function toStored(row: { seq: number; version: number; deleted: number; doc: string } | undefined): StoredBlob | null {
  return row ? { ...row, deleted: row.deleted === 1 } : null;
}

interface TransactionParts {
  commit: Commit;
  written: Map<string, string>;
  quota: Quota;
  thin: Thin;
  now: number;
}

function createTransaction(statements: BlobStatements, { commit, written, quota, thin, now }: TransactionParts): BlobTransaction {
  const { userId } = commit;
  const replacedAt = new Date(now).toISOString();
  return {
    get: (id) => toStored(statements.get.get(userId, id)),
    put: (blob) => {
      const doc = JSON.stringify(blob);
      const old = statements.head.get(userId, blob.id);
      const [size, deletedSize] = blob.deleted ? [0, doc.length] : [doc.length, 0];
      const [oldSize, oldDeletedSize] = old?.deleted === 1 ? [0, old.size] : [old?.size ?? 0, 0];
      const growth = size - oldSize;
      const deletedGrowth = deletedSize - oldDeletedSize;
      if (growth > 0) quota.require(commit.grownBy + growth);
      // A delete of what is there is never refused.
      else if (deletedGrowth > oldSize + TOMBSTONE_MARGIN) quota.requireDeleted(commit.deletedGrownBy + deletedGrowth);
      commit.grownBy += growth;
      commit.deletedGrownBy += deletedGrowth;
      commit.seq += 1;
      const digest = digestRow({ userId, id: blob.id, seq: commit.seq, version: blob.version, updatedAt: blob.updated_at, doc });
      const columns = [
        commit.seq, blob.version, blob.deleted ? 1 : 0, blob.schema_id, blob.processor_id, blob.parent_id ?? null,
        blob.conversation_id ?? null, blob.tags.length === 0 ? '[]' : JSON.stringify(blob.tags), blob.created_at, blob.updated_at, doc.length, doc, digest,
      ] as const;
      if (old) {
        commit.historyGrownBy += statements.keepVersion.get(replacedAt, userId, blob.id) ?? 0;
        statements.update.run(...columns, userId, blob.id);
        if (commit.seq % THIN_EVERY === 0) thin(userId, blob.id, now);
      } else {
        statements.insert.run(...columns, userId, blob.id);
      }
      if (blob.deleted && old?.deleted === 0) commit.droppedFiles.push(...statements.dropFiles.all(userId, blob.id));
      // Deleted first: a document that is written twice stands where its last sequence number is.
      written.delete(blob.id);
      written.set(blob.id, doc);
      for (const type of eventsOf(blob, old)) {
        const event = {
          type, user_id: userId, blob_id: blob.id, schema_id: blob.schema_id, processor_id: blob.processor_id,
          version: blob.version, parent_id: blob.parent_id ?? null,
        };
        const { lastInsertRowid } = statements.addEvent.run(...(Object.values(event) as Parameters<typeof statements.addEvent.run>));
        commit.events.push({ id: Number(lastInsertRowid), ...event });
      }
      return doc;
    },
  };
}

/** A blob that a processor made from another is both created and derived; a snapshot is a keepsake, not derived. */
function eventsOf(blob: Blob, old: { deleted: number } | undefined): OutboxEventType[] {
  if (blob.deleted) return old?.deleted === 0 ? ['blob.deleted'] : [];
  if (old?.deleted === 0) return ['blob.updated'];
  const isDerived = blob.parent_id !== undefined && blob.processor_id !== USER_INPUT && blob.schema_id !== 'snapshot-v1';
  return isDerived ? ['blob.created', 'blob.derived'] : ['blob.created'];
}
