/**
 * Writes everything that is in a library's file, or in a backup, as a folder, with no app running:
 *   npm run export -- --from <file> --out <folder>
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { exportLibrary } from '#main/export/export-library.ts';
import { progressLine, runCommand, UsageError } from './cli.ts';

const USAGE = `Usage: npm run export -- --from <file> --out <folder>

  --from     library.recto, or a backup of it
  --out      the folder to make; it must not be there yet, or be empty
`;

function readArguments(args: string[]): { from: string; out: string } {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { from: { type: 'string' }, out: { type: 'string', short: 'o' } } }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (!values.from) throw new UsageError('From which file? Give --from <file>.');
  if (!values.out) throw new UsageError('Where to? Give --out <folder>.');
  return { from: resolve(values.from), out: resolve(values.out) };
}

await runCommand(USAGE, async (args, signal) => {
  const wish = readArguments(args);
  const report = await exportLibrary(wish, { signal, onProgress: ({ done, total }) => progressLine.show(`${Math.floor((100 * done) / Math.max(total, 1))} %`) });
  progressLine.clear();
  for (const warning of report.warnings) process.stderr.write(`${warning}\n`);
  process.stderr.write(`${wish.out}: ${report.books} ${report.books === 1 ? 'book' : 'books'}, ${report.files} files\n`);
});
