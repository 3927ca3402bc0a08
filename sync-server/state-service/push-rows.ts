import { RectoError } from '#schemas/errors.ts';
import type { Blob } from '#schemas/generated/types.ts';
import { checkBlob, holdsSame, normalizeBlob } from './blob-content.ts';
import type { BlobStore, BlobTransaction } from './blob-store.ts';

type Json = Record<string, unknown>;

/** A row that may be stored, or the verdict that it may not. */
type CheckedRow = { blob: Json & Blob; assumed: Json | null } | { verdict: string };

/**
 * Judges and stores the rows of a push, each by itself, all in one transaction.
 * @returns the verdicts in the rows' order, each as JSON text: a conflict's master is sent as it is stored
 */
export async function pushRows(store: BlobStore, userId: string, rows: readonly unknown[], connectionId?: string): Promise<string[]> {
  // Checked before the transaction, so that the write lock is held for the writes only.
  const checked = rows.map((row) => checkRow(row, userId));
  return await store.write(
    userId,
    (transaction) => checked.map((row) => ('verdict' in row ? row.verdict : storeRow(transaction, row.blob, row.assumed))),
    { connectionId },
  );
}

function checkRow(row: unknown, userId: string): CheckedRow {
  const { new_document_state: next, assumed_master_state: assumed } = isObject(row) ? row : {};
  try {
    if (!isObject(next)) {
      throw new RectoError('schema_violation', 'A row of a push needs new_document_state.', {
        errors: [{ path: '/new_document_state', message: 'must be object' }],
      });
    }
    const blob = normalizeBlob(next, userId);
    checkBlob(blob);
    return { blob, assumed: isObject(assumed) ? assumed : null };
  } catch (error) {
    if (!(error instanceof RectoError)) throw error;
    const id = isObject(next) && typeof next['id'] === 'string' ? next['id'] : '';
    return { verdict: JSON.stringify({ id, status: 'rejected', error: error.toProblem() }) };
  }
}

/**
 * stored: the master is what the device assumed, or holds already what it pushes (a reply was lost).
 * conflict: the master differs from both. A master that is gone (a restored server) takes what the device has.
 */
function storeRow(transaction: BlobTransaction, blob: Json & Blob, assumed: Json | null): string {
  const stored = transaction.get(blob.id);
  if (stored) {
    const master = JSON.parse(stored.doc) as Json;
    if (!holdsSame(master, blob)) {
      if (!assumed || !holdsSame(master, assumed)) return `{"id":${JSON.stringify(blob.id)},"status":"conflict","master":${stored.doc}}`;
      transaction.put(blob);
    }
  } else {
    transaction.put(blob);
  }
  return `{"id":${JSON.stringify(blob.id)},"status":"stored"}`;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
