/** Sends rows until each has a verdict, whatever the network, the server and single rows do. */
import type { RxReplicationWriteToMasterRow } from 'rxdb';
import { RectoError } from '#schemas/errors.ts';
import type { SyncPushVerdict } from '#schemas/generated/types.ts';
import type { StoredBlob } from '../store/collections.ts';
import type { PushReply } from './sync-api.ts';
import { isUnknownMaster, toWire, type BlobState } from './wire-rows.ts';

export type PushRow = RxReplicationWriteToMasterRow<StoredBlob>;

export interface Verdict {
  state: BlobState;
  assumed: BlobState | null;
  result: SyncPushVerdict;
}

/** Characters of one request's rows: small texts go together, long ones alone. */
const MAX_REQUEST_LENGTH = 1_500_000;
/** Requests under way: while the server stores one, the next is written and sent. */
const MAX_REQUESTS = 3;

interface Chunk {
  rows: PushRow[];
  texts: string[];
}

export type SendRows = (texts: readonly string[]) => Promise<PushReply>;

/**
 * @param send one request; it retries what time can heal, and throws what it can't
 * @returns a verdict for each row. A request that is refused as a whole is halved until the row that is at fault stands
 *   alone; that row counts as rejected
 */
export async function pushRows(rows: readonly PushRow[], send: SendRows, onEpoch: (epoch: string) => void): Promise<Verdict[]> {
  const verdicts: Verdict[][] = [];
  const chunks = cutChunks(rows);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let taken = chunks.next(); !taken.done; taken = chunks.next()) {
      const place = next;
      next += 1;
      verdicts[place] = await pushChunk(taken.value, send, onEpoch);
    }
  };
  await Promise.all(Array.from({ length: MAX_REQUESTS }, work));
  return verdicts.flat();
}

/** Lazily: a chunk is written when a request is free for it. */
function* cutChunks(rows: readonly PushRow[]): Generator<Chunk> {
  let chunk: Chunk = { rows: [], texts: [] };
  let length = 0;
  for (const row of rows) {
    const text = toText(row);
    if (length > 0 && length + text.length > MAX_REQUEST_LENGTH) {
      yield chunk;
      chunk = { rows: [], texts: [] };
      length = 0;
    }
    chunk.rows.push(row);
    chunk.texts.push(text);
    length += text.length;
  }
  if (chunk.rows.length > 0) yield chunk;
}

function toText({ assumedMasterState: assumed, newDocumentState }: PushRow): string {
  const master = isUnknownMaster(assumed) ? 'null' : JSON.stringify(toWire(assumed!));
  return `{"assumed_master_state":${master},"new_document_state":${JSON.stringify(toWire(newDocumentState))}}`;
}

async function pushChunk(chunk: Chunk, send: SendRows, onEpoch: (epoch: string) => void): Promise<Verdict[]> {
  try {
    const reply = await send(chunk.texts);
    if (reply.epoch !== null) onEpoch(reply.epoch);
    return reply.results.map((result, i) => toVerdict(chunk.rows[i]!, result));
  } catch (thrown) {
    if (!(thrown instanceof RectoError) || !isAboutRows(thrown)) throw thrown;
    if (chunk.rows.length === 1) return [toVerdict(chunk.rows[0]!, { id: chunk.rows[0]!.newDocumentState.id, status: 'rejected', error: thrown.toProblem() })];
    const middle = chunk.rows.length >> 1;
    const halves = [cut(chunk, 0, middle), cut(chunk, middle, chunk.rows.length)];
    return (await Promise.all(halves.map((half) => pushChunk(half, send, onEpoch)))).flat();
  }
}

/** A request that is refused for what it holds. */
export function isAboutRows(error: RectoError): boolean {
  return ['too_large', 'malformed', 'schema_violation', 'schema_unknown', 'quota_exceeded'].includes(error.code);
}

function cut({ rows, texts }: Chunk, start: number, end: number): Chunk {
  return { rows: rows.slice(start, end), texts: texts.slice(start, end) };
}

function toVerdict({ newDocumentState, assumedMasterState: assumed }: PushRow, result: SyncPushVerdict): Verdict {
  return { state: newDocumentState, assumed: isUnknownMaster(assumed) ? null : assumed!, result };
}
