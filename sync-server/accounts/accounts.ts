import { v7 as newId } from 'uuid';
import { RectoError } from '#schemas/errors.ts';
import type { AuthSession, Credentials, PasswordChange, PasswordReset, Registration } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';
import type { Identity } from './access-tokens.ts';
import { createOneTimeLinks } from './one-time-links.ts';
import { requireGoodPassword } from './password-rules.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { createSessions, wrongCredentials, type SessionOptions, type Sessions } from './sessions.ts';

export interface Accounts extends Pick<Sessions, 'refresh' | 'logout' | 'authenticate'> {
  readonly devices: Pick<Sessions, 'list' | 'end'>;
  /** @throws RectoError already_exists, registration_closed, link_invalid (the invitation), schema_violation (the password) */
  register(registration: Registration): Promise<AuthSession>;
  /** @throws RectoError wrong_credentials */
  login(credentials: Credentials): Promise<AuthSession>;
  /** The sessions of other devices end, unless it is said not to. @throws RectoError forbidden (the current password is another), schema_violation (the new one) */
  changePassword(identity: Identity, change: PasswordChange): Promise<void>;
  /** Ends all sessions. @returns whose password it is now. @throws RectoError link_invalid, schema_violation */
  resetPassword(reset: PasswordReset): Promise<{ email: string }>;
  /** Deletes the account with all that it holds. @returns when that was done. @throws RectoError forbidden (the password is another) */
  deleteAccount(identity: Identity, password: string): Promise<{ deleted_at: string }>;
}

export interface AccountsOptions extends SessionOptions {
  openRegistration: boolean;
  /** Where the server is: no password is its name. */
  publicUrl: string;
  /** Deletes all that a user has. */
  deleteUser(userId: string): Promise<void>;
}

/** The email as it names an account: without white space around it, in one Unicode form, in lower case. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/** Accounts, and the sessions of their devices. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { database, publicUrl, now } = options;
  const sessions = createSessions(options);
  const links = createOneTimeLinks(database, now);
  const changeHash = database.sqlite.prepare<[string, string, string]>('UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?');
  const setHash = database.sqlite.prepare<[string, string]>('UPDATE users SET password_hash = ? WHERE id = ?');

  /** @param path where the request has the password. @throws RectoError forbidden: a 401 would be about the session */
  const requirePassword = async (userId: string, password: string, path: string): Promise<{ email: string; password_hash: string }> => {
    const user = await database.query.selectFrom('users').select(['email', 'password_hash']).where('id', '=', userId).executeTakeFirst();
    if ((await verifyPassword(user?.password_hash, password)) && user) return user;
    throw wrongPassword(path);
  };

  return {
    refresh: sessions.refresh,
    logout: sessions.logout,
    authenticate: sessions.authenticate,
    devices: sessions,
    register: async ({ invitation, ...credentials }) => {
      if (invitation === undefined && !options.openRegistration) {
        throw new RectoError('registration_closed', 'This server takes new accounts by invitation only: ask whoever runs it for one.');
      }
      const email = normalizeEmail(credentials.email);
      const whose = invitation === undefined ? null : (await links.find('invitation', invitation)).email;
      if (whose !== null && whose !== email) {
        throw new RectoError('link_invalid', 'This invitation is for another email.', { errors: [{ path: '/email', message: 'is not the one that was invited' }] });
      }
      await requireGoodPassword(credentials.password, { email, serverUrl: publicUrl }, '/password');
      const { id, passwordHash } = await addUser(database, { ...credentials, admin: false, now: now() }, () => void (invitation !== undefined && links.use('invitation', invitation)));
      return await sessions.open(id, credentials.device_name, passwordHash);
    },
    login: async ({ email, password, device_name: deviceName }) => {
      const user = await database.query.selectFrom('users').select(['id', 'password_hash']).where('email', '=', normalizeEmail(email)).executeTakeFirst();
      if (!(await verifyPassword(user?.password_hash, password)) || !user) throw wrongCredentials();
      return await sessions.open(user.id, deviceName, user.password_hash);
    },
    changePassword: async ({ userId, deviceId }, { current_password: current, new_password: next, end_other_sessions: endOthers = true }) => {
      const { email, password_hash: old } = await requirePassword(userId, current, '/current_password');
      await requireGoodPassword(next, { email, serverUrl: publicUrl }, '/new_password');
      const hash = await hashPassword(next);
      await database.transaction(() => {
        // Its own owner may have set another meanwhile, by a link.
        if (changeHash.run(hash, userId, old).changes === 0) throw wrongPassword('/current_password');
        links.endResets(userId);
      });
      if (endOthers) await sessions.endAll(userId, deviceId);
    },
    resetPassword: async ({ token, password }) => {
      const { user_id: userId } = await links.find('password-reset', token);
      const { email = '' } = (await database.query.selectFrom('users').select('email').where('id', '=', userId).executeTakeFirst()) ?? {};
      await requireGoodPassword(password, { email, serverUrl: publicUrl }, '/password');
      const hash = await hashPassword(password);
      await database.transaction(() => {
        links.use('password-reset', token);
        setHash.run(hash, userId!);
      });
      await sessions.endAll(userId!);
      return { email };
    },
    deleteAccount: async ({ userId }, password) => {
      await requirePassword(userId, password, '/password');
      // First of all, so that nothing new comes in while the rest goes.
      await sessions.endAll(userId);
      await options.deleteUser(userId);
      return { deleted_at: new Date(now()).toISOString() };
    },
  };
}

function wrongPassword(path: string): RectoError {
  return new RectoError('forbidden', 'The password is wrong. Nothing has changed.', { errors: [{ path, message: 'is not the password of this account' }] });
}

/**
 * Makes an account.
 * @param also done in the same transaction; what it throws undoes the account
 * @throws RectoError already_exists
 */
export async function addUser(database: Database, user: { email: string; password: string; admin: boolean; now: number }, also: () => void = () => undefined): Promise<{ id: string; passwordHash: string }> {
  const id = newId();
  const passwordHash = await hashPassword(user.password);
  const insert = database.sqlite.prepare('INSERT INTO users (id, email, password_hash, admin, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING');
  await database.transaction(() => {
    const { changes } = insert.run(id, normalizeEmail(user.email), passwordHash, user.admin ? 1 : 0, new Date(user.now).toISOString());
    if (changes === 0) throw new RectoError('already_exists', 'There is an account with this email: sign in.');
    also();
  });
  return { id, passwordHash };
}
