/** What a command costs that runs as a process of its own: GNU time’s account, which is the kernel’s own at its end. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTools, requireTool } from '../scripts/tools.ts';
import { median } from './figures.ts';

export interface ChildCost {
  /** From its start to its end, by the clock on the wall. */
  seconds: number;
  /** Of all its threads and of the processes that it waited for: what else the machine does counts for little here. */
  cpuSeconds: number;
  /** The largest resident set; where it has processes of its own, the largest one's. */
  peakMegabytes: number;
}

export interface ChildOptions {
  cwd?: string;
  /** Beside this process's own. */
  env?: Record<string, string>;
}

/** Runs a command to its end. @throws Error with its last words when it fails */
export async function measureChild(command: string, args: readonly string[], { cwd, env = {} }: ChildOptions = {}): Promise<ChildCost> {
  ensureTools(['time']);
  const folder = mkdtempSync(join(tmpdir(), 'recto-cost-'));
  const account = join(folder, 'account');
  try {
    const started = performance.now();
    await runToItsEnd(requireTool('time'), ['-q', '-f', '%U %S %M', '-o', account, command, ...args], { cwd, env: { ...process.env, ...env } });
    const seconds = (performance.now() - started) / 1000;
    const [user, system, kilobytes] = readFileSync(account, 'utf8').trim().split(' ').map(Number) as [number, number, number];
    return { seconds, cpuSeconds: user + system, peakMegabytes: kilobytes / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runToItsEnd(command: string, args: string[], options: { cwd: string | undefined; env: NodeJS.ProcessEnv }): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk) => (words = (words + String(chunk)).slice(-2000)));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with ${code}: ${words}`))));
  });
}

/** The same runs of two programs, in turn: the median of the ratios of each pair, which a machine that others use leaves alone. */
export function medianRatio(ours: readonly ChildCost[], theirs: readonly ChildCost[], of: keyof ChildCost): number {
  return median(ours.map((run, index) => run[of] / theirs[index]![of]));
}
