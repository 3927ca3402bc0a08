import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface ChildServer {
  readonly url: string;
  /** Sends the signal, and resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<Ended>;
}

export const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

function spawnMain(args: readonly string[], env: Record<string, string>): { child: ChildProcess; output: Ended; ended: Promise<Ended> } {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RECTO|NODE|VITEST)/.test(name)));
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (output.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => Object.assign(output, { code: code as number | null }));
  return { child, output, ended };
}

/** Runs `npm run server -- <args>` to its end. */
export function runMain(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return spawnMain(args, env).ended;
}

/** The server as it runs in life: a process of its own. Resolves when it has said its address. */
export async function startChildServer(env: Record<string, string>): Promise<ChildServer> {
  const { child, output, ended } = spawnMain([], { RECTO_PORT: '0', ...env });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(output.stdout) ?? [];
      if (found) resolve(found);
    });
    void ended.then(({ code, stderr }) => reject(new Error(`the server ended with ${code}: ${stderr}`)));
  });
  return {
    url,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
