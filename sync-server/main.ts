/**
 * `npm run server`: starts the server, or with `user add <email> [--admin]` makes an account, or with `token …` makes and
 * ends the tokens of remote workers. The server ends on SIGINT and SIGTERM after the requests under way.
 */
import { RectoError } from '#schemas/errors.ts';
import { addUserCommand } from './accounts/add-user-command.ts';
import { tokenCommand } from './processor-service/token-command.ts';
import { runServer } from './run-server.ts';
import { readSettings } from './settings.ts';

const USAGE = `Usage:
  npm run server                                start the server
  npm run server -- user add <email> [--admin] [--password-stdin]
                                                make an account, or an administrator of one; asks for a password on a
                                                terminal, else makes one and prints it
  npm run server -- token add <processor>       make a token for remote workers of a processor, and print it
  npm run server -- token list                  the tokens, and when each was last used
  npm run server -- token revoke <id>           end a token`;

async function main([noun, verb, ...rest]: readonly string[]): Promise<void> {
  if (noun === undefined) {
    await runServer(readSettings(process.env));
    return;
  }
  if (noun === 'token') {
    await tokenCommand(readSettings(process.env).databaseFile, verb === undefined ? [] : [verb, ...rest], USAGE);
    return;
  }
  if (noun !== 'user' || verb !== 'add') throw new RectoError('configuration', USAGE);
  await addUserCommand(readSettings(process.env).databaseFile, rest, USAGE);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof RectoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
