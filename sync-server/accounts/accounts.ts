import { createHash, randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { RectoError } from '#schemas/errors.ts';
import type { AuthSession, Credentials, Device } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';
import { ACCESS_TOKEN_SECONDS, type AccessTokens, type Identity } from './access-tokens.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface Accounts {
  /** @throws RectoError already_exists, registration_closed */
  register(credentials: Credentials): Promise<AuthSession>;
  /** @throws RectoError wrong_credentials */
  login(credentials: Credentials): Promise<AuthSession>;
  /** @throws RectoError unauthenticated, token_reused */
  refresh(refreshToken: string): Promise<AuthSession>;
  /** Ends the session that the token belongs to; harmless for one that is not known. */
  logout(refreshToken: string): Promise<void>;
  listDevices(identity: Identity): Promise<Device[]>;
  /** @throws RectoError not_found */
  revokeDevice(userId: string, deviceId: string): Promise<void>;
  /** @throws RectoError token_expired, unauthenticated (also for a device that was signed out) */
  authenticate(accessToken: string): Promise<Identity>;
}

export interface AccountsOptions {
  database: Database;
  accessTokens: AccessTokens;
  openRegistration: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called when a device's session has ended, so that its open sockets end too. */
  onDeviceRevoked(deviceId: string): void;
}

const REFRESH_TOKEN_MS = 90 * 24 * 60 * 60 * 1000;

/** The email as it names an account: without white space around it, in one Unicode form, in lower case. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/**
 * Accounts and their sessions. A session is a device: the family of the refresh tokens that came one out of another.
 * A refresh token works once; used again, one of the two that hold it is a thief, and the family ends.
 */
export function createAccounts(options: AccountsOptions): Accounts {
  const { database, accessTokens } = options;
  const isLive = database.sqlite.prepare<[string, string], unknown>('SELECT 1 FROM devices WHERE id = ? AND user_id = ? AND revoked_at IS NULL');
  const timestamp = (): string => new Date(options.now()).toISOString();

  const endDevice = async (deviceId: string): Promise<void> => {
    await database.query.updateTable('devices').set({ revoked_at: timestamp() }).where('id', '=', deviceId).where('revoked_at', 'is', null).execute();
    options.onDeviceRevoked(deviceId);
  };

  return {
    register: async (credentials) => {
      if (!options.openRegistration) throw new RectoError('registration_closed', 'This server takes no new accounts: ask whoever runs it for one.');
      const userId = await addUser(database, { ...credentials, admin: false, now: options.now() });
      return await openSession(options, userId, credentials.device_name);
    },
    login: async ({ email, password, device_name: deviceName }) => {
      const user = await database.query.selectFrom('users').select(['id', 'password_hash']).where('email', '=', normalizeEmail(email)).executeTakeFirst();
      if (!(await verifyPassword(user?.password_hash, password)) || !user) {
        throw new RectoError('wrong_credentials', 'The email or the password is wrong.');
      }
      return await openSession(options, user.id, deviceName);
    },
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
    listDevices: async ({ userId, deviceId }) => {
      const devices = await database.query
        .selectFrom('devices')
        .select(['id', 'device_name', 'created_at', 'last_seen_at'])
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .orderBy('last_seen_at', 'desc')
        .execute();
      return devices.map((device) => ({ ...device, current: device.id === deviceId }));
    },
    revokeDevice: async (userId, deviceId) => {
      if (!isLive.get(deviceId, userId)) throw new RectoError('not_found', 'You have no device of this id.');
      await endDevice(deviceId);
    },
    authenticate: async (accessToken) => {
      const identity = await accessTokens.verify(accessToken);
      if (!isLive.get(identity.deviceId, identity.userId)) throw new RectoError('unauthenticated', 'This device was signed out: sign in again.');
      return identity;
    },
  };
}

/**
 * Makes an account. @returns its id
 * @throws RectoError already_exists
 */
export async function addUser(database: Database, user: { email: string; password: string; admin: boolean; now: number }): Promise<string> {
  const id = newId();
  const passwordHash = await hashPassword(user.password);
  const added = await database.query
    .insertInto('users')
    .values({ id, email: normalizeEmail(user.email), password_hash: passwordHash, admin: user.admin ? 1 : 0, created_at: new Date(user.now).toISOString() })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!added) throw new RectoError('already_exists', 'There is an account with this email: sign in.');
  return id;
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** A new refresh token, and the row that knows it: the token itself is stored nowhere. */
function makeRefreshToken(deviceId: string, now: number) {
  const token = randomBytes(32).toString('base64url');
  const times = { created_at: new Date(now).toISOString(), expires_at: new Date(now + REFRESH_TOKEN_MS).toISOString() };
  return { token, row: { hash: hashToken(token), device_id: deviceId, used_at: null, ...times } };
}

async function openSession(options: AccountsOptions, userId: string, deviceName = 'Unnamed device'): Promise<AuthSession> {
  const deviceId = newId();
  const now = options.now();
  const at = new Date(now).toISOString();
  const { token, row } = makeRefreshToken(deviceId, now);
  await options.database.query.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('devices')
      .values({ id: deviceId, user_id: userId, device_name: deviceName, created_at: at, last_seen_at: at, revoked_at: null, expires_at: null })
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

async function toSession(options: AccountsOptions, { userId, deviceId, refreshToken }: SessionParts): Promise<AuthSession> {
  const accessToken = await options.accessTokens.issue(userId, deviceId);
  return { user_id: userId, access_token: accessToken, refresh_token: refreshToken, expires_in: ACCESS_TOKEN_SECONDS };
}

/** The next token, or the device whose token was used twice; undefined: no live session has this token. */
type Rotation = SessionParts | { reusedBy: string | undefined };

/** Swaps a token for its successor in one transaction, so that two requests with one token can't both have it. */
async function rotate(options: AccountsOptions, refreshToken: string): Promise<Rotation> {
  const now = options.now();
  const at = new Date(now).toISOString();
  return await options.database.query.transaction().execute(async (transaction): Promise<Rotation> => {
    const found = await transaction
      .selectFrom('refresh_tokens')
      .innerJoin('devices', 'devices.id', 'refresh_tokens.device_id')
      .select(['hash', 'device_id', 'user_id', 'refresh_tokens.expires_at', 'used_at', 'revoked_at'])
      .where('hash', '=', hashToken(refreshToken))
      .executeTakeFirst();
    if (!found || found.revoked_at !== null || found.expires_at <= at) return { reusedBy: undefined };
    if (found.used_at !== null) return { reusedBy: found.device_id };
    const { token, row } = makeRefreshToken(found.device_id, now);
    await transaction.updateTable('refresh_tokens').set({ used_at: at }).where('hash', '=', found.hash).execute();
    await transaction.insertInto('refresh_tokens').values(row).execute();
    // A device refreshes some 30,000 times a year. Of those that expired none is taken anyway, used or not.
    await transaction.deleteFrom('refresh_tokens').where('device_id', '=', found.device_id).where('expires_at', '<=', at).execute();
    await transaction.updateTable('devices').set({ last_seen_at: at }).where('id', '=', found.device_id).execute();
    return { userId: found.user_id, deviceId: found.device_id, refreshToken: token };
  });
}
