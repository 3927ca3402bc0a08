/** Electron's program as npm lays it: found, installed and run. `import 'electron'` is never used here: it downloads. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';

const packageFolder = join(import.meta.dirname, '../node_modules/electron');
const INSTALL_LIMIT_MS = 5 * 60_000;

/**
 * @param folder of the npm package, which holds no program until its install script has run
 * @returns Electron's program, or null where there is none yet
 */
export function findElectron(folder = packageFolder): string | null {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const file = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] || join(folder, 'dist'), readFileSync(pathFile, 'utf8').trim());
  return existsSync(file) ? file : null;
}

interface Ending {
  code: number | null;
  /** What it said last on stderr, a line. */
  lastWords: string;
  /** Whoever started it asked it to end. */
  interrupted: boolean;
}

function runToEnd(command: string, args: readonly string[], { timeoutMs, quiet }: { timeoutMs?: number; quiet: boolean }): Promise<Ending> {
  const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env;
  const child = spawn(command, args, { env, stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'pipe'], ...(timeoutMs !== undefined && { timeout: timeoutMs }) });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (!quiet) process.stderr.write(chunk);
    said = (said + chunk.toString()).slice(-4000);
  });
  // Ctrl-C reaches the child by itself, since it is of the same terminal; this process waits for its end. A signal
  // that is for this process alone is handed on.
  let interrupted = false;
  const handOn = (signal: NodeJS.Signals): void => {
    interrupted = true;
    child.kill(signal);
  };
  const waitOn = (): void => {
    interrupted = true;
  };
  process.on('SIGTERM', handOn).on('SIGINT', waitOn);
  return new Promise((resolve) => {
    const end = (code: number | null, words: string): void => {
      process.off('SIGTERM', handOn).off('SIGINT', waitOn);
      resolve({ code, interrupted, lastWords: words.trim().split('\n').find((line) => /error/i.test(line))?.trim() ?? words.trim().split('\n').at(-1) ?? '' });
    };
    child.on('error', (error) => end(null, error.message));
    child.on('close', (code) => end(code, said));
  });
}

/** Downloads Electron's program as its npm package does. @returns it, or why there is none, as a sentence's end. @throws RectoError cancelled */
export async function installElectron(folder = packageFolder, limitMs = INSTALL_LIMIT_MS): Promise<{ file: string } | { because: string }> {
  console.log('Getting Electron (over 100 MB, once; at most 5 minutes; `npm start -- --browser` does without) …');
  const { code, lastWords, interrupted } = await runToEnd(process.execPath, [join(folder, 'install.js')], { timeoutMs: limitMs, quiet: true });
  if (interrupted) throw new RectoError('cancelled', 'Stopped before Electron was there. The next start gets it.');
  const file = findElectron(folder);
  return file ? { file } : { because: `Electron could not be downloaded (${code === null ? 'it took too long' : lastWords})` };
}

/** Whether Chromium can make its sandbox on Linux: by namespaces of its own, or by a helper that root set up. */
export function canSandbox(electron: string | null): boolean {
  const readSwitch = (name: string): string => {
    const path = `/proc/sys/kernel/${name}`;
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  };
  // Ubuntu 23.10 and later; Debian before 11.
  if (readSwitch('apparmor_restrict_unprivileged_userns') !== '1' && readSwitch('unprivileged_userns_clone') !== '0') return true;
  const helper = electron && join(dirname(electron), 'chrome-sandbox');
  if (!helper || !existsSync(helper)) return false;
  const { uid, mode } = statSync(helper);
  return uid === 0 && (mode & 0o4755) === 0o4755;
}

/** Runs the app in `folder` until its last window is closed. @returns its exit code; null: it was ended by a signal */
export async function runElectron(file: string, folder: string): Promise<Ending> {
  return runToEnd(file, [folder], { quiet: false });
}
