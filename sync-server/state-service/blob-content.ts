import { toFieldErrors } from '#schemas/blob.ts';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/generated/types.ts';
import { validateBlob } from '#schemas/generated/validators.js';
import type { SchemaRegistry } from '../schema-service/schema-registry.ts';

type Json = Record<string, unknown>;

/** What blobs are judged by. */
export type BlobSchemas = Pick<SchemaRegistry, 'findDataErrors' | 'takesNewBlobs'>;

/** What the server owns or computes: two blobs that differ only here hold the same. */
const SERVER_FIELDS: ReadonlySet<string> = new Set(['user_id', 'derived_ids', 'processing_state']);

/**
 * A blob as it is stored: the user's, without computed fields, and without a parent or a conversation that is null.
 * Changes its argument, which nobody else holds (it was parsed from a request).
 */
export function normalizeBlob(blob: Json, userId: string): Json {
  blob['user_id'] = userId;
  // Only where present: `delete` moves an object to a slower shape, and a push holds thousands.
  if ('derived_ids' in blob) delete blob['derived_ids'];
  if ('processing_state' in blob) delete blob['processing_state'];
  if (blob['parent_id'] === null) delete blob['parent_id'];
  if (blob['conversation_id'] === null) delete blob['conversation_id'];
  return blob;
}

/** Far deeper than anything that a text holds, far from where walking or writing a value runs out of stack. */
const MAX_DEPTH = 100;

/** @throws RectoError schema_violation for a value that is nested too deeply to be stored and sent */
export function checkDepth(value: unknown): void {
  if (!isDeeperThan(value, MAX_DEPTH)) return;
  throw new RectoError('schema_violation', `This is nested more than ${MAX_DEPTH} levels deep.`, {
    errors: [{ path: '/', message: `must not be nested more than ${MAX_DEPTH} levels deep` }],
  });
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => typeof item === 'object' && isDeeperThan(item, levels - 1));
}

/** @throws RectoError schema_violation with each path: a normalized value that is no whole blob, whatever its data */
export function checkShape(value: Json): asserts value is Json & Blob {
  if (!validateBlob(value)) {
    throw new RectoError('schema_violation', 'This is not a whole blob.', { errors: toFieldErrors(validateBlob.errors) });
  }
  checkDepth(value);
}

/**
 * Judges data by its schema: at once where the schema ships, so that a push of thousands waits for nothing, and by a promise
 * where it was registered.
 * @throws RectoError schema_violation with each path under /data, schema_unknown, unavailable
 */
export function checkData(schemas: BlobSchemas, schemaId: string, data: unknown): void | Promise<void> {
  const errors = schemas.findDataErrors(schemaId, data);
  return Array.isArray(errors) ? refuseErrors(schemaId, errors) : errors.then((found) => refuseErrors(schemaId, found));
}

function refuseErrors(schemaId: string, errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  throw new RectoError('schema_violation', `The data does not fit the schema ${schemaId}.`, {
    errors: errors.map((error) => ({ ...error, path: error.path === '/' ? '/data' : `/data${error.path}` })),
  });
}

/** What a new blob of a schema that was deactivated is refused with. */
export function inactiveSchema(schemaId: string): RectoError {
  return new RectoError('schema_unknown', `The schema ${schemaId} is not active: it takes no new blobs. Those that there are stay.`);
}

/** Whether two blobs hold the same, whatever the order of their keys and whatever the server computed. */
export function holdsSame(left: Json, right: Json): boolean {
  return countContentKeys(left) === countContentKeys(right)
    && Object.keys(left).every((key) => !isContentKey(left, key) || (Object.hasOwn(right, key) && equals(left[key], right[key])));
}

function isContentKey(blob: Json, key: string): boolean {
  return !SERVER_FIELDS.has(key) && !(blob[key] === null && (key === 'parent_id' || key === 'conversation_id'));
}

function countContentKeys(blob: Json): number {
  let count = 0;
  for (const key of Object.keys(blob)) if (isContentKey(blob, key)) count += 1;
  return count;
}

/** Deep equality of JSON values. */
function equals(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return Array.isArray(left) && Array.isArray(right) && left.length === right.length && left.every((item, index) => equals(item, right[index]));
  }
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length
    && keys.every((key) => Object.hasOwn(right, key) && equals((left as Json)[key], (right as Json)[key]));
}
