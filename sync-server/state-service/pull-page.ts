import { RectoError } from '#schemas/errors.ts';
import type { SyncCheckpoint } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';

export interface PullRequest {
  userId: string;
  /** What the device has; null at its first pull. */
  checkpoint: SyncCheckpoint | null;
  limit: number;
}

/** Pages up to this many characters are one buffer; longer ones are sent in pieces of about this size. */
const PIECE_SIZE = 4 * 1024 * 1024;

/** A page ends when its documents have this many characters: a device holds two pages in memory at once. */
const PAGE_SIZE = 16 * 1024 * 1024;

interface Run {
  first: number;
  last: number;
}

/**
 * Reads the documents that a device lacks, in the order of the user's sequence. SQLite itself joins the stored texts,
 * so that nothing is parsed, decoded or built anew between the disk and the socket.
 *
 * Tombstones up to the user's horizon are gone. A device learns of every delete as long as its checkpoint is past the horizon,
 * or was given with this horizon: then it began with nothing, or has compared everything, when those were gone already.
 * @throws RectoError checkpoint_expired: the device can't learn any more what was deleted, and compares everything
 */
export function createPuller(database: Database, pageSize = PAGE_SIZE): (request: PullRequest) => Promise<AsyncIterable<Buffer> | Buffer> {
  const sizes = database.sqlite
    .prepare<[string, number, number], [number, number]>('SELECT seq, size FROM blobs WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?')
    .raw() as unknown as { all(userId: string, seq: number, limit: number): [number, number][] };
  const joined = database.sqlite
    .prepare('SELECT CAST(group_concat(doc) AS BLOB) FROM (SELECT doc FROM blobs WHERE user_id = ? AND seq BETWEEN ? AND ? ORDER BY seq)')
    .pluck() as unknown as { get(userId: string, first: number, last: number): Buffer | null };

  const horizonOf = database.sqlite.prepare<[string], number>('SELECT horizon FROM user_sequences WHERE user_id = ?').pluck();

  return async ({ userId, checkpoint, limit }) => {
    // Another epoch's numbers mean nothing here: the device starts over and reconciles by id.
    const known = checkpoint?.epoch === database.epoch ? checkpoint : null;
    const after = known?.seq ?? 0;
    const [found, horizon] = await database.exclusive(() => [sizes.all(userId, after, limit), horizonOf.get(userId) ?? 0]);
    const stamp = (seq: number): string => JSON.stringify({ epoch: database.epoch, seq, ...(horizon > 0 && { horizon }) } satisfies SyncCheckpoint);
    if (known) checkHorizon(known, horizon);
    const rows = cutPage(found, pageSize);
    const last = rows.at(-1);
    if (!last) return Buffer.from(`{"documents":[],"checkpoint":${checkpoint || horizon === 0 ? JSON.stringify(checkpoint) : stamp(0)}}`);
    // Tombstones may go between two pieces: the page would lack them, and its checkpoint say that they were in it.
    const end = (): Promise<Buffer> =>
      database.exclusive(() => {
        checkHorizon({ epoch: database.epoch, seq: after, horizon }, horizonOf.get(userId) ?? 0);
        return Buffer.from(`],"checkpoint":${stamp(last[0])}${rows.length < found.length ? ',"more":true' : ''}}`);
      });
    const start = Buffer.from('{"documents":[');
    const runs = splitRuns(rows);
    const read = (run: Run): Promise<Buffer | null> => database.exclusive(() => joined.get(userId, run.first, run.last));
    if (runs.length > 1) return sendInPieces(start, runs.map((run) => () => read(run)), end);
    return Buffer.concat([start, (await read(runs[0]!)) ?? Buffer.alloc(0), await end()]);
  };
}

/** @throws RectoError checkpoint_expired */
function checkHorizon({ seq, horizon: known = 0 }: SyncCheckpoint, horizon: number): void {
  if (seq >= horizon || known >= horizon) return;
  throw new RectoError('checkpoint_expired', 'This device was away so long that the server no longer knows what was deleted meanwhile. It has to compare everything once: pull from the start.');
}

/** As many as fit, and at least one. */
function cutPage(rows: [seq: number, size: number][], pageSize: number): [seq: number, size: number][] {
  let total = 0;
  const tooMany = rows.findIndex(([, size], i) => {
    total += size;
    return i > 0 && total > pageSize;
  });
  return tooMany < 0 ? rows : rows.slice(0, tooMany);
}

function splitRuns(rows: readonly [seq: number, size: number][]): Run[] {
  const runs: Run[] = [];
  let size = Infinity;
  for (const [seq, rowSize] of rows) {
    if (size + rowSize > PIECE_SIZE) {
      runs.push({ first: seq, last: seq });
      size = 0;
    }
    runs.at(-1)!.last = seq;
    size += rowSize;
  }
  return runs;
}

/**
 * A document that is written while its page is sent moves on to a later number and drops out of this page; the
 * device gets it with that number.
 */
async function* sendInPieces(start: Buffer, pieces: readonly (() => Promise<Buffer | null>)[], end: () => Promise<Buffer>): AsyncGenerator<Buffer> {
  yield start;
  let isFirst = true;
  for (const read of pieces) {
    const piece = await read();
    if (!piece) continue;
    if (!isFirst) yield Buffer.from(',');
    isFirst = false;
    yield piece;
  }
  yield await end();
}
