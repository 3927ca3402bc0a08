/** Runs the built main, or a packaged app, on real Electron. */
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { _electron, chromium, type Browser, type ElectronApplication, type Page } from '@playwright/test';
import type { DesktopProgram, MainModule, ProgramOptions } from './desktop-program.ts';

/** Recordings are written meanwhile. */
const RELEASE_MS = 5_000;

class RealProgram implements DesktopProgram {
  readonly ended: Promise<number | null>;
  readonly #app: ElectronApplication;
  readonly #userData: string;
  /** Set when a page has stopped. */
  #again: Browser | null = null;
  #hasStopped = false;
  #output = '';

  constructor(app: ElectronApplication, userData: string) {
    this.#app = app;
    this.#userData = userData;
    const child = app.process();
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.ended = once(child, 'exit').then(([code]) => code as number | null);
  }

  output = (): string => this.#output;

  evaluate<Result, Arg>(run: (electron: MainModule, arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result> {
    return this.#app.evaluate(run as never, arg as never);
  }

  async findPage(): Promise<Page> {
    if (this.#hasStopped) await this.#lookAgain();
    if (!this.#again) return this.#app.firstWindow();
    const [page] = this.#again.contexts().flatMap((context) => context.pages());
    if (!page) throw new Error('The window has no page.');
    return page;
  }

  /** Playwright quits the program with it, and that may be held by a question. */
  async release(): Promise<void> {
    await this.#again?.close();
    await Promise.race([this.#app.context().close(), new Promise((resolve) => setTimeout(resolve, RELEASE_MS))]);
  }

  async killRenderers(): Promise<void> {
    const pids = await this.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => contents.getOSProcessId()), null);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    this.#hasStopped = true;
  }

  /** A page of Playwright's that stopped stays stopped, whatever the window shows since: it is looked at by a connection of its own. */
  async #lookAgain(): Promise<void> {
    this.#hasStopped = false;
    await this.#again?.close();
    const [port] = readFileSync(join(this.#userData, 'DevToolsActivePort'), 'utf8').split('\n');
    // Without its defaults: Electron knows none of the contexts that they are set in.
    this.#again = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  }

  async kill(): Promise<void> {
    this.#app.process().kill('SIGKILL');
    await this.ended;
  }
}

/** @param executable a packaged app; null: Electron from node_modules, which runs `main` */
export async function startElectron(executable: string | null, main: string, { userData, args, env }: ProgramOptions): Promise<DesktopProgram> {
  if (process.getuid?.() === 0) throw new Error('Chromium makes no sandbox for root, and Recto does not run without one: run the specs on Electron as somebody else.');
  if (env['HOME'] !== undefined) keepFromDocuments(userData, env['HOME']);
  // A Mac's home by its other name: its frameworks don't read HOME.
  const variables = Object.entries({ ...process.env, ...env, ...(env['HOME'] !== undefined && { CFFIXED_USER_HOME: env['HOME'] }) }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const app = await _electron.launch({
    ...(executable !== null && { executablePath: executable }),
    args: [...(executable === null ? [findApp(main)] : []), `--user-data-dir=${userData}`, ...args],
    env: Object.fromEntries(variables),
    // Else Playwright adds --no-sandbox, with which Recto does not start.
    chromiumSandbox: true,
  });
  return new RealProgram(app, userData);
}

/** Windows asks its registry where documents are: the backups of a test go to its own home all the same. */
function keepFromDocuments(userData: string, home: string): void {
  const settings = join(userData, 'settings.json');
  if (process.platform !== 'win32' || existsSync(settings)) return;
  writeFileSync(settings, JSON.stringify({ backupFolder: join(home, 'Documents', 'Recto Backups') }));
}

/** The folder whose package.json names this main, so that the program has its name and version; else the file alone. */
function findApp(main: string): string {
  const folder = join(dirname(main), '../..');
  if (!existsSync(join(folder, 'package.json'))) return main;
  const { main: named } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main?: string };
  return named !== undefined && join(folder, named) === main ? folder : main;
}
