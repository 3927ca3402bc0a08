/** States of a text that one side has and the other never saw, and how they are kept. */
import { now, type RxDocumentData } from 'rxdb';
import { USER_INPUT } from '#schemas/blob.ts';
import type { MirrorRow } from '#schemas/ipc.ts';
import type { StoredBlob } from '../collections.ts';
import { haveDiverged, type StoredRow } from './stored-rows.ts';

/**
 * Whether writing `mine` over `theirs` would lose a state that nobody here has read.
 * @param base the time of the state from which this run's first write was made; undefined: this run has not written it
 */
export function haveUnseenState(theirs: MirrorRow, mine: MirrorRow, base: number | undefined): boolean {
  if (theirs.lwt >= mine.lwt) return false;
  // A revision ends with the name of the run that made it.
  const ofOneRun = runOf(theirs.rev) === runOf(mine.rev);
  // Another run's may have been written without the file, from what the engine had fallen back to: nobody knows.
  if (base === undefined) return !ofOneRun || haveDiverged(asRevision(theirs), asRevision(mine));
  return theirs.lwt > base && !ofOneRun;
}

function asRevision({ rev }: MirrorRow): StoredRow {
  return { _rev: rev } as StoredRow;
}

function runOf(revision: string): string {
  return revision.slice(revision.indexOf('-') + 1);
}

/** Whether `text` is `part`, with something written in between two words of it perhaps: then it holds each of them. */
function holdsAllOf(text: string, part: string): boolean {
  let from = 0;
  while (from < part.length && text[from] === part[from]) from += 1;
  const to = text.length - (part.length - from);
  if (to < from || !text.endsWith(part.slice(from))) return false;
  const isWithinWord = (at: number): boolean => /[\p{L}\p{N}]{2}/u.test(text.slice(at - 1, at + 1));
  return to === from || (!isWithinWord(from) && !isWithinWord(to));
}

/** A blob that keeps what `loser` says beside `winner`; null where nothing would be lost without it. */
export function makeSnapshot(loser: StoredRow, winner: StoredRow, id: string): StoredRow | null {
  const kept = loser as unknown as RxDocumentData<StoredBlob>;
  const stays = winner as unknown as RxDocumentData<StoredBlob>;
  if (kept.schema_id === 'snapshot-v1') return null;
  if (holdsAllOf(JSON.stringify(stays.data), JSON.stringify(kept.data))) return null;
  const lwt = now();
  const time = new Date(lwt).toISOString();
  const { _attachments } = kept;
  const snapshot: RxDocumentData<StoredBlob> = {
    id,
    user_id: kept.user_id,
    processor_id: USER_INPUT,
    schema_id: 'snapshot-v1',
    data: { of_schema_id: kept.schema_id, of_version: kept.version, reason: 'merge', name: 'Found when the library was repaired', content: kept.data },
    parent_id: kept.id,
    ...(kept.conversation_id !== undefined && { conversation_id: kept.conversation_id }),
    tags: [],
    version: 1,
    created_at: time,
    updated_at: time,
    _deleted: false,
    _attachments,
    _rev: '1-repair',
    _meta: { lwt },
  };
  return snapshot as unknown as StoredRow;
}
