/** Runs the built main, or a packaged app, on real Electron. */
import { once } from 'node:events';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { DesktopProgram, MainModule, ProgramOptions } from './desktop-program.ts';

class RealProgram implements DesktopProgram {
  readonly ended: Promise<number | null>;
  readonly #app: ElectronApplication;
  #output = '';

  constructor(app: ElectronApplication) {
    this.#app = app;
    const child = app.process();
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.ended = once(child, 'exit').then(([code]) => code as number | null);
  }

  output = (): string => this.#output;

  evaluate<Result, Arg>(run: (electron: MainModule, arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result> {
    return this.#app.evaluate(run as never, arg as never);
  }

  findPage(): Promise<Page> {
    return this.#app.firstWindow();
  }

  async release(): Promise<void> {
    await this.#app.context().close();
  }

  async killRenderers(): Promise<void> {
    const pids = await this.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => contents.getOSProcessId()), null);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  }

  async kill(): Promise<void> {
    this.#app.process().kill('SIGKILL');
    await this.ended;
  }
}

/** @param executable a packaged app; null: Electron from node_modules, which runs `main` */
export async function startElectron(executable: string | null, main: string, { userData, args, env }: ProgramOptions): Promise<DesktopProgram> {
  const variables = Object.entries({ ...process.env, ...env }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const app = await _electron.launch({
    ...(executable !== null && { executablePath: executable }),
    args: [...(executable === null ? [main] : []), `--user-data-dir=${userData}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
    env: Object.fromEntries(variables),
  });
  return new RealProgram(app);
}
