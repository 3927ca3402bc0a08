/** A server that is set back to a backup and forgets what was deleted long ago, under devices that write and go away. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repeatRuns, type RunPart } from './part.ts';

const ROOT = join(import.meta.dirname, '..');
const TEST = 'app/sync/server-set-back.test.ts';
/** Worlds in one run: each is a server, three devices and a dozen to forty acts. */
const WORLDS_A_RUN = 10;

export const run: RunPart = (options) => repeatRuns(options, runTest);

function runTest(seed: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('vitest', ['run', TEST], {
      cwd: ROOT,
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: { ...process.env, RECTO_TORTURE_ROUNDS: String(WORLDS_A_RUN), RECTO_TORTURE_SEED: String(seed) },
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error('A world failed; the report of it is above.'))));
  });
}
