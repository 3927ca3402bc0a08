import { RectoError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import type { Mailer } from '../mail/mailer.ts';
import { normalizeEmail } from './accounts.ts';
import { createOneTimeLinks, linkTo, RESET_BY_MAIL_MS } from './one-time-links.ts';

export interface ResetByMail {
  /** Mails a link where there is an account of this email; nobody can tell by the answer or its time. @throws RectoError not_found: this server sends no mail */
  request(email: string): Promise<void>;
  /** Resolves when no mail is under way. */
  idle(): Promise<void>;
}

export interface ResetByMailOptions {
  database: Database;
  /** Undefined: this server sends no mail. */
  mailer: Mailer | undefined;
  publicUrl: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A mail could not be sent. */
  onFailure(error: unknown): void;
}

export function createResetByMail({ database, mailer, publicUrl, now, onFailure }: ResetByMailOptions): ResetByMail {
  const links = createOneTimeLinks(database, now);
  const underWay = new Set<Promise<void>>();

  const send = async (to: Mailer, email: string): Promise<void> => {
    const user = await database.query.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst();
    if (!user) return;
    const token = await links.offerReset(user.id, RESET_BY_MAIL_MS);
    await to.send({ to: email, subject: 'A new password for Recto', text: writeMail(linkTo.reset(publicUrl, token)) });
  };

  return {
    request: async (written) => {
      if (!mailer) throw new RectoError('not_found', 'This server sends no mail. Ask whoever runs it for a link that sets a new password.');
      const work: Promise<void> = send(mailer, normalizeEmail(written)).catch(onFailure).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    idle: async () => void (await Promise.all(underWay)),
  };
}

function writeMail(link: string): string {
  return `Somebody, most likely you, asked for a new password for your Recto account.

This link sets it. It works once, and for an hour:

${link}

Your books are safe whatever you do. If it was not you, do nothing: your password stays as it is.
`;
}
