/** Conflicts that wait for the author: snapshots of both sides, tied together by their id, until one tags them as settled. */
import { map, type Observable } from 'rxjs';
import { isFields } from '../domain/merge-values.ts';
import type { StoredBlob } from '../store/collections.ts';
import type { BlobCollection, ConflictView } from './sync-types.ts';

/** Of the ids of conflicts' snapshots, so that finding them reads no other text. */
export const CONFLICT_PREFIX = 'conflict-';
/** The next string after all that begin with the prefix. */
const AFTER_PREFIX = 'conflict.';

export const SETTLED = 'settled';

export function observeConflicts(collection: BlobCollection): Observable<ConflictView[]> {
  return collection
    .find({ selector: { id: { $gte: CONFLICT_PREFIX, $lt: AFTER_PREFIX } }, sort: [{ id: 'asc' }] })
    .$.pipe(map((documents) => toViews(documents.map((document) => document.toJSON() as StoredBlob))));
}

function toViews(snapshots: readonly StoredBlob[]): ConflictView[] {
  const groups = new Map<string, StoredBlob[]>();
  for (const snapshot of snapshots) {
    const conflictId = snapshot.data['conflict_id'];
    if (typeof conflictId !== 'string' || snapshot.tags.includes(SETTLED)) continue;
    groups.set(conflictId, [...(groups.get(conflictId) ?? []), snapshot]);
  }
  return [...groups].flatMap(([id, members]) => toView(id, members) ?? []).toSorted((x, y) => (x.createdAt < y.createdAt ? 1 : -1));
}

function toView(id: string, members: readonly StoredBlob[]): ConflictView | null {
  const reasonOf = (member: StoredBlob): unknown => (isFields(member.data) ? member.data['reason'] : undefined);
  const base = members.find((member) => reasonOf(member) === 'conflict-base');
  // Two devices that merged the same pair each call their own side 'mine'.
  const sides = members.filter((member) => member !== base).toSorted((x, y) => (String(reasonOf(x)) < String(reasonOf(y)) ? -1 : 1));
  const [mine, theirs] = sides;
  // One of the two may still be on its way from the other device.
  if (!mine || !theirs || mine.parent_id === undefined) return null;
  return {
    id,
    blobId: mine.parent_id,
    conversationId: mine.conversation_id ?? null,
    schemaId: String(mine.data['of_schema_id']),
    mineId: mine.id,
    theirsId: theirs.id,
    baseId: base?.id ?? null,
    createdAt: mine.created_at,
  };
}

/** The ids of a conflict's snapshots. */
export function snapshotIds(conflict: ConflictView): string[] {
  return [conflict.mineId, conflict.theirsId, ...(conflict.baseId === null ? [] : [conflict.baseId])];
}
