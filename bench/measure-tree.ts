/** What a program costs that is several processes which do not wait for each other, as browsers are: GNU time sees only those that are waited for. */
import { readdirSync, readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import type { ChildCost } from './measure-child.ts';

/** Often enough for programs of seconds; a process that lives shorter is missed, in favour of the program that is measured. */
const EVERY_MS = 50;
/** Linux counts processor time in hundredths of a second (`getconf CLK_TCK`). */
const TICKS = 100;

interface Seen {
  cpuSeconds: number;
  peakMegabytes: number;
}

/** Runs a command to its end, on Linux. The peak is of the largest process alone. @throws Error when it fails */
export function measureTree(command: string, args: readonly string[]): Promise<ChildCost> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: 'ignore' });
    const seen = new Map<number, Seen>();
    const watch = setInterval(() => lookAt(child.pid ?? 0, seen), EVERY_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      if (code !== 0) return reject(new Error(`${command} ended with ${code}`));
      const all = [...seen.values()];
      resolve({ seconds: (performance.now() - started) / 1000, cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0), peakMegabytes: Math.max(0, ...all.map(({ peakMegabytes }) => peakMegabytes)) });
    });
  });
}

function lookAt(root: number, seen: Map<number, Seen>): void {
  const stats = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => readStat(Number(name))));
  const family = new Set([root, ...seen.keys()]);
  // A parent’s number may be above its child’s.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [pid, { parent }] of stats) if (family.has(parent)) family.add(pid);
  }
  for (const pid of family) {
    const stat = stats.get(pid);
    if (stat) seen.set(pid, { cpuSeconds: stat.cpuSeconds, peakMegabytes: Math.max(seen.get(pid)?.peakMegabytes ?? 0, readPeak(pid)) });
  }
}

/** Nothing where the process has just ended. */
function readStat(pid: number): [number, { parent: number; cpuSeconds: number }][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: state, parent, … and the 12th and 13th are the user’s and the system’s time (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [[pid, { parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS }]];
  } catch {
    return [];
  }
}

function readPeak(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has just ended: what was read before stands
  }
}
