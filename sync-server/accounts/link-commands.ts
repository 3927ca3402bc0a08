/** Commands of the operator about accounts. They work beside a running server; a link is alone on stdout, what there is to say on stderr. */
import { RectoError } from '#schemas/errors.ts';
import { validateCredentials } from '#schemas/generated/validators.js';
import { openDatabase, type Database } from '../db/database.ts';
import type { ServerSettings } from '../settings.ts';
import { normalizeEmail } from './accounts.ts';
import { createOneTimeLinks, linkTo, RESET_BY_OPERATOR_MS } from './one-time-links.ts';

type CommandSettings = Pick<ServerSettings, 'databaseFile' | 'publicUrl' | 'openRegistration'>;

/** `invite [email]`: prints a link with which one account can be made. @throws RectoError configuration (the usage, or no email), already_exists */
export async function inviteCommand({ databaseFile, publicUrl, openRegistration }: CommandSettings, args: readonly string[], usage: string): Promise<void> {
  if (args.length > 1) throw new RectoError('configuration', usage);
  const email = args[0] === undefined ? null : readEmail(args[0]);
  await withDatabase(databaseFile, async (database) => {
    if (email !== null && (await findUser(database, email))) throw new RectoError('already_exists', `${email} has an account here. For a new password: user reset ${email}`);
    const token = await createOneTimeLinks(database, Date.now).invite(email);
    console.error(`Whoever opens this link can make an account${email === null ? '' : ` as ${email}`}, once, within a week:`);
    console.log(linkTo.join(publicUrl, token));
    if (openRegistration) console.error('Anyone can make an account here without it: RECTO_OPEN_REGISTRATION=false lets in only who is invited.');
  });
}

/** `user reset <email>`: prints a link that sets a new password. @throws RectoError configuration (the usage), not_found */
export async function resetCommand({ databaseFile, publicUrl }: CommandSettings, args: readonly string[], usage: string): Promise<void> {
  await withUser(databaseFile, args, usage, async (database, { id, email }) => {
    const token = await createOneTimeLinks(database, Date.now).offerReset(id, RESET_BY_OPERATOR_MS);
    console.error(`This link sets a new password for ${email}, once, within a day, and signs out all devices. Whoever has it can: hand it to nobody else.`);
    console.log(linkTo.reset(publicUrl, token));
  });
}

/** `user sign-out <email>`: ends all sessions; a running server closes their sockets within half a minute. @throws RectoError configuration (the usage), not_found */
export async function signOutCommand({ databaseFile }: CommandSettings, args: readonly string[], usage: string): Promise<void> {
  await withUser(databaseFile, args, usage, async (database, { id, email }) => {
    const ended = await database.query.updateTable('devices').set({ revoked_at: new Date().toISOString() }).where('user_id', '=', id).where('revoked_at', 'is', null).executeTakeFirst();
    console.error(`${email} is signed out on ${ended.numUpdatedRows} ${ended.numUpdatedRows === 1n ? 'device' : 'devices'}. What they wrote is safe there, and syncs when they sign in again.`);
  });
}

function readEmail(written: string): string {
  const email = normalizeEmail(written);
  if (!validateCredentials({ email, password: 'x'.repeat(8) })) throw new RectoError('configuration', `“${written}” is not an email address.`);
  return email;
}

const findUser = (database: Database, email: string) => database.query.selectFrom('users').select(['id', 'email']).where('email', '=', email).executeTakeFirst();

async function withDatabase(file: string, work: (database: Database) => Promise<void>): Promise<void> {
  const database = openDatabase(file, { upgrades: false });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function withUser(file: string, args: readonly string[], usage: string, work: (database: Database, user: { id: string; email: string }) => Promise<void>): Promise<void> {
  const [email, ...more] = args;
  if (email === undefined || more.length > 0) throw new RectoError('configuration', usage);
  await withDatabase(file, async (database) => {
    const user = await findUser(database, normalizeEmail(email));
    if (!user) throw new RectoError('not_found', `There is no account with the email ${email}.`);
    await work(database, user);
  });
}
