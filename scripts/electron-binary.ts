/** Electron's program as npm lays it: found, installed and run. `import 'electron'` is never used here: it downloads. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const packageFolder = join(import.meta.dirname, '../node_modules/electron');
const INSTALL_LIMIT_MS = 5 * 60_000;

/** @returns Electron's program, or null where it was not downloaded yet (the npm package holds none) */
export function findElectron(): string | null {
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const file = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] || join(packageFolder, 'dist'), readFileSync(pathFile, 'utf8').trim());
  return existsSync(file) ? file : null;
}

interface Ending {
  code: number | null;
  /** What it said last on stderr, a line. */
  lastWords: string;
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
  const handOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  const waitOn = (): void => undefined;
  process.on('SIGTERM', handOn).on('SIGINT', waitOn);
  return new Promise((resolve) => {
    const end = (code: number | null, words: string): void => {
      process.off('SIGTERM', handOn).off('SIGINT', waitOn);
      resolve({ code, lastWords: words.trim().split('\n').find((line) => /error/i.test(line))?.trim() ?? words.trim().split('\n').at(-1) ?? '' });
    };
    child.on('error', (error) => end(null, error.message));
    child.on('close', (code) => end(code, said));
  });
}

/** Downloads Electron's program as its npm package does. @returns it, or why there is none, as a sentence's end */
export async function installElectron(): Promise<{ file: string } | { because: string }> {
  console.log('Getting Electron (over 100 MB, once; at most 5 minutes; `npm start -- --browser` does without) …');
  const { code, lastWords } = await runToEnd(process.execPath, [join(packageFolder, 'install.js')], { timeoutMs: INSTALL_LIMIT_MS, quiet: true });
  const file = findElectron();
  return file ? { file } : { because: `Electron could not be downloaded (${code === null ? 'no end within 5 minutes' : lastWords})` };
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
