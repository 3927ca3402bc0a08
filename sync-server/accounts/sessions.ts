import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { v7 as newId } from 'uuid';
import { RectoError } from '#schemas/errors.ts';
import type { AuthSession, Device } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { ACCESS_TOKEN_SECONDS, type AccessTokens, type Identity } from './access-tokens.ts';

/**
 * A session is a device: the family of the refresh tokens that came one out of another. A refresh token works once; used again, one of
 * the two that hold it is a thief, and the family ends. One whose successor was never used is taken once more: its answer was lost on
 * the way. That successor is void then, so whoever holds it still gives a thief away.
 */
export interface Sessions {
  /**
   * @param passwordHash that of the password which was given: a session is not opened for one that is the account's no more
   * @throws RectoError wrong_credentials
   */
  open(userId: string, deviceName: string | undefined, passwordHash: string): Promise<AuthSession>;
  /** @throws RectoError unauthenticated, token_reused */
  refresh(refreshToken: string): Promise<AuthSession>;
  /** Ends the session that the token belongs to; harmless for one that is not known. */
  logout(refreshToken: string): Promise<void>;
  list(identity: Identity): Promise<Device[]>;
  /** @throws RectoError not_found */
  end(userId: string, deviceId: string): Promise<void>;
  /** Ends all of a user's, but for one device's. */
  endAll(userId: string, exceptDeviceId?: string): Promise<void>;
  /** @throws RectoError token_expired, unauthenticated (also for a device that was signed out) */
  authenticate(accessToken: string): Promise<Identity>;
}

