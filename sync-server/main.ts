/**
 * `npm run server`: starts the server, or with `user add <email> [--admin]` makes an account. Ends on SIGINT and
 * SIGTERM after the requests under way.
 */
import { randomBytes } from 'node:crypto';
import { RectoError } from '#schemas/errors.ts';
import { addUser } from './accounts/accounts.ts';
import { openDatabase } from './db/database.ts';
import { runServer } from './run-server.ts';
import { readSettings } from './settings.ts';

const USAGE = `Usage:
  npm run server                               start the server
  npm run server -- user add <email> [--admin] make an account; its password is printed once`;

async function addAccount(email: string, admin: boolean): Promise<void> {
  if (!/^\S+@\S+$/.test(email)) throw new RectoError('configuration', `“${email}” is not an email address.`);
  const database = openDatabase(readSettings(process.env).databaseFile);
  try {
    const password = randomBytes(12).toString('base64url');
    await addUser(database, { email, password, admin, now: Date.now() });
    console.log(password);
  } finally {
    await database.close();
  }
}

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0) {
    await runServer(readSettings(process.env));
    return;
  }
  const [noun, verb, email, flag] = args;
  if (noun !== 'user' || verb !== 'add' || email === undefined || (flag !== undefined && flag !== '--admin')) throw new RectoError('configuration', USAGE);
  await addAccount(email, flag === '--admin');
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof RectoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
