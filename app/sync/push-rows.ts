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

/** Characters of one request's rows: many small texts go together, long ones alone. */
const MAX_REQUEST_LENGTH = 4_000_000;

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
  const verdicts = await Promise.all(toChunks(rows).map((chunk) => pushChunk(chunk, send, onEpoch)));
  return verdicts.flat();
}

function toChunks(rows: readonly PushRow[]): Chunk[] {
  const chunks: Chunk[] = [];
  let length = Infinity;
  for (const row of rows) {
    const text = toText(row);
    if (length + text.length > MAX_REQUEST_LENGTH) {
      chunks.push({ rows: [], texts: [] });
      length = 0;
    }
    chunks.at(-1)!.rows.push(row);
    chunks.at(-1)!.texts.push(text);
    length += text.length;
  }
  return chunks;
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
