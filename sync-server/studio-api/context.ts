import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { RectoError } from '#schemas/errors.ts';
import type { Identity } from '../accounts/access-tokens.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { ResetByMail } from '../accounts/reset-by-mail.ts';
import type { AiAccounts } from '../ai-accounts/ai-accounts.ts';
import type { Database } from '../db/database.ts';
import type { NatsService } from '../events/nats/nats-service.ts';
import type { SocketHub } from '../events/socket-hub.ts';
import type { Metrics } from '../metrics.ts';
import type { ProcessorService } from '../processor-service/processor-service.ts';
import type { WorkerDesk } from '../processor-service/worker-desk.ts';
import type { Registries } from '../processor-service/registries.ts';
import type { SchemaRegistry } from '../schema-service/schema-registry.ts';
import type { Attachments } from '../state-service/attachments.ts';
import type { BlobReader } from '../state-service/blob-reader.ts';
import type { BlobStore } from '../state-service/blob-store.ts';

/** What the routes are made of. */
export interface ApiContext {
  accounts: Accounts;
  resetByMail: Pick<ResetByMail, 'request'>;
  aiAccounts: AiAccounts;
  database: Database;
  store: BlobStore;
  attachments: Attachments;
  reader: BlobReader;
  hub: SocketHub;
  /** Undefined: this server has none. */
  nats: NatsService | undefined;
  processors: ProcessorService;
  workers: WorkerDesk;
  schemas: SchemaRegistry;
  registries: Registries;
  metrics: Metrics;
  /** Milliseconds since the epoch. */
  now(): number;
}

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null;
  }
}

/** Lets only signed-in devices through, before their bodies are read. @throws RectoError unauthenticated, token_expired */
export function requireIdentity(accounts: Accounts): onRequestAsyncHookHandler {
  return async (request) => {
    request.identity = await accounts.authenticate(bearerOf(request, 'Sign in, and send the access token as “Authorization: Bearer …”.'));
  };
}

/** The token that a request comes with. @throws RectoError unauthenticated, with this advice */
export function bearerOf(request: FastifyRequest, advice: string): string {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new RectoError('unauthenticated', advice);
  return token;
}

/** Lets only administrators through, after `requireIdentity`. @throws RectoError forbidden */
export function requireAdministrator(database: Database): onRequestAsyncHookHandler {
  const isAdministrator = database.sqlite.prepare<[string], number>('SELECT admin FROM users WHERE id = ?').pluck();
  return async (request) => {
    const { userId } = identityOf(request);
    if ((await database.exclusive(() => isAdministrator.get(userId))) === 1) return;
    throw new RectoError('forbidden', 'Only administrators of this server may do this (“npm run server -- user add <email> --admin” makes one).');
  };
}

/** Whose request it is, on a route that requires it. */
export function identityOf(request: FastifyRequest): Identity {
  if (!request.identity) throw new RectoError('unauthenticated', 'Sign in first.');
  return request.identity;
}

/** Out of a query, a text that is named once or not at all. @throws RectoError malformed */
export function readText(name: string, value: string | readonly string[] | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new RectoError('malformed', `“${name}” is given more than once.`, { errors: [{ path: `/${name}`, message: 'must be given once' }] });
}

/** A whole number out of a query. @throws RectoError malformed */
export function readWholeNumber(name: string, text: string | undefined, range: { min: number; max: number; fallback: number }): number {
  if (text === undefined) return range.fallback;
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < range.min || value > range.max) {
    throw new RectoError('malformed', `“${name}” takes a whole number from ${range.min} to ${range.max}.`, {
      errors: [{ path: `/${name}`, message: `must be a whole number from ${range.min} to ${range.max}` }],
    });
  }
  return value;
}
