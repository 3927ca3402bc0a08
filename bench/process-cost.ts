import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessCost {
  seconds: number;
  /** The largest resident set, from the kernel's own high-water mark. */
  peakMegabytes: number;
}

/** Runs a command to its end. @throws Error with its last words when it fails */
export function measureProcess(command: string, args: string[]): Promise<ProcessCost> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let peakKilobytes = 0;
    let words = '';
    child.stderr.on('data', (chunk) => (words = (words + chunk).slice(-2000)));
    const watch = setInterval(() => {
      peakKilobytes = Math.max(peakKilobytes, readHighWaterMark(child.pid ?? 0));
    }, 10);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      if (code !== 0) reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${words}`));
      else resolve({ seconds: (performance.now() - started) / 1000, peakMegabytes: peakKilobytes / 1024 });
    });
  });
}

function readHighWaterMark(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // it has just ended: the mark read before stands
  }
}
