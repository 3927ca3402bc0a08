/** Sends rows until each has a verdict, whatever the network, the server and single rows do. */
import type { RxReplicationWriteToMasterRow } from 'rxdb';
import { RectoError } from '#schemas/errors.ts';
import type { SyncPushVerdict } from '#schemas/generated/types.ts';
import type { StoredBlob } from '../store/collections.ts';
import type { PushReply } from './sync-api.ts';
import { baseOf, toWire, type BlobState } from './wire-rows.ts';

export type PushRow = RxReplicationWriteToMasterRow<StoredBlob>;

export interface Verdict {
  state: BlobState;
  assumed: BlobState | null;
  result: SyncPushVerdict;
}

/** Characters of one request's rows: small texts go together, long ones alone. */
const MAX_REQUEST_LENGTH = 1_500_000;
/** As schemas/wire/sync-push.json says, with room. */
const MAX_REQUEST_ROWS = 1000;
/** Requests under way: while the server stores one, the next is written and sent. */
const MAX_REQUESTS = 3;

/** @param body the JSON of `count` rows, in UTF-8 */
export type SendRows = (body: Uint8Array<ArrayBuffer>, count: number) => Promise<PushReply>;

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

/** Lazily: the next are cut off when a request is free for them. */
function* cutChunks(rows: readonly PushRow[]): Generator<PushRow[]> {
  let chunk: PushRow[] = [];
  let length = 0;
  for (const row of rows) {
    const more = measure(row.newDocumentState) + measure(row.assumedMasterState);
    if (chunk.length > 0 && (length + more > MAX_REQUEST_LENGTH || chunk.length === MAX_REQUEST_ROWS)) {
      yield chunk;
      chunk = [];
      length = 0;
    }
    chunk.push(row);
    length += more;
  }
  if (chunk.length > 0) yield chunk;
}

/** About how long a value's JSON is, without making it. */
function measure(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let length = 2;
  for (const key in value) length += key.length + 4 + measure((value as Record<string, unknown>)[key]);
  return length;
}

const utf8 = new TextEncoder();

/** One text for all rows, as bytes: fetch would check and copy a string of megabytes twice. */
function toBody(rows: readonly PushRow[]): Uint8Array<ArrayBuffer> {
  return utf8.encode(
    JSON.stringify(
      rows.map(({ assumedMasterState, newDocumentState }) => {
        const base = baseOf(newDocumentState, assumedMasterState);
        return { assumed_master_state: base && toWire(base), new_document_state: toWire(newDocumentState) };
      }),
    ),
  );
}

async function pushChunk(rows: readonly PushRow[], send: SendRows, onEpoch: (epoch: string) => void): Promise<Verdict[]> {
  try {
    const reply = await send(toBody(rows), rows.length);
    if (reply.epoch !== null) onEpoch(reply.epoch);
    return reply.results.map((result, i) => toVerdict(rows[i]!, result));
  } catch (thrown) {
    if (!(thrown instanceof RectoError) || !isAboutRows(thrown)) throw thrown;
    if (rows.length === 1) return [toVerdict(rows[0]!, { id: rows[0]!.newDocumentState.id, status: 'rejected', error: thrown.toProblem() })];
    const middle = rows.length >> 1;
    return (await Promise.all([rows.slice(0, middle), rows.slice(middle)].map((half) => pushChunk(half, send, onEpoch)))).flat();
  }
}

/** A request that is refused for what it holds. */
export function isAboutRows(error: RectoError): boolean {
  return ['too_large', 'malformed', 'schema_violation', 'schema_unknown', 'quota_exceeded'].includes(error.code);
}

function toVerdict({ newDocumentState, assumedMasterState: assumed }: PushRow, result: SyncPushVerdict): Verdict {
  return { state: newDocumentState, assumed: baseOf(newDocumentState, assumed), result };
}
