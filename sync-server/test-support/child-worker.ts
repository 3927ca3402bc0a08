import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ended } from './child-server.ts';

export interface ChildWorker {
  readonly pid: number;
  /** Resolves when its output has this; rejects when it ends before. */
  says(text: string): Promise<void>;
  /** Sends the signal, and resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<Ended>;
  ended: Promise<Ended>;
}

const WORKER = fileURLToPath(new URL('../../scripts/worker.ts', import.meta.url));

/** `npm run worker -- <processor>` as it runs in life: a process of its own. */
export function startChildWorker(processorId: string, env: Record<string, string>): ChildWorker {
  return startChild([WORKER, processorId], env);
}

/** Any worker that Node runs. */
export function startChild(args: readonly string[], env: Record<string, string>): ChildWorker {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RECTO|NODE|VITEST)/.test(name)));
  const child = spawn(process.execPath, args, { env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => Object.assign(output, { code: code as number | null }));
  return {
    pid: child.pid!,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.stdout.includes(text)) resolve();
        };
        look();
        child.stdout.on('data', look);
        void ended.then(({ code, stdout, stderr }) => reject(new Error(`the worker ended with ${code}: ${stdout}${stderr}`)));
      }),
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
