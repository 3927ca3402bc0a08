import type { Database } from '../db/database.ts';
import type { JobState } from '#processors/orchestrator/ports.ts';
import { RectoError } from '#schemas/errors.ts';

export interface BlobFilter {
  schemaId?: string | undefined;
  parentId?: string | undefined;
  conversationId?: string | undefined;
  tag?: string | undefined;
  /** The cursor of the page before. */
  after?: string | undefined;
  limit: number;
}

export interface BlobReader {
  /** The blob as JSON text with its computed fields; null when the user has none of this id, or deleted it. */
  read(userId: string, id: string): Promise<string | null>;
  /** A blob-list as JSON text, in the order of ids (UUIDv7: of making). @throws RectoError malformed for a cursor that isn't one */
  list(userId: string, filter: BlobFilter): Promise<string>;
  /** Past versions, newest first, as JSON text; null when the user never had a blob of this id. */
  history(userId: string, id: string, limit: number): Promise<string | null>;
}

export interface BlobReaderOptions {
  database: Database;
  /** Whether a processor of this server takes up a blob of this schema when it is made (version 1) or changed. */
  isAwaited(userId: string, schemaId: string, version: number): boolean;
}

type ProcessingState = 'pending' | 'processing' | 'completed' | 'failed';
interface HeadRow {
  id: string;
  schema_id: string;
  version: number;
  doc: string;
}

export function createBlobReader({ database, isAwaited }: BlobReaderOptions): BlobReader {
  const compute = createComputer(database, isAwaited);
  const head = database.sqlite.prepare<[string, string], HeadRow>(
    'SELECT id, schema_id, version, doc FROM blobs WHERE user_id = ? AND id = ? AND deleted = 0');
  return {
    read: (userId, id) =>
      database.exclusive(() => {
        const row = head.get(userId, id);
        return row ? withComputed(row, compute(userId, row)) : null;
      }),
    list: (userId, filter) => listBlobs(database, compute, userId, filter),
    history: (userId, id, limit) => readHistory(database, userId, id, limit),
  };
}

type Computer = (userId: string, row: HeadRow) => { derivedIds: string[]; state: ProcessingState };

function createComputer(database: Database, isAwaited: BlobReaderOptions['isAwaited']): Computer {
  const children = database.sqlite
    .prepare<[string, string], string>(
      `SELECT id FROM blobs WHERE user_id = ? AND parent_id = ? AND deleted = 0 AND schema_id <> 'snapshot-v1' ORDER BY created_at, id`)
    .pluck() as unknown as { all(userId: string, id: string): string[] };
  const jobs = database.sqlite
    .prepare<[string, string, number], JobState>('SELECT state FROM jobs WHERE user_id = ? AND blob_id = ? AND blob_version = ?')
    .pluck() as unknown as { all(userId: string, id: string, version: number): JobState[] };
  return (userId, row) => {
    const states = jobs.all(userId, row.id, row.version);
    const isUnseen = states.length === 0 && isAwaited(userId, row.schema_id, row.version);
    return { derivedIds: children.all(userId, row.id), state: isUnseen ? 'pending' : stateOf(states) };
  };
}

/** What runs shows before what waits, and what failed before what is done. */
function stateOf(states: readonly JobState[]): ProcessingState {
  if (states.includes('running')) return 'processing';
  if (states.includes('queued')) return 'pending';
  return states.includes('dead') ? 'failed' : 'completed';
}

function withComputed(row: HeadRow, computed: ReturnType<Computer>): string {
  // The stored text is a JSON object that has neither field: what is computed goes in before its last brace.
  return `${row.doc.slice(0, -1)},"derived_ids":${JSON.stringify(computed.derivedIds)},"processing_state":"${computed.state}"}`;
}

async function listBlobs(database: Database, compute: Computer, userId: string, filter: BlobFilter): Promise<string> {
  let query = database.query
    .selectFrom('blobs')
    .select(['id', 'schema_id', 'version', 'doc'])
    .where('user_id', '=', userId)
    .where('deleted', '=', 0);
  if (filter.schemaId !== undefined) query = query.where('schema_id', '=', filter.schemaId);
  if (filter.parentId !== undefined) query = query.where('parent_id', '=', filter.parentId);
  if (filter.conversationId !== undefined) query = query.where('conversation_id', '=', filter.conversationId);
  if (filter.after !== undefined) query = query.where('id', '>', readCursor(filter.after));
  const { tag } = filter;
  if (tag !== undefined) {
    query = query.where((build) =>
      build.exists(build.selectFrom(build.fn<{ value: string }>('json_each', ['blobs.tags']).as('tag')).select('tag.value').where('tag.value', '=', tag)));
  }
  const rows = await query.orderBy('id').limit(filter.limit + 1).execute();
  const page = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? page.at(-1) : undefined;
  const blobs = await database.exclusive(() => page.map((row) => withComputed(row, compute(userId, row))));
  return `{"blobs":[${blobs.join(',')}],"next":${last ? JSON.stringify(writeCursor(last.id)) : 'null'}}`;
}

const CURSOR_PREFIX = 'after:';

function writeCursor(id: string): string {
  return Buffer.from(CURSOR_PREFIX + id).toString('base64url');
}

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith(CURSOR_PREFIX)) {
    throw new RectoError('malformed', '“after” takes the cursor that the page before gave as “next”.', { errors: [{ path: '/after', message: 'is not a cursor' }] });
  }
  return text.slice(CURSOR_PREFIX.length);
}

async function readHistory(database: Database, userId: string, id: string, limit: number): Promise<string | null> {
  const head = await database.query.selectFrom('blobs').select('seq').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst();
  if (!head) return null;
  const versions = await database.query
    .selectFrom('blob_versions')
    .select('doc')
    .where('user_id', '=', userId)
    .where('blob_id', '=', id)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return `{"versions":[${versions.map((version) => version.doc).join(',')}]}`;
}
