/**
 * After a server was restored from a backup its epoch is new, and what this device assumes of it may be wrong: it can
 * lack blobs, have older ones, or newer ones by devices that came back first. And a device that was away longer than the
 * server keeps tombstones can't learn from it what was deleted. So everything the server has is compared with the library
 * by id and version, and the assumed masters are set right. The replication then does the rest: it pushes what differs,
 * takes what is ahead and merges what went two ways.
 *
 * Running it twice does the same: how far the server was is written last.
 */
import type { Blob, SyncCheckpoint } from '#schemas/generated/types.ts';
import { isSameBlob } from '../domain/merge-blob.ts';
import { isSameState } from './conflict-handler.ts';
import { scanRows, type BlobRow, type MetaRow, type MetaStorage } from './meta-storage.ts';
import type { BlobCollection } from './sync-types.ts';
import { fromWire, isUnknownMaster, toWire, unknownMaster, type BlobState } from './wire-rows.ts';

export interface ReconcileSources {
  collection: BlobCollection;
  meta: MetaStorage;
  /** The server's epoch, where the socket has said it: a server that has nothing has no page to say it. */
  epoch: string | null;
  /** Pages of all that the server has, from the first on; each says its epoch. */
  pages(): AsyncIterable<{ documents: Blob[]; checkpoint: SyncCheckpoint | null }>;
  /** Past versions of a blob on the server. */
  history(blobId: string): Promise<Blob[]>;
  missing: Missing;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * What it means that the server no longer has what it had. lost: it is another epoch, restored from a backup; it is sent
 * again. deleted: another device deleted it, so long ago that its tombstone is gone, too.
 */
export type Missing = 'lost' | 'deleted';

/** The context of writes that take over what happened elsewhere: nothing of them is to be sent. */
export const TAKEN_BACK = 'recto-taken-back';

/** What this device assumed of a blob, seen beside what the server has. */
type Relation =
  /** The server has what was assumed, or is further on the same line: the replication as always. */
  | 'forward'
  /** The server is back at an earlier state: what the library has goes on top of that. */
  | 'back'
  /** Not known: merged as two texts without a common base, so that nothing is lost. */
  | 'unknown';

/** @returns the ids of blobs that were deleted elsewhere: they wait for nothing any more */
export async function reconcile(sources: ReconcileSources): Promise<string[]> {
  const { collection, meta, epoch } = sources;
  const seen = new Set<string>();
  const deleted: string[] = [];
  let first: SyncCheckpoint | null = null;
  for await (const page of sources.pages()) {
    first ??= page.checkpoint;
    const states = page.documents.map(fromWire);
    for (const state of states) seen.add(state.id);
    await reconcilePage(sources, states);
  }
  for await (const rows of scanRows(collection.storageInstance, undefined)) {
    const gone = rows.filter((row) => !seen.has(row.id));
    const assumed = await meta.readAssumed(gone.map((row) => row.id));
    const over = sources.missing === 'deleted' ? gone.filter((row) => isOver(row, assumed.get(row.id))) : [];
    await takeDeletes(sources, over, assumed);
    for (const row of over) deleted.push(row.id);
    const back = gone.filter((row) => !over.includes(row));
    await meta.writeAssumed(back.filter((row) => assumed.has(row.id)).map((row) => ({ row: assumed.get(row.id), state: unknownMaster(row.id) })));
    await touch(collection, back);
  }
  // With the horizon of now: what went before that has just been compared.
  const known = first ?? (epoch === null ? null : { epoch });
  if (known) await meta.writeDownCheckpoint({ ...known, seq: sources.missing === 'deleted' ? await readSeq(meta, known.epoch) : 0 });
  return deleted;
}

/** In the same epoch, what the device has taken in it need not take in again. */
async function readSeq(meta: MetaStorage, epoch: string): Promise<number> {
  const checkpoint = await meta.readCheckpoint('down');
  return checkpoint?.epoch === epoch ? checkpoint.seq : 0;
}

/** The server had just this, or its delete is all that waits here: it was deleted elsewhere. An edit beats that. */
function isOver(row: BlobRow, metaRow: MetaRow | undefined): boolean {
  return metaRow !== undefined && !isUnknownMaster(metaRow.docData) && (row._deleted || isSameState(row, metaRow.docData));
}

/** Makes tombstones of them, which keep what they hold, and which the server needs not be told of. */
async function takeDeletes({ collection, meta, now }: ReconcileSources, rows: readonly BlobRow[], assumed: ReadonlyMap<string, MetaRow>): Promise<void> {
  // Of the first version: whatever still comes of it, an edit that another device was away with, is newer (see refuse-stale.ts).
  const next = rows.map((row) => (row._deleted ? row : { ...row, _deleted: true, version: 1, updated_at: laterThan(row, now()) }));
  const changed = next.flatMap((document, i) => (document === rows[i] ? [] : [{ previous: rows[i]!, document }]));
  const { error } = changed.length === 0 ? { error: [] } : await collection.storageInstance.bulkWrite(changed, TAKEN_BACK);
  // One that the author writes at this moment is an edit: it is sent, and the server takes it as new.
  const written = new Set(error.map(({ documentId }) => documentId));
  await meta.writeAssumed(next.filter((row) => !written.has(row.id)).map((row) => ({ row: assumed.get(row.id), state: toState(row) })));
}

function laterThan({ updated_at: before }: BlobRow, now: number): string {
  return new Date(Math.max(now, (Date.parse(before) || 0) + 1)).toISOString();
}

function toState({ _rev, _meta, _attachments, ...state }: BlobRow): BlobState {
  return state as BlobState;
}

async function reconcilePage({ collection, meta, missing, history }: ReconcileSources, masters: readonly BlobState[]): Promise<void> {
  const ids = masters.map((master) => master.id);
  const rows = new Map((await collection.storageInstance.findDocumentsById(ids, true)).map((row) => [row.id, row]));
  const assumed = await meta.readAssumed(ids);
  const writes: { row: MetaRow | undefined; state: BlobState }[] = [];
  const ahead: BlobRow[] = [];
  for (const master of masters) {
    const row = rows.get(master.id);
    if (!row) continue;
    const metaRow = assumed.get(master.id);
    const was = metaRow && !isUnknownMaster(metaRow.docData) ? metaRow.docData : null;
    if (isSameState(row, master)) {
      writes.push({ row: metaRow, state: master });
      continue;
    }
    // A server that was not restored only ever goes forward.
    const relation = missing === 'deleted' && was ? 'forward' : await relate(was, master, history);
    if (relation === 'back') writes.push({ row: metaRow, state: master });
    if (relation === 'unknown') writes.push({ row: metaRow, state: unknownMaster(master.id) });
    if (relation !== 'forward') ahead.push(row);
  }
  await meta.writeAssumed(writes);
  await touch(collection, ahead);
}

async function relate(assumed: BlobState | null, master: BlobState, history: ReconcileSources['history']): Promise<Relation> {
  if (assumed === null) return 'unknown';
  if (isSameState(assumed, master)) return 'forward';
  // Lower version and not written later: by no device that came back before this one.
  if (master.version < assumed.version && Date.parse(master.updated_at) <= Date.parse(assumed.updated_at)) return 'back';
  const was = toWire(assumed);
  return (await history(master.id)).some((version) => isSameBlob(version, was)) ? 'forward' : 'unknown';
}

/** Writes rows as they are, so that the replication takes them up whatever it has pushed before. One that someone writes meanwhile is taken up anyway. */
export async function touch(collection: BlobCollection, rows: readonly BlobRow[]): Promise<void> {
  if (rows.length === 0) return;
  await collection.storageInstance.bulkWrite(rows.map((row) => ({ previous: row, document: row })), 'recto-touch');
}
