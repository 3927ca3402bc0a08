/**
 * The collections of a library. Only `blobs` is replicated. A tombstone is the blob's own `deleted: true`, with its
 * data kept: RxDB's `_deleted` is never set here, so undo and 'an edit beats a delete' are ordinary writes, and the
 * stored shape is the wire's. Replication adds `_deleted: false` on the way in and takes it off on the way out.
 */
import type { RxCollection, RxDatabase, RxJsonSchema, TopLevelProperty } from 'rxdb';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { Blob } from '#schemas/blob.ts';
import type { Settings } from '../recto-app.ts';
import type { BlobStats } from './blob-stats.ts';

export interface SettingsRow {
  id: 'settings';
  values: Partial<Settings>;
}

/** A job as this computer keeps it. */
export interface JobRow extends Job {
  /** Set by a window that does not run the jobs; the one that does stops it. */
  cancel_requested?: boolean;
}

export interface LibraryCollections {
  blobs: RxCollection<Blob>;
  stats: RxCollection<BlobStats>;
  jobs: RxCollection<JobRow>;
  settings: RxCollection<SettingsRow>;
}

export type LibraryDatabase = RxDatabase<LibraryCollections>;

/** RxDB's types want every field described; only what is indexed has to be, since no validator runs here (ajv checked it). */
function describe<T>(properties: Record<string, TopLevelProperty>): RxJsonSchema<T>['properties'] {
  return properties as RxJsonSchema<T>['properties'];
}

const ID = { type: 'string', maxLength: 100 } as const;

/**
 * parent_id and conversation_id are absent where there is none. IndexedDB leaves such a row out of an index that
 * holds the field, memory keeps it under the empty string; both find every row that has it. So these indexes are
 * only used with a value, and named in the query (see blob-store.ts), never left to RxDB's planner.
 */
export const BLOB_INDEXES = {
  schema_id: ['schema_id', 'deleted', 'id'],
  parent_id: ['parent_id', 'deleted', 'id'],
  conversation_id: ['conversation_id', 'deleted', 'id'],
} as const;

export const BLOB_COLLECTION_SCHEMA: RxJsonSchema<Blob> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
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
    deleted: { type: 'boolean' },
  },
  required: ['id', 'user_id', 'processor_id', 'schema_id', 'data', 'tags', 'version', 'created_at', 'updated_at', 'deleted'],
  indexes: [[...BLOB_INDEXES.schema_id], [...BLOB_INDEXES.parent_id], [...BLOB_INDEXES.conversation_id]],
};

export const STATS_COLLECTION_SCHEMA: RxJsonSchema<BlobStats> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: describe<BlobStats>({ id: ID }),
  required: ['id'],
};

export const JOB_COLLECTION_SCHEMA: RxJsonSchema<JobRow> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: describe<JobRow>({ id: ID, state: { type: 'string', maxLength: 20 }, blob_id: ID }),
  required: ['id', 'state', 'blob_id'],
  indexes: ['state', 'blob_id'],
};

export const SETTINGS_COLLECTION_SCHEMA: RxJsonSchema<SettingsRow> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: ID, values: { type: 'object' } },
  required: ['id', 'values'],
};
