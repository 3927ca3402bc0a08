/**
 * `npm start`: opens the app, and builds it first where that is due. In Electron's own window where that can be had;
 * else it says why, serves the app with its own server on this computer and opens the browser (`--browser` or
 * RECTO_BROWSER=1 ask for that). Ends on Ctrl-C, after the requests under way.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { RectoError } from '#schemas/errors.ts';
import { runServer } from '#sync-server/run-server.ts';
import { readSettings } from '#sync-server/settings.ts';
import { buildDesktop } from './build-desktop.ts';
import { buildRenderer } from './build-renderer.ts';
import { chooseWindow } from './choose-window.ts';
import { canSandbox, findElectron, installElectron, runElectron } from './electron-binary.ts';

const root = join(import.meta.dirname, '..');
/** A program that fails sooner than this never showed a window. */
const STILLBORN_MS = 3000;

/** The command that opens a web page, or null where no one sits at a screen. */
function findOpener(): [string, ...string[]] | null {
  if (process.env['CI'] === 'true') return null;
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', ''];
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open'] : null;
}

function openBrowser(url: string): void {
  const opener = findOpener();
  if (!opener) {
    console.log(`Open ${url} in a browser.`);
    return;
  }
  const [command, ...args] = opener;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log(`Open ${url} in a browser.`));
  child.unref();
}

/** Shows the app in Electron until it is quit. @returns null, or why it could not, as a sentence's end */
async function openElectron(file: string): Promise<string | null> {
  await buildDesktop();
  const startedAt = Date.now();
  const { code, lastWords, interrupted } = await runElectron(file, root);
  if (!interrupted && code !== null && code !== 0 && Date.now() - startedAt < STILLBORN_MS) return `Electron ended at once (exit code ${code}: ${lastWords})`;
  process.exitCode = interrupted ? 0 : (code ?? 1);
  return null;
}

/** @returns whether the app was shown; where not, the line that says why is out */
async function tryElectron(): Promise<boolean> {
  const found = findElectron();
  const isRoot = process.getuid?.() === 0;
  const choice = chooseWindow({ platform: process.platform, args: process.argv.slice(2), env: process.env, isRoot, canSandbox: canSandbox(found) });
  let { because } = choice.kind === 'browser' ? choice : { because: null };
  if (choice.kind === 'electron') {
    const electron = found ? { file: found } : await installElectron();
    because = 'file' in electron ? await openElectron(electron.file) : electron.because;
    if (because === null) return true;
  }
  if (because !== null) console.log(`The app opens in the browser: ${because}.`);
  return false;
}

async function serveAndBrowse(): Promise<void> {
  const url = await runServer(readSettings(process.env));
  console.log('Books written without an account stay in the browser that they are written in.');
  console.log('Ctrl-C ends it.');
  openBrowser(url);
}

try {
  // A wrong setting stops the start before anything is built or downloaded.
  readSettings(process.env);
  await buildRenderer();
  if (!(await tryElectron())) await serveAndBrowse();
} catch (error) {
  if (!(error instanceof RectoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
