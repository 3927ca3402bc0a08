import { v7 as newId } from 'uuid';
import { normalizeSchemaId } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Blob, CreateBlobBody, UpdateBlobBody } from '#schemas/generated/types.ts';
import { checkData, checkDepth, normalizeBlob } from './blob-content.ts';
import type { BlobStore, BlobTransaction, StoredBlob } from './blob-store.ts';

/** A request's version is older than the blob's. `version`: the one that the blob has now. */
export class VersionConflict extends RectoError {
  readonly version: number;

  constructor(version: number) {
    super('version_conflict', `The blob is at version ${version} now. Read it again, and send your change on top of it.`);
    this.version = version;
  }
}

/** What a client can't set: the server makes or computes it. */
const MADE_BY_SERVER = ['user_id', 'version', 'created_at', 'updated_at', 'deleted', 'derived_ids', 'processing_state'] as const;

/**
 * Stores a new blob.
 * @throws RectoError schema_violation, schema_unknown, already_exists, not_found (the parent)
 */
export async function createBlob(store: BlobStore, userId: string, body: CreateBlobBody, now: string): Promise<Blob> {
  checkDepth(body);
  checkData(body.schema_id, body.data);
  const { id = newId(), tags = [], ...rest } = withoutServerFields(body);
  const blob = normalizeBlob(
    { id, user_id: userId, ...rest, schema_id: normalizeSchemaId(body.schema_id), tags, version: 1, created_at: now, updated_at: now, deleted: false },
    userId,
  ) as Blob;
  await store.write(userId, (transaction) => {
    if (transaction.get(id)) throw new RectoError('already_exists', 'You have a blob of this id already.');
    checkParent(transaction, blob);
    transaction.put(blob);
  });
  return blob;
}

/**
 * Replaces what a blob holds. A field that the body leaves out stays; a parent or conversation of null goes.
 * @throws RectoError not_found, schema_violation, schema_unknown; VersionConflict
 */
export async function updateBlob(store: BlobStore, userId: string, id: string, body: UpdateBlobBody, now: string): Promise<void> {
  checkDepth(body);
  await store.write(userId, (transaction) => {
    const old = parseLive(transaction.get(id));
    if (old.version !== body.version) throw new VersionConflict(old.version);
    const { id: _id, processor_id: _processor, ...changes } = withoutServerFields(body);
    const blob = normalizeBlob({ ...old, ...changes, version: old.version + 1, updated_at: now }, userId) as Blob;
    blob.schema_id = normalizeSchemaId(blob.schema_id);
    checkData(blob.schema_id, blob.data);
    if (blob.parent_id !== old.parent_id) checkParent(transaction, blob);
    transaction.put(blob);
  });
}

/**
 * Leaves a tombstone, so that devices learn of it; what the blob held stays in its history.
 * @throws RectoError not_found; VersionConflict when `version` is given and not the blob's
 */
export async function deleteBlob(store: BlobStore, userId: string, id: string, options: { version?: number | undefined; now: string }): Promise<void> {
  await store.write(userId, (transaction) => {
    const old = parseLive(transaction.get(id));
    if (options.version !== undefined && options.version !== old.version) throw new VersionConflict(old.version);
    transaction.put({ ...old, version: old.version + 1, updated_at: options.now, deleted: true });
  });
}

export function blobNotFound(): RectoError {
  return new RectoError('not_found', 'You have no blob of this id.');
}

function parseLive(stored: StoredBlob | null): Blob {
  if (!stored || stored.deleted) throw blobNotFound();
  return JSON.parse(stored.doc) as Blob;
}

function checkParent(transaction: BlobTransaction, blob: Blob): void {
  if (blob.parent_id === undefined) return;
  const parent = transaction.get(blob.parent_id);
  if (parent && !parent.deleted) return;
  throw new RectoError('not_found', 'You have no blob of the id that parent_id names.', { errors: [{ path: '/parent_id', message: 'names no blob of yours' }] });
}

function withoutServerFields<T extends Record<string, unknown>>(body: T): T {
  const rest = { ...body };
  for (const field of MADE_BY_SERVER) delete rest[field];
  return rest;
}