export interface SessionOptions {
  database: Database;
  accessTokens: AccessTokens;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called when a device's session has ended, so that its open sockets end too. */
  onDeviceRevoked(deviceId: string): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** A device that was silent for so long signs in again. */
const IDLE_MS = 90 * DAY_MS;
/** And each after so long, however busy it was. */
export const SESSION_MS = 365 * DAY_MS;

export function createSessions(options: SessionOptions): Sessions {
  const { database, accessTokens } = options;
  const timestamp = (): string => new Date(options.now()).toISOString();
  const endOf = database.sqlite.prepare<[string, string, string], string>('SELECT expires_at FROM devices WHERE id = ? AND user_id = ? AND revoked_at IS NULL AND expires_at > ?').pluck();

  const endDevice = async (deviceId: string): Promise<void> => {
    await database.query.updateTable('devices').set({ revoked_at: timestamp() }).where('id', '=', deviceId).where('revoked_at', 'is', null).execute();
    options.onDeviceRevoked(deviceId);
  };

  return {
    open: (userId, deviceName, passwordHash) => openSession(options, { userId, passwordHash }, deviceName),
    refresh: async (refreshToken) => {
      const outcome = await rotate(options, refreshToken);
      if ('refreshToken' in outcome) return await toSession(options, outcome);
      if (outcome.reusedBy === undefined) throw new RectoError('unauthenticated', 'This session has ended: sign in again.');
      await endDevice(outcome.reusedBy);
      throw new RectoError('token_reused', 'This refresh token was used before, so the session was ended for safety: sign in again.');
    },
    logout: async (refreshToken) => {
      const token = await database.query.selectFrom('refresh_tokens').select('device_id').where('hash', '=', hashToken(refreshToken)).executeTakeFirst();
      if (token) await endDevice(token.device_id);
    },
    list: async ({ userId, deviceId }) => {
      const devices = await database.query
        .selectFrom('devices')
        .select(['id', 'device_name', 'created_at', 'last_seen_at'])
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', timestamp())
        .orderBy('last_seen_at', 'desc')
        .execute();
      return devices.map((device) => ({ ...device, current: device.id === deviceId }));
    },
    end: async (userId, deviceId) => {
      if ((await database.exclusive(() => endOf.get(deviceId, userId, timestamp()))) === undefined) throw new RectoError('not_found', 'You have no device of this id.');
      await endDevice(deviceId);
    },
    endAll: async (userId, exceptDeviceId = '') => {
      const ended = await database.query
        .updateTable('devices').set({ revoked_at: timestamp() })
        .where('user_id', '=', userId).where('id', '!=', exceptDeviceId).where('revoked_at', 'is', null)
        .returning('id').execute();
      for (const { id } of ended) options.onDeviceRevoked(id);
    },
    authenticate: async (accessToken) => {
      const identity = await accessTokens.verify(accessToken);
      const end = endOf.get(identity.deviceId, identity.userId, timestamp());
      if (end === undefined) throw new RectoError('unauthenticated', 'This device was signed out: sign in again.');
      return { ...identity, expiresAt: Math.min(identity.expiresAt, Date.parse(end)) };
    },
  };
}

export function wrongCredentials(): RectoError {
  return new RectoError('wrong_credentials', 'The email or the password is wrong.');
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** A new refresh token, and the row that knows it: the token itself is stored nowhere. */
function makeRefreshToken(deviceId: string, now: number, sessionEnd: string, replaces: string | null = null) {
  const token = randomBytes(32).toString('base64url');
  const idleEnd = new Date(now + IDLE_MS).toISOString();
  const times = { created_at: new Date(now).toISOString(), expires_at: idleEnd < sessionEnd ? idleEnd : sessionEnd };
  return { token, row: { hash: hashToken(token), device_id: deviceId, used_at: null, replaces, ...times } };
}

async function openSession(options: SessionOptions, { userId, passwordHash }: { userId: string; passwordHash: string }, deviceName = 'Unnamed device'): Promise<AuthSession> {
  const deviceId = newId();
  const now = options.now();
  const at = new Date(now).toISOString();
  const end = new Date(now + SESSION_MS).toISOString();
  const { token, row } = makeRefreshToken(deviceId, now, end);
  await options.database.query.transaction().execute(async (transaction) => {
    // Looking at a password takes a while, in which a new one may have ended all sessions, or the account itself may have ended.
    const user = await transaction.selectFrom('users').select('id').where('id', '=', userId).where('password_hash', '=', passwordHash).executeTakeFirst();
    if (!user) throw wrongCredentials();
    await transaction
      .insertInto('devices')
      .values({ id: deviceId, user_id: userId, device_name: deviceName, created_at: at, last_seen_at: at, revoked_at: null, expires_at: end })
      .execute();
    await transaction.insertInto('refresh_tokens').values(row).execute();
  });
  return await toSession(options, { userId, deviceId, refreshToken: token });
}

interface SessionParts {
  userId: string;
  deviceId: string;
  refreshToken: string;
}

async function toSession(options: SessionOptions, { userId, deviceId, refreshToken }: SessionParts): Promise<AuthSession> {
  const accessToken = await options.accessTokens.issue(userId, deviceId);
  return { user_id: userId, access_token: accessToken, refresh_token: refreshToken, expires_in: ACCESS_TOKEN_SECONDS };
}

/** The next token, or the device whose token was used twice; undefined: no live session has this token. */
type Rotation = SessionParts | { reusedBy: string | undefined };

/** Swaps a token for its successor in one transaction, so that two requests with one token can't both have it. */
async function rotate(options: SessionOptions, refreshToken: string): Promise<Rotation> {
  const now = options.now();
  const at = new Date(now).toISOString();
  return await options.database.query.transaction().execute(async (transaction): Promise<Rotation> => {
    const found = await transaction
      .selectFrom('refresh_tokens')
      .innerJoin('devices', 'devices.id', 'refresh_tokens.device_id')
      .select(['hash', 'device_id', 'user_id', 'refresh_tokens.expires_at', 'devices.expires_at as session_end', 'used_at', 'revoked_at'])
      .where('hash', '=', hashToken(refreshToken))
      .executeTakeFirst();
    if (!found || found.revoked_at !== null || found.expires_at <= at || found.session_end === null || found.session_end <= at) return { reusedBy: undefined };
    if (found.used_at !== null && !(await voidSuccessor(transaction, found.hash, at))) return { reusedBy: found.device_id };
    const { token, row } = makeRefreshToken(found.device_id, now, found.session_end, found.hash);
    await transaction.updateTable('refresh_tokens').set({ used_at: at }).where('hash', '=', found.hash).execute();
    await transaction.insertInto('refresh_tokens').values(row).execute();
    // A device refreshes some 30,000 times a year. Of those that expired none is taken anyway, used or not.
    await transaction.deleteFrom('refresh_tokens').where('device_id', '=', found.device_id).where('expires_at', '<=', at).execute();
    await transaction.updateTable('devices').set({ last_seen_at: at }).where('id', '=', found.device_id).execute();
    return { userId: found.user_id, deviceId: found.device_id, refreshToken: token };
  });
}

/** @returns false: there is none that was never used */
async function voidSuccessor(transaction: Kysely<Tables>, hash: string, at: string): Promise<boolean> {
  const { numUpdatedRows } = await transaction.updateTable('refresh_tokens').set({ used_at: at }).where('replaces', '=', hash).where('used_at', 'is', null).executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
