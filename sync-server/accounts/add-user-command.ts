import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { RectoError } from '#schemas/errors.ts';
import type { Credentials } from '#schemas/generated/types.ts';
import { validateCredentials } from '#schemas/generated/validators.js';
import { openDatabase, type Database } from '../db/database.ts';
import type { ServerSettings } from '../settings.ts';
import { addUser, normalizeEmail } from './accounts.ts';
import { requireGoodPassword } from './password-rules.ts';

/**
 * `user add <email> [--admin] [--password-stdin]`. The password that it makes is alone on stdout.
 * @throws RectoError configuration (the usage), already_exists, schema_violation (a password that is guessed first)
 */
export async function addUserCommand({ databaseFile, publicUrl }: Pick<ServerSettings, 'databaseFile' | 'publicUrl'>, args: readonly string[], usage: string): Promise<void> {
  const { email, admin, fromStdin } = readArguments(args, usage);
  if (!validateCredentials({ email, password: 'x'.repeat(8) })) throw new RectoError('configuration', `“${email}” is not an email address.`);
  const database = openDatabase(databaseFile, { upgrades: false });
  try {
    if (admin && (await makeAdministrator(database, email))) {
      console.log(`${email} is an administrator now.`);
      return;
    }
    const given = fromStdin ? (await readAll(process.stdin)).replace(/\r?\n$/, '') : await askForPassword();
    const password = given === '' ? randomBytes(12).toString('base64url') : given;
    const credentials: Credentials = { email, password };
    if (!validateCredentials(credentials)) throw new RectoError('configuration', 'A password has at least 8 characters.');
    await requireGoodPassword(password, { email, serverUrl: publicUrl }, '/password');
    await addUser(database, { email, password, admin, now: Date.now() });
    if (given === '') console.log(password);
  } finally {
    await database.close();
  }
}

function readArguments(args: readonly string[], usage: string): { email: string; admin: boolean; fromStdin: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { admin: { type: 'boolean', default: false }, 'password-stdin': { type: 'boolean', default: false } },
    });
    const [email, ...more] = positionals;
    if (email === undefined || more.length > 0) throw new TypeError('one email');
    return { email: normalizeEmail(email), admin: values.admin, fromStdin: values['password-stdin'] };
  } catch (error) {
    throw new RectoError('configuration', usage, { cause: error });
  }
}

async function makeAdministrator(database: Database, email: string): Promise<boolean> {
  const changed = await database.query.updateTable('users').set({ admin: 1 }).where('email', '=', email).executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** On a terminal, without showing what is typed; '' where there is none, or for a bare Enter. */
async function askForPassword(): Promise<string> {
  if (!process.stdin.isTTY) return '';
  process.stderr.write('Password (Enter makes one): ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
