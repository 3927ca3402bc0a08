import type { Database } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { SchemaEntry, SchemaType } from './schema-catalogue.ts';
import { parseVersion } from './schema-ids.ts';

/** A registered version with its row's id, which stands for this definition and no other. */
export interface StoredSchema extends SchemaEntry {
  rowId: string;
  createdAt: string;
}

/** The rows of `schemas`. All is synchronous: what writes runs in the caller's transaction. */
export interface SchemaStore {
  readAll(): StoredSchema[];
  insert(schema: StoredSchema): void;
  setActive(rowId: string, active: boolean): void;
  remove(rowId: string): void;
  /** Whether a blob of anyone is of this schema; one that was deleted is not. Looks through all of them. */
  isUsedByBlobs(blobSchemaId: string): boolean;
}

type Row = Tables['schemas'];

export function createSchemaStore({ sqlite }: Database): SchemaStore {
  const insert = sqlite.prepare(`
    INSERT INTO schemas (id, processor_id, name, version, major, type, definition, examples, active, created_at)
    VALUES (@id, @processor_id, @name, @version, @major, @type, @definition, @examples, @active, @created_at)`);
  return {
    readAll: () => sqlite.prepare<[], Row>('SELECT * FROM schemas').all().map(toStored),
    insert: (schema) => void insert.run(toRow(schema)),
    setActive: (rowId, active) => void sqlite.prepare('UPDATE schemas SET active = ? WHERE id = ?').run(active ? 1 : 0, rowId),
    remove: (rowId) => void sqlite.prepare('DELETE FROM schemas WHERE id = ?').run(rowId),
    isUsedByBlobs: (blobSchemaId) => sqlite.prepare('SELECT 1 FROM blobs WHERE schema_id = ? AND deleted = 0 LIMIT 1').get(blobSchemaId) !== undefined,
  };
}

function toStored({ id, major, definition, examples, active, created_at, type, ...row }: Row): StoredSchema {
  return {
    ...row,
    rowId: id,
    createdAt: created_at,
    id: `${row.name}-v${major}`,
    version_id: `${row.name}-v${row.version}`,
    type: type as SchemaType,
    definition: JSON.parse(definition) as Record<string, unknown>,
    examples: JSON.parse(examples) as unknown[],
    active: active === 1,
    shipped: false,
  };
}

function toRow({ rowId, createdAt, id: _id, version_id: _version, shipped: _shipped, definition, examples, active, ...schema }: StoredSchema): Row {
  return {
    ...schema,
    id: rowId,
    major: parseVersion(schema.version)?.[0] ?? 0,
    definition: JSON.stringify(definition),
    examples: JSON.stringify(examples),
    active: active ? 1 : 0,
    created_at: createdAt,
  };
}
