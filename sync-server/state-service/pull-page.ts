import type { Database } from '../db/database.ts';
import type { SyncCheckpoint } from '#schemas/generated/types.ts';

export interface PullRequest {
  userId: string;
  /** What the device has; null at its first pull. */
  checkpoint: SyncCheckpoint | null;
  limit: number;
}

/** Pages up to this many characters are one buffer; longer ones are sent in pieces of about this size. */
const PIECE_SIZE = 4 * 1024 * 1024;

interface Run {
  first: number;
  last: number;
}

/**
 * Reads the documents that a device lacks, in the order of the user's sequence. SQLite itself joins the stored texts,
 * so that nothing is parsed, decoded or built anew between the disk and the socket.
 */
export function createPuller(database: Database): (request: PullRequest) => Promise<AsyncIterable<Buffer> | Buffer> {
  const sizes = database.sqlite
    .prepare<[string, number, number], [number, number]>('SELECT seq, size FROM blobs WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?')
    .raw() as unknown as { all(userId: string, seq: number, limit: number): [number, number][] };
  const joined = database.sqlite
    .prepare('SELECT CAST(group_concat(doc) AS BLOB) FROM (SELECT doc FROM blobs WHERE user_id = ? AND seq BETWEEN ? AND ? ORDER BY seq)')
    .pluck() as unknown as { get(userId: string, first: number, last: number): Buffer | null };

  return async ({ userId, checkpoint, limit }) => {
    // Another epoch's numbers mean nothing here: the device starts over and reconciles by id.
    const after = checkpoint?.epoch === database.epoch ? checkpoint.seq : 0;
    const rows = await database.exclusive(() => sizes.all(userId, after, limit));
    const last = rows.at(-1);
    if (!last) return Buffer.from(`{"documents":[],"checkpoint":${JSON.stringify(checkpoint ?? null)}}`);
    const end = Buffer.from(`],"checkpoint":${JSON.stringify({ epoch: database.epoch, seq: last[0] })}}`);
    const start = Buffer.from('{"documents":[');
    const runs = splitRuns(rows);
    const read = (run: Run): Promise<Buffer | null> => database.exclusive(() => joined.get(userId, run.first, run.last));
    if (runs.length > 1) return sendInPieces(start, runs.map((run) => () => read(run)), end);
    return Buffer.concat([start, (await read(runs[0]!)) ?? Buffer.alloc(0), end]);
  };
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
async function* sendInPieces(start: Buffer, pieces: readonly (() => Promise<Buffer | null>)[], end: Buffer): AsyncGenerator<Buffer> {
  yield start;
  let isFirst = true;
  for (const read of pieces) {
    const piece = await read();
    if (!piece) continue;
    if (!isFirst) yield Buffer.from(',');
    isFirst = false;
    yield piece;
  }
  yield end;
}
