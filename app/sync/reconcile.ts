/**
 * After a server was restored from a backup its epoch is new, and what this device assumes of it may be wrong: it can
 * lack blobs, have older ones, or newer ones by devices that came back first. So everything it has is compared with
 * the library by id and version, and the assumed masters are set right. The replication then does the rest: it pushes
 * what differs, takes what is ahead and merges what went two ways.
 *
 * Running it twice does the same: the new epoch is written last.
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
}

/** What this device assumed of a blob, seen beside what the server has. */
type Relation =
  /** The server has what was assumed, or is further on the same line: the replication as always. */
  | 'forward'
  /** The server is back at an earlier state: what the library has goes on top of that. */
  | 'back'
  /** Not known: merged as two texts without a common base, so that nothing is lost. */
  | 'unknown';

export async function reconcile(sources: ReconcileSources): Promise<void> {
  const { collection, meta } = sources;
  const seen = new Set<string>();
  let { epoch } = sources;
  for await (const page of sources.pages()) {
    epoch = page.checkpoint?.epoch ?? epoch;
    const states = page.documents.map(fromWire);
    for (const state of states) seen.add(state.id);
    await reconcilePage(sources, states);
  }
  for await (const rows of scanRows(collection.storageInstance, undefined)) {
    const gone = rows.filter((row) => !seen.has(row.id));
    const assumed = await meta.readAssumed(gone.map((row) => row.id));
    await meta.writeAssumed(gone.filter((row) => assumed.has(row.id)).map((row) => ({ row: assumed.get(row.id), state: unknownMaster(row.id) })));
    await touch(collection, gone);
  }
  if (epoch !== null) await meta.writeDownCheckpoint({ epoch, seq: 0 });
}

async function reconcilePage({ collection, meta, history }: ReconcileSources, masters: readonly BlobState[]): Promise<void> {
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
    const relation = await relate(was, master, history);
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
