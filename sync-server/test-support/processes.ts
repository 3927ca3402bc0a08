import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';

/** The children of a process whose command line has this: their ids. */
export function listProcesses(parentPid: number, command: string): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [pid, ppid, ...args] = line.trim().split(/\s+/);
    return Number(ppid) === parentPid && args.join(' ').includes(command) ? [Number(pid)] : [];
  });
}

export async function untilGone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
