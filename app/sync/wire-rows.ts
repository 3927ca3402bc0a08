/** Between a blob on the wire (`deleted`) and a row of RxDB (`_deleted`). */
import type { WithDeleted } from 'rxdb';
import type { Blob } from '#schemas/blob.ts';
import type { StoredBlob } from '../store/collections.ts';

/** A blob's state as the replication protocol passes it on: without RxDB's own fields. */
export type BlobState = WithDeleted<StoredBlob>;

export function toWire(state: BlobState): Blob {
  const { _deleted, _attachments, ...rest } = state;
  return Object.assign(rest as Omit<Blob, 'deleted'>, { deleted: _deleted }) as Blob;
}

/** What the server computes on read does not come into the library: it would make every job a change of the text. */
export function fromWire(blob: Blob): BlobState {
  const { deleted, derived_ids: _derived, processing_state: _state, ...rest } = blob;
  return Object.assign(rest as unknown as StoredBlob, { _deleted: deleted });
}

/**
 * Stands for the assumed master of a blob whose history on the server is not known (see reconcile.ts): it equals
 * nothing, so the blob counts as changed here, and it is pushed and merged as one that has no base.
 */
export function unknownMaster(id: string): BlobState {
  return { id, recto_unknown: true, _deleted: false } as unknown as BlobState;
}

export function isUnknownMaster(state: BlobState | undefined): boolean {
  return state === undefined || state['recto_unknown'] === true;
}

/**
 * Whether `mine` can't have been made from what was assumed of the server: the library fell back to an older state, as
 * from a backup, while the record of what the server has did not. On that assumption the older text would replace the
 * newer one everywhere.
 */
export function hasFallenBack(mine: BlobState, assumed: BlobState | undefined): boolean {
  return !isUnknownMaster(assumed) && mine.version < assumed!.version;
}

/** What `mine` was made from, as far as it is known. */
export function baseOf(mine: BlobState, assumed: BlobState | undefined): BlobState | null {
  return isUnknownMaster(assumed) || hasFallenBack(mine, assumed) ? null : assumed!;
}
