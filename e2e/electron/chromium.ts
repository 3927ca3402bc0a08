/** The Chromium behind the windows: started when the app is ready, on a profile inside of its userData. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CdpConnection } from './cdp.ts';
import { holdNewWindows } from './new-windows.ts';

/** Inside of userData. */
export const PROFILE_FOLDER = 'Chromium';

export interface RunningChromium {
  readonly connection: CdpConnection;
  /** For a second client, such as the test. */
  readonly endpoint: string;
  /** Makes an empty page in a window of its own. @returns its target */
  createPage(size: { width: number; height: number }): Promise<string>;
  /** Ends as a browser does, writing what it still holds. */
  close(): Promise<void>;
}

export interface ChromiumOptions {
  executable: string;
  userData: string;
  /** Where the app's own scheme is served on 127.0.0.1. */
  schemePort: number;
  /** Called when it ends without being asked to. */
  onGone(): void;
}

export async function startChromium({ executable, userData, schemePort, onGone }: ChromiumOptions): Promise<RunningChromium> {
  const profile = join(userData, PROFILE_FOLDER);
  mkdirSync(profile, { recursive: true });
  const child = spawn(executable, [...listArguments(schemePort), `--user-data-dir=${profile}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const endpoint = await readEndpoint(child);
  const connection = await CdpConnection.connect(endpoint);
  const createPage = await holdNewWindows(connection);
  const ended = once(child, 'exit');
  child.once('exit', onGone);
  // Neither keeps this program alive: its windows do.
  return {
    connection,
    endpoint,
    createPage,
    async close() {
      child.off('exit', onGone);
      if (child.exitCode !== null || child.signalCode !== null) return;
      await Promise.race([connection.browser.send('Browser.close').catch(() => undefined), ended]);
      const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(impatience);
    },
  };
}

function listArguments(schemePort: number): string[] {
  return [
    '--headless=new',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--remote-debugging-port=0',
    '--no-startup-window',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-breakpad',
    '--disable-crash-reporter',
    '--disable-extensions',
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,Translate,MediaRouter',
    '--password-store=basic',
    '--use-mock-keychain',
    '--hide-scrollbars',
    // The origin stays the same over restarts, whatever port is free: storage is bound to it.
    `--host-resolver-rules=MAP *.localhost:80 127.0.0.1:${schemePort}`,
  ];
}

/** The socket that Chromium announces on its standard error. */
function readEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      if (output.length < 100_000) output += chunk.toString();
      const endpoint = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
      if (endpoint) resolve(endpoint);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`Chromium ended with ${code ?? signal}: ${output}`)));
  });
}
