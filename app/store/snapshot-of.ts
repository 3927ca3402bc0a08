import { USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { SnapshotV1 } from '#schemas/generated/types.ts';
import type { RectoApp } from '../recto-app.ts';
import type { NewBlob } from './blob-store.ts';
import type { Library } from './library.ts';

/** A blob that keeps what another holds now. */
export function snapshotOf(app: RectoApp, library: Library, blob: Blob, why: Pick<SnapshotV1, 'reason' | 'name'>): NewBlob {
  const data: SnapshotV1 = { of_schema_id: blob.schema_id, of_version: blob.version, ...why, content: blob.data };
  return {
    id: app.platform.newId(),
    user_id: library.userId,
    processor_id: USER_INPUT,
    schema_id: 'snapshot-v1',
    data: { ...data },
    parent_id: blob.id,
    ...(blob.conversation_id !== undefined && { conversation_id: blob.conversation_id }),
  };
}
