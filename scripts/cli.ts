/** What the commands that work on files share: how they end when something is wrong. */
import { RectoError } from '#schemas/errors.ts';

/** The command line is wrong: exit code 2, with the usage. */
export class UsageError extends Error {}

/**
 * Runs a command, or prints its usage where it is asked for. What went wrong is a sentence on stderr; exit code 1, 2 where the command line was wrong, 130 where it was
 * stopped by Ctrl-C.
 */
export async function runCommand(usage: string, command: (args: string[], signal: AbortSignal) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  if (args[0] === '--help' || args[0] === '-h') {
    process.stdout.write(usage);
    return;
  }
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  try {
    await command(args, abort.signal);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      process.exitCode = 2;
    } else if (error instanceof RectoError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error.code === 'cancelled' ? 130 : 1;
    } else throw error;
  }
}

/** On a terminal, one line that changes; nowhere else anything. */
export const progressLine = {
  show(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${text}`);
  },
  clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  },
};
