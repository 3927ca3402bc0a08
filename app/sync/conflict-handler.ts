/** What RxDB asks when the server has another state than this device assumed. Neither side is ever dropped. */
import type { RxConflictHandler, RxConflictHandlerInput } from 'rxdb';
import { hashText } from '../domain/merge-prose.ts';
import { contentOf, isSameBlob, mergeBlob } from '../domain/merge-blob.ts';
import { canonicalJson, isSame } from '../domain/merge-values.ts';
import { deviceOfVersion } from '../domain/written-on.ts';
import { USER_INPUT, type Blob } from '#schemas/blob.ts';
import type { SnapshotV1 } from '#schemas/generated/types.ts';
import type { StoredBlob } from '../store/collections.ts';
import { CONFLICT_PREFIX } from './conflicts.ts';
import { baseOf, fromWire, hasFallenBack, toWire, type BlobState } from './wire-rows.ts';

export interface ConflictHandlerOptions {
  /** Whether the library still has this state. Where it has been written since, RxDB drops the merge and asks again. */
  isCurrent(state: BlobState): Promise<boolean>;
  /** Stores snapshots; those whose id is there already are left as they are. Resolves when they are stored. */
  keep(snapshots: BlobState[]): Promise<void>;
  now(): number;
  /** Before a merge of what this device has, also one that has no conflict: keeps it in the history, if that is due. It never fails. */
  beforeMerge?(mine: Blob): Promise<void>;
  /** This device, for its side of a conflict. */
  readDevice?(): Promise<SnapshotV1['device']>;
}

export function createConflictHandler({ isCurrent, keep, now, beforeMerge, readDevice }: ConflictHandlerOptions): RxConflictHandler<StoredBlob> {
  return {
    isEqual: (a, b) => isSameState(a, b),
    resolve: async (input) => {
      if (isOlderState(input)) return input.realMasterState;
      const { base, mine, theirs } = readSides(input);
      const merged = mergeBlob(base, mine, theirs);
      // Before the merge is written: if this is the last thing that happens here, both texts exist.
      if (merged.conflicts > 0 && (await isCurrent(input.newDocumentState))) {
        await keep(makeSnapshots(base, mine, theirs, now(), await readDevice?.()).map(fromWire));
      } else if (isWrittenByHand(mine) && merged.blob !== theirs && merged.blob !== mine) {
        await beforeMerge?.(mine);
      }
      return fromWire(merged.blob);
    },
  };
}

const IGNORED: ReadonlySet<string> = new Set(['user_id', 'derived_ids', 'processing_state', '_rev', '_meta', '_attachments']);

/** Called for each document of each batch: the cheap differences first, no copies. */
export function isSameState(a: BlobState, b: BlobState): boolean {
  if (a === b) return true;
  if (a.version !== b.version || a.updated_at !== b.updated_at || a._deleted !== b._deleted) return false;
  for (const key in a) if (!IGNORED.has(key) && !isSame(a[key], b[key])) return false;
  for (const key in b) if (!IGNORED.has(key) && !(key in a) && b[key] !== undefined) return false;
  return true;
}

/** The library fell back to it, and nobody has written on it since: the server has had this state. */
function isOlderState({ assumedMasterState: assumed, newDocumentState: mine }: RxConflictHandlerInput<StoredBlob>): boolean {
  return hasFallenBack(mine, assumed) && Date.parse(mine.updated_at) < Date.parse(assumed!.updated_at);
}

function readSides({ assumedMasterState, newDocumentState, realMasterState }: RxConflictHandlerInput<StoredBlob>): { base: Blob | null; mine: Blob; theirs: Blob } {
  const base = baseOf(newDocumentState, assumedMasterState);
  return {
    base: base && toWire(base),
    mine: toWire(newDocumentState),
    theirs: toWire(realMasterState),
  };
}

function isWrittenByHand(blob: Blob): boolean {
  return blob.processor_id === USER_INPUT && blob.schema_id !== 'snapshot-v1' && !blob.deleted;
}

function deviceField(device: SnapshotV1['device']): Pick<SnapshotV1, 'device'> {
  return device ? { device } : {};
}

/** One snapshot a side, their ids made of what they hold: a conflict that is resolved again makes nothing new. */
function makeSnapshots(base: Blob | null, mine: Blob, theirs: Blob, now: number, device: SnapshotV1['device']): Blob[] {
  const hash = (blob: Blob): string => hashText(canonicalJson(contentOf(blob)));
  const conflictId = hashText([mine.id, ...[hash(mine), hash(theirs)].toSorted()].join('\n')).slice(0, 32);
  const time = new Date(now).toISOString();
  const keep = (blob: Blob, reason: SnapshotV1['reason']): Blob => ({
    id: `${CONFLICT_PREFIX}${conflictId}-${hash(blob).slice(0, 16)}`,
    user_id: mine.user_id,
    processor_id: USER_INPUT,
    schema_id: 'snapshot-v1',
    data: {
      of_schema_id: blob.schema_id,
      of_version: blob.version,
      reason,
      conflict_id: conflictId,
      ...deviceField(reason === 'conflict-mine' && device ? device : deviceOfVersion(blob)),
      content: blob.data,
    } satisfies SnapshotV1,
    parent_id: mine.id,
    ...(mine.conversation_id !== undefined && { conversation_id: mine.conversation_id }),
    tags: [],
    version: 1,
    created_at: time,
    updated_at: time,
    deleted: false,
  });
  const kept = [keep(mine, 'conflict-mine'), keep(theirs, 'conflict-theirs')];
  return base && !isSameBlob(base, mine) && !isSameBlob(base, theirs) ? [...kept, keep(base, 'conflict-base')] : kept;
}
