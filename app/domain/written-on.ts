/**
 * Which device wrote a version of a text, for who must choose between two: `written_on`, a field of the blob that holds
 * for the version it names. Whoever writes without it, or merges, leaves it behind, and it says nothing any more.
 */
import type { Blob } from '#schemas/blob.ts';
import type { SnapshotV1 } from '#schemas/generated/types.ts';
import { isFields } from './merge-values.ts';

export type Device = NonNullable<SnapshotV1['device']>;

export const WRITTEN_ON = 'written_on';

/** @param next what `stored` becomes by this write, one version on */
export function signVersion(next: Blob, stored: Pick<Blob, 'version'>, device: Device): Blob {
  return { ...next, [WRITTEN_ON]: { ...device, version: stored.version + 1 } };
}

/** Undefined: nobody knows. */
export function deviceOfVersion(blob: Blob): Device | undefined {
  const signed: unknown = blob[WRITTEN_ON];
  if (!isFields(signed) || signed['version'] !== blob.version || typeof signed['id'] !== 'string') return undefined;
  const { id, name } = signed;
  return { id, ...(typeof name === 'string' && { name: name.slice(0, 1000) }) };
}
