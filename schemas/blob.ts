import { BLOB_VALIDATORS, type BlobDataBySchema } from './generated/blob-catalogue.ts';
import type { Blob as AnyBlob } from './generated/types.ts';
import { RectoError, type FieldError } from './errors.ts';

export type SchemaId = keyof BlobDataBySchema;

/** A blob; with a schema id, one whose `data` is that schema's. */
export type Blob<S extends SchemaId | unknown = unknown> = S extends SchemaId
  ? Omit<AnyBlob, 'schema_id' | 'data'> & { schema_id: S; data: BlobDataBySchema[S] }
  : AnyBlob;

/** processor_id of what an author writes. */
export const USER_INPUT = 'user-input';

/** user_id of a library that has no account. */
export const LOCAL_USER = 'local';

export function isSchemaId(id: string): id is SchemaId {
  return Object.hasOwn(BLOB_VALIDATORS, id);
}

export function isBlobOf<S extends SchemaId>(blob: AnyBlob, schemaId: S): blob is AnyBlob & Blob<S> {
  return blob.schema_id === schemaId;
}

/** A schema id as the seed writes it in registrations and workflows (`schema-text-input-v1`), as blobs name it. */
export function normalizeSchemaId(id: string): string {
  return id.startsWith('schema-') ? id.slice('schema-'.length) : id;
}

interface AjvError {
  instancePath: string;
  message?: string | undefined;
  params?: Record<string, unknown>;
}

/** ajv's errors as paths (JSON Pointers) and sentences. */
export function toFieldErrors(errors: readonly AjvError[] | null | undefined): FieldError[] {
  return (errors ?? []).map((error) => ({ path: error.instancePath || '/', message: error.message ?? 'is not valid' }));
}

/**
 * What is wrong with `data` for a schema that ships; empty when nothing is.
 * @throws RectoError schema_unknown
 */
export function findDataErrors(schemaId: string, data: unknown): FieldError[] {
  const id = normalizeSchemaId(schemaId);
  if (!isSchemaId(id)) throw new RectoError('schema_unknown', `There is no schema “${schemaId}”.`);
  const validate = BLOB_VALIDATORS[id];
  return validate(data) ? [] : toFieldErrors(validate.errors);
}
