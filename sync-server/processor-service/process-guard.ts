/**
 * A thread beside the processors of a process, which goes on while they are in a loop: it ends the process when its server is
 * gone, and when it takes more memory than it may, since V8's own limit is for its heap alone.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { OUT_OF_MEMORY } from './describe-crash.ts';

export interface Guarded {
  parentPid: number;
  maxResidentBytes: number;
}

const EVERY_MS = 200;
const { parentPid, maxResidentBytes } = workerData as Guarded;

function isOrphan(): boolean {
  if (process.ppid !== parentPid) return true;
  try {
    // Windows names a parent that is long gone.
    process.kill(parentPid, 0);
    return false;
  } catch {
    return true;
  }
}

setInterval(() => {
  const isTooLarge = process.memoryUsage.rss() > maxResidentBytes;
  if (isTooLarge) writeSync(2, `${OUT_OF_MEMORY}\n`);
  if (isTooLarge || isOrphan()) process.kill(process.pid, 'SIGKILL');
}, EVERY_MS);
