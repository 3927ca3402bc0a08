import { createHash, randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { RectoError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';

/** A remote worker: it may do the jobs of one processor. */
export interface WorkerIdentity {
  processorId: string;
  tokenId: string;
}

/** What is known of a token; the token itself is stored nowhere. Times are RFC 3339 UTC. */
export interface ServiceToken {
  id: string;
  processor_id: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

export interface ServiceTokens {
  /** The token is told this once. Whether the processor exists is the caller's to know. */
  add(processorId: string): Promise<{ id: string; token: string }>;
  /** The newest first, those that were revoked too. */
  list(): Promise<ServiceToken[]>;
  /** Whether a worker of this processor could come. */
  hasAny(processorId: string): boolean;
  /** From then on it opens nothing. @throws RectoError not_found */
  revoke(id: string): Promise<void>;
  /** @throws RectoError unauthenticated: no token of this server, or one that was revoked */
  authenticateWorker(token: string): WorkerIdentity;
}

/** Told apart at a glance from a user's access token, by people and by scanners for leaked secrets. */
const PREFIX = 'recto-worker-';
/** A worker asks all the time; that it does is written down once in so many milliseconds. */
const LAST_USED_EVERY_MS = 60_000;

/** Tokens of 256 random bits, known by their SHA-256: what is that random needs no slow hash. `now`: milliseconds since the epoch. */
export function createServiceTokens(database: Database, now: () => number): ServiceTokens {
  const timestamp = (): string => new Date(now()).toISOString();
  const find = database.sqlite.prepare<[string], { id: string; processor_id: string; last_used_at: string | null }>(
    'SELECT id, processor_id, last_used_at FROM service_tokens WHERE hash = ? AND revoked_at IS NULL',
  );
  const findAny = database.sqlite.prepare<[string], number>('SELECT 1 FROM service_tokens WHERE processor_id = ? AND revoked_at IS NULL LIMIT 1').pluck();
  const touch = database.sqlite.prepare<[string, string]>('UPDATE service_tokens SET last_used_at = ? WHERE id = ?');
  return {
    add: async (processorId) => {
      const id = newId();
      const token = PREFIX + randomBytes(32).toString('base64url');
      const row = { id, hash: hashToken(token), processor_id: processorId, created_at: timestamp(), last_used_at: null, revoked_at: null };
      await database.query.insertInto('service_tokens').values(row).execute();
      return { id, token };
    },
    list: () =>
      database.query.selectFrom('service_tokens').select(['id', 'processor_id', 'created_at', 'last_used_at', 'revoked_at']).orderBy('id', 'desc').execute(),
    hasAny: (processorId) => findAny.get(processorId) !== undefined,
    revoke: async (id) => {
      const changed = await database.query.updateTable('service_tokens').set({ revoked_at: timestamp() }).where('id', '=', id).where('revoked_at', 'is', null).executeTakeFirst();
      if (changed.numUpdatedRows === 0n) throw new RectoError('not_found', `There is no token “${id}” that works: see “token list”.`);
    },
    authenticateWorker: (token) => {
      const row = isServiceToken(token) ? find.get(hashToken(token)) : undefined;
      if (!row) throw new RectoError('unauthenticated', 'The service token is not valid here: ask whoever runs the server for one (“token add”).');
      // Not awaited: no answer depends on it.
      if (now() - Date.parse(row.last_used_at ?? '1970-01-01') >= LAST_USED_EVERY_MS) void database.exclusive(() => touch.run(timestamp(), row.id)).catch(() => undefined);
      return { processorId: row.processor_id, tokenId: row.id };
    },
  };
}

/** Whether it looks like one. */
export function isServiceToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
