/** Runs the built main on the stand-in, in a process group of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import type { ControlAnswer, ControlRequest } from './control.ts';
import type { DesktopProgram, MainModule, ProgramOptions } from './desktop-program.ts';

const register = fileURLToPath(new URL('./register.ts', import.meta.url));

type Asked = ControlRequest extends infer Request ? (Request extends { id: number } ? Omit<Request, 'id'> : never) : never;

class StandInProgram implements DesktopProgram {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: ControlAnswer) => void>();
  #output = '';
  #lastId = 0;
  #browser: Browser | null = null;

  constructor(main: string, { userData, args, env }: ProgramOptions) {
    this.#child = spawn(process.execPath, ['--import', register, main, `--user-data-dir=${userData}`, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      // Its own group: what ends main ends its Chromium and its other processes.
      detached: true,
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#child.on('message', (answer: ControlAnswer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    this.ended = once(this.#child, 'exit').then(async ([code]) => {
      const error = `the program ended with ${String(code)}:\n${this.#output}`;
      for (const [id, answer] of this.#waiting) answer({ id, ok: false, error });
      this.#waiting.clear();
      // Until it has heard that the page is gone, Playwright may ask it for its trace, and fail the test.
      await this.#browser?.close();
      return code as number | null;
    });
  }

  output = (): string => this.#output;

  async #ask(request: Asked): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = await new Promise<ControlAnswer>((resolve) => {
      if (!this.#child.connected) return resolve({ id, ok: false, error: `the program has ended:\n${this.#output}` });
      this.#waiting.set(id, resolve);
      this.#child.send({ id, ...request });
    });
    if (!answer.ok) throw new Error(`In the program: ${answer.error}`);
    return answer.value;
  }

  async evaluate<Result, Arg>(run: (electron: MainModule, arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result> {
    return (await this.#ask({ kind: 'evaluate', source: run.toString(), arg })) as Result;
  }

  async findPage(): Promise<Page> {
    // A page whose renderer has ended stays so for the client that saw it.
    await this.release();
    this.#browser = await chromium.connectOverCDP((await this.#ask({ kind: 'chromium' })) as string);
    const context = this.#browser.contexts()[0]!;
    const find = async (): Promise<Page> => {
      const page = context.pages()[0] ?? (await context.waitForEvent('page'));
      await page.waitForURL((url) => url.protocol !== 'about:');
      return page;
    };
    const end = this.ended.then((code): never => {
      throw new Error(`The program ended with ${code} before it had a window:\n${this.#output}`);
    });
    // Who does not wait for the end any more need not hear of it.
    end.catch(() => undefined);
    return Promise.race([find(), end]);
  }

  async release(): Promise<void> {
    await this.#browser?.close();
    this.#browser = null;
  }

  async killRenderers(): Promise<void> {
    for (const pid of (await this.#ask({ kind: 'renderers' })) as number[]) process.kill(pid, 'SIGKILL');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) process.kill(-this.#child.pid!, 'SIGKILL');
    await this.ended;
  }
}

/** @param main the built main.js */
export function startStandIn(main: string, options: ProgramOptions): DesktopProgram {
  return new StandInProgram(main, options);
}
