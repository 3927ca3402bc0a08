import { RectoError } from '#schemas/errors.ts';
import { openDatabase } from '../db/database.ts';
import type { ServerSettings } from '../settings.ts';
import { normalizeEmail } from './accounts.ts';

const BYTES = 1024 * 1024;

/**
 * `user quota <email> <MB>`: what this account may have on the server, whatever RECTO_QUOTA_MB says; `default` takes that back. Works
 * beside a running server.
 * @throws RectoError configuration (the usage), not_found
 */
export async function quotaCommand({ databaseFile }: Pick<ServerSettings, 'databaseFile'>, [email, amount, ...more]: readonly string[], usage: string): Promise<void> {
  if (email === undefined || amount === undefined || more.length > 0 || !/^(default|[1-9]\d{0,7})$/.test(amount)) throw new RectoError('configuration', usage);
  const quota = amount === 'default' ? null : Number(amount) * BYTES;
  const database = openDatabase(databaseFile, { upgrades: false });
  try {
    const { numUpdatedRows } = await database.query.updateTable('users').set({ quota_bytes: quota }).where('email', '=', normalizeEmail(email)).executeTakeFirst();
    if (numUpdatedRows === 0n) throw new RectoError('not_found', `There is no account with the email “${email}”.`);
    console.log(quota === null ? `${email} may have what RECTO_QUOTA_MB says.` : `${email} may have ${amount} MB.`);
  } finally {
    await database.close();
  }
}
