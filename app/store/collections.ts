/**
 * The collections of a library. Only `blobs` is replicated. A blob's `deleted` is RxDB's `_deleted`; a tombstone keeps
 * its data, so that undo and 'an edit beats a delete' are ordinary writes.
 */
import type { RxCollection, RxDatabase, RxJsonSchema, TopLevelProperty } from 'rxdb';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { Blob } from '#schemas/blob.ts';
import type { BlobStats } from './blob-stats.ts';

export type KnownKeys<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

/** A blob as RxDB keeps it: what is deleted is `_deleted`, and unknown fields stay. */
export type StoredBlob = Omit<KnownKeys<Blob>, 'deleted'> & { [unknownField: string]: unknown };

/** One small value that stays on this computer. */
export interface StateRow {
  id: string;
  value: unknown;
}

export interface LibraryCollections {
  blobs: RxCollection<StoredBlob>;
  stats: RxCollection<BlobStats>;
  jobs: RxCollection<Job>;
  settings: RxCollection<StateRow>;
}

export type LibraryDatabase = RxDatabase<LibraryCollections>;

/** RxDB's types want every field described; only what is indexed has to be, since no validator runs here (ajv checked it). */
function describe<T>(properties: Record<string, TopLevelProperty>): RxJsonSchema<T>['properties'] {
  return properties as RxJsonSchema<T>['properties'];
}

const ID = { type: 'string', maxLength: 100 } as const;

/**
 * parent_id and conversation_id are absent where there is none. IndexedDB leaves such a row out of an index that
 * holds the field, memory keeps it under the empty string; both find every row that has it. So these two are only
 * used with a value, and named in the query (see blob-store.ts). RxDB's planner takes the first index where none fits
 * better: schema_id, which every blob has. The Dexie storage wants indexed fields in `required`; no validator reads
 * that list, so it holds nobody to anything.
 */
export const BLOB_INDEXES = {
  schema_id: ['schema_id', 'id'],
  parent_id: ['parent_id', 'id'],
  conversation_id: ['conversation_id', 'id'],
} as const;

export const BLOB_COLLECTION_SCHEMA: RxJsonSchema<StoredBlob> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: describe<StoredBlob>({
    id: ID,
    user_id: ID,
    processor_id: ID,
    schema_id: ID,
    data: { type: 'object' },
    parent_id: ID,
    conversation_id: ID,
    tags: { type: 'array', items: { type: 'string' } },
    version: { type: 'integer' },
    created_at: { type: 'string' },
    updated_at: { type: 'string' },
  }),
  required: ['id', 'user_id', 'processor_id', 'schema_id', 'data', 'tags', 'version', 'created_at', 'updated_at', 'parent_id', 'conversation_id'],
  indexes: [[...BLOB_INDEXES.schema_id], [...BLOB_INDEXES.parent_id], [...BLOB_INDEXES.conversation_id]],
};

export const STATS_COLLECTION_SCHEMA: RxJsonSchema<BlobStats> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: describe<BlobStats>({ id: ID }),
  required: ['id'],
};

export const JOB_COLLECTION_SCHEMA: RxJsonSchema<Job> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: describe<Job>({ id: ID, state: { type: 'string', maxLength: 20 }, blob_id: ID }),
  required: ['id', 'state', 'blob_id'],
  indexes: ['state', 'blob_id'],
};

export const STATE_COLLECTION_SCHEMA: RxJsonSchema<StateRow> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: describe<StateRow>({ id: ID, value: {} }),
  required: ['id'],
};
