import { v7 as newId } from 'uuid';
import { normalizeSchemaId } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Blob, CreateBlobBody, UpdateBlobBody } from '#schemas/generated/types.ts';
import { parseSchemaId, toBlobSchemaId } from '../schema-service/schema-ids.ts';
import { checkData, checkDepth, inactiveSchema, normalizeBlob, type BlobSchemas } from './blob-content.ts';
import type { BlobStore, BlobTransaction, StoredBlob } from './blob-store.ts';

/** Where blobs are, and what they are judged by. */
export interface BlobServices {
  store: BlobStore;
  schemas: BlobSchemas;
}

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
export async function createBlob({ store, schemas }: BlobServices, userId: string, body: CreateBlobBody, now: string): Promise<Blob> {
  checkDepth(body);
  await checkData(schemas, body.schema_id, body.data);
  const { id = newId(), tags = [], ...rest } = withoutServerFields(body);
  const schema_id = toStoredSchemaId(body.schema_id);
  const blob = normalizeBlob({ id, user_id: userId, ...rest, schema_id, tags, version: 1, created_at: now, updated_at: now, deleted: false }, userId) as Blob;
  await store.write(userId, (transaction) => {
    if (transaction.get(id)) throw new RectoError('already_exists', 'You have a blob of this id already.');
    if (!schemas.takesNewBlobs(schema_id)) throw inactiveSchema(schema_id);
    checkParent(transaction, blob);
    transaction.put(blob);
  });
  return blob;
}

/**
 * Replaces what a blob holds. A field that the body leaves out stays; a parent or conversation of null goes.
 * @throws RectoError not_found, schema_violation, schema_unknown; VersionConflict
 */
export async function updateBlob({ store, schemas }: BlobServices, userId: string, id: string, body: UpdateBlobBody, now: string): Promise<void> {
  checkDepth(body);
  // Judged before the transaction, which can't wait; what it was judged as is looked at again inside.
  const judged = replaceFields(parseLive(await store.read(userId, id)), userId, body, now);
  await checkData(schemas, judged.schema_id, judged.data);
  await store.write(userId, (transaction) => {
    const old = parseLive(transaction.get(id));
    const blob = replaceFields(old, userId, body, now);
    if (blob.schema_id !== judged.schema_id) throw new VersionConflict(old.version);
    if (blob.schema_id !== old.schema_id && !schemas.takesNewBlobs(blob.schema_id)) throw inactiveSchema(blob.schema_id);
    if (blob.parent_id !== old.parent_id) checkParent(transaction, blob);
    transaction.put(blob);
  });
}

function replaceFields(old: Blob, userId: string, body: UpdateBlobBody, now: string): Blob {
  if (old.version !== body.version) throw new VersionConflict(old.version);
  const { id: _id, processor_id: _processor, ...changes } = withoutServerFields(body);
  const blob = normalizeBlob({ ...old, ...changes, version: old.version + 1, updated_at: now }, userId) as Blob;
  return { ...blob, schema_id: toStoredSchemaId(blob.schema_id) };
}

/** Blobs name a schema by its major version: whatever fits one version of it fits the newest, and events are told by it. */
function toStoredSchemaId(id: string): string {
  const named = parseSchemaId(id);
  return named ? toBlobSchemaId(named) : normalizeSchemaId(id);
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
