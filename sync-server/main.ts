/** `npm run server`: starts the server, or runs one of the commands below. The server ends on SIGINT and SIGTERM after the requests under way. */
import { RectoError } from '#schemas/errors.ts';
import { addUserCommand } from './accounts/add-user-command.ts';
import { inviteCommand, resetCommand, signOutCommand } from './accounts/link-commands.ts';
import { quotaCommand } from './accounts/quota-command.ts';
import { backupCommand, restoreCommand } from './backup/backup-command.ts';
import { tokenCommand } from './processor-service/token-command.ts';
import { readSettings, type ServerSettings } from './settings.ts';

const USAGE = `Usage:
  npm run server                                start the server
  npm run server -- user add <email> [--admin] [--password-stdin]
                                                make an account, or an administrator of one; asks for a password on a
                                                terminal, else makes one and prints it
  npm run server -- user reset <email>          make a link that sets a new password, and print it
  npm run server -- user sign-out <email>       end the sessions of all of an account's devices
  npm run server -- user quota <email> <MB>     what an account may have; “default”: what RECTO_QUOTA_MB says
  npm run server -- invite [email]              make a link with which one account can be made, and print it
  npm run server -- token add <processor>       make a token for remote workers of a processor, and print it
  npm run server -- token list                  the tokens, and when each was last used
  npm run server -- token revoke <id>           end a token
  npm run server -- backup <folder>             write a backup into a new folder, while the server runs or not
  npm run server -- restore <folder>            put a backup in the place of what is there, which is moved aside;
                                                the server must be stopped`;

type Command = (settings: ServerSettings, args: readonly string[], usage: string) => Promise<void>;

/** By their first words. */
const COMMANDS: Readonly<Record<string, Command>> = {
  invite: inviteCommand,
  'user add': addUserCommand,
  'user reset': resetCommand,
  'user sign-out': signOutCommand,
  'user quota': quotaCommand,
  backup: backupCommand,
  restore: restoreCommand,
  token: ({ databaseFile }, args, usage) => tokenCommand(databaseFile, args, usage),
};

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0) {
    // The commands do without most of it.
    const { runServer } = await import('./run-server.ts');
    await runServer(readSettings(process.env));
    return;
  }
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    if (Object.hasOwn(COMMANDS, name)) return await COMMANDS[name]!(readSettings(process.env), args.slice(words), USAGE);
  }
  throw new RectoError('configuration', USAGE);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof RectoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
