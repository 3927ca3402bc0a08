import { RectoError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/generated/types.ts';
import { checkData, checkShape, holdsSame, inactiveSchema, normalizeBlob, type BlobSchemas } from './blob-content.ts';
import type { BlobTransaction } from './blob-store.ts';
import type { BlobServices } from './edit-blob.ts';

type Json = Record<string, unknown>;

/** A row that may be stored, or the verdict that it may not. */
type CheckedRow = { blob: Json & Blob; assumed: Json | null } | { verdict: string };

/**
 * Judges and stores the rows of a push, each by itself, all in one transaction.
 * @returns the verdicts in the rows' order, each as JSON text: a conflict's master is sent as it is stored
 */
export async function pushRows({ store, schemas }: BlobServices, userId: string, rows: readonly unknown[], connectionId?: string): Promise<string[]> {
  // Checked before the transaction, so that the write lock is held for the writes only.
  const checked: CheckedRow[] = [];
  const waiting: Promise<void>[] = [];
  for (const [index, row] of rows.entries()) {
    const result = checkRow(row, userId, schemas);
    if (result instanceof Promise) waiting.push(result.then((settled) => void (checked[index] = settled)));
    else checked[index] = result;
  }
  if (waiting.length > 0) await Promise.all(waiting);
  return await store.write(
    userId,
    (transaction) => checked.map((row) => ('verdict' in row ? row.verdict : storeRow(transaction, row.blob, row.assumed, schemas))),
    { connectionId },
  );
}

/** At once for a schema that ships, so that a whole push is. */
function checkRow(row: unknown, userId: string, schemas: BlobSchemas): CheckedRow | Promise<CheckedRow> {
  const { new_document_state: next, assumed_master_state: assumed } = isObject(row) ? row : {};
  const id = isObject(next) && typeof next['id'] === 'string' ? next['id'] : '';
  try {
    if (!isObject(next)) {
      throw new RectoError('schema_violation', 'A row of a push needs new_document_state.', {
        errors: [{ path: '/new_document_state', message: 'must be object' }],
      });
    }
    const blob = normalizeBlob(next, userId);
    checkShape(blob);
    if (blob.schema_id.includes('.')) throw new RectoError('schema_unknown', `Blobs name a schema by its major version, such as “poem-v1”, and not “${blob.schema_id}”.`);
    const whole: CheckedRow = { blob, assumed: isObject(assumed) ? assumed : null };
    // A tombstone's data is not looked at: a delete must never be refused for what it deletes.
    const judged = blob.deleted ? undefined : checkData(schemas, blob.schema_id, blob.data);
    return judged instanceof Promise ? judged.then(() => whole, (error: unknown) => reject(id, error)) : whole;
  } catch (error) {
    return reject(id, error);
  }
}

function reject(id: string, error: unknown): CheckedRow {
  if (!(error instanceof RectoError)) throw error;
  return { verdict: JSON.stringify({ id, status: 'rejected', error: error.toProblem() }) };
}

/**
 * stored: the master is what the device assumed, or holds already what it pushes (a reply was lost).
 * conflict: the master differs from both. A master that is gone (a restored server) takes what the device has.
 */
function storeRow(transaction: BlobTransaction, blob: Json & Blob, assumed: Json | null, schemas: BlobSchemas): string {
  try {
    return judgeRow(transaction, blob, assumed, schemas);
  } catch (error) {
    // Only this row is refused: those that make room come through.
    if (error instanceof RectoError && error.code === 'quota_exceeded') return JSON.stringify({ id: blob.id, status: 'rejected', error: error.toProblem() });
    throw error;
  }
}

function judgeRow(transaction: BlobTransaction, blob: Json & Blob, assumed: Json | null, schemas: BlobSchemas): string {
  const stored = transaction.get(blob.id);
  if (stored) {
    const master = JSON.parse(stored.doc) as Json;
    if (!holdsSame(master, blob)) {
      if (!assumed || !holdsSame(master, assumed)) return `{"id":${JSON.stringify(blob.id)},"status":"conflict","master":${stored.doc}}`;
      transaction.put(blob);
    }
  } else if (!blob.deleted && !schemas.takesNewBlobs(blob.schema_id)) {
    return JSON.stringify({ id: blob.id, status: 'rejected', error: inactiveSchema(blob.schema_id).toProblem() });
  } else {
    transaction.put(blob);
  }
  return `{"id":${JSON.stringify(blob.id)},"status":"stored"}`;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
