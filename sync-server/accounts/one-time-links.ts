import { createHash, randomBytes } from 'node:crypto';
import { RectoError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';

const HOUR_MS = 60 * 60 * 1000;
/** An invitation may lie in an inbox for a week; whoever opens a link for a password has asked for it. */
export const INVITATION_MS = 7 * 24 * HOUR_MS;
export const RESET_BY_OPERATOR_MS = 24 * HOUR_MS;
export const RESET_BY_MAIL_MS = HOUR_MS;

export interface OneTimeLinks {
  /** @param email whose alone it is; null: whoever has the link. @returns the token */
  invite(email: string | null): Promise<string>;
  /** Those that were made for the user before no longer work. @returns the token */
  offerReset(userId: string, lifeMs: number): Promise<string>;
  /** Inside a transaction: no link that was made for this user sets a password any more. */
  endResets(userId: string): void;
  /** Whether the link would work now. @throws RectoError link_invalid */
  find(purpose: LinkPurpose, token: string): Promise<FoundLink>;
  /** Inside a transaction that does what the link is for: it works for one of those who come at once. @throws RectoError link_invalid */
  use(purpose: LinkPurpose, token: string): FoundLink;
}

type LinkPurpose = 'invitation' | 'password-reset';

interface FoundLink {
  email: string | null;
  user_id: string | null;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** `now`: milliseconds since the epoch. Used and old links are deleted a month after their time, as others are made. */
export function createOneTimeLinks(database: Database, now: () => number): OneTimeLinks {
  const { sqlite } = database;
  const at = (offsetMs = 0): string => new Date(now() + offsetMs).toISOString();
  const insert = sqlite.prepare<[string, LinkPurpose, string | null, string | null, string, string]>(
    'INSERT INTO one_time_links (hash, purpose, email, user_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const sweep = sqlite.prepare<[string]>('DELETE FROM one_time_links WHERE expires_at < ?');
  const endOthers = sqlite.prepare<[string, string]>('DELETE FROM one_time_links WHERE purpose = ? AND user_id = ?');
  const select = sqlite.prepare<[string, LinkPurpose, string], FoundLink>(
    'SELECT email, user_id FROM one_time_links WHERE hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?',
  );
  const markUsed = sqlite.prepare<[string, string]>('UPDATE one_time_links SET used_at = ? WHERE hash = ?');

  const make = async (purpose: LinkPurpose, { email, user_id: userId }: FoundLink, lifeMs: number): Promise<string> => {
    const token = randomBytes(32).toString('base64url');
    await database.transaction(() => {
      sweep.run(at(-30 * 24 * HOUR_MS));
      if (userId !== null) endOthers.run(purpose, userId);
      insert.run(hashOf(token), purpose, email, userId, at(), at(lifeMs));
    });
    return token;
  };
  const find = (purpose: LinkPurpose, token: string): FoundLink => {
    const found = select.get(hashOf(token), purpose, at());
    if (!found) throw new RectoError('link_invalid', 'This link was used already, is too old, or is not whole. Ask for a new one.');
    return found;
  };
  return {
    invite: (email) => make('invitation', { email, user_id: null }, INVITATION_MS),
    offerReset: (userId, lifeMs) => make('password-reset', { email: null, user_id: userId }, lifeMs),
    endResets: (userId) => void endOthers.run('password-reset', userId),
    find: (purpose, token) => database.exclusive(() => find(purpose, token)),
    use: (purpose, token) => {
      const found = find(purpose, token);
      markUsed.run(at(), hashOf(token));
      return found;
    },
  };
}

/** The addresses that the web app opens; the token stands behind the #, so that no server's log ever holds it. */
export const linkTo = {
  join: (publicUrl: string, token: string): string => `${publicUrl}/#/join/${token}`,
  reset: (publicUrl: string, token: string): string => `${publicUrl}/#/reset/${token}`,
};
