/**
 * `npm start`: opens the app. Builds it where that is due, serves it with its own server on this computer and opens
 * the browser. Ends on Ctrl-C, after the requests under way.
 */
import { spawn } from 'node:child_process';
import { RectoError } from '#schemas/errors.ts';
import { runServer } from '#sync-server/run-server.ts';
import { readSettings } from '#sync-server/settings.ts';
import { buildRenderer } from './build-renderer.ts';

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

try {
  const settings = readSettings(process.env);
  await buildRenderer();
  const url = await runServer(settings);
  console.log('Books written without an account stay in the browser that they are written in.');
  console.log('Ctrl-C ends it.');
  openBrowser(url);
} catch (error) {
  if (!(error instanceof RectoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
