import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLE = process.platform === 'win32' ? 'TEMP' : 'TMPDIR';

/**
 * From now on `os.tmpdir()` is a folder of this process's own, and of those that it starts: what a test leaves there, or a process
 * that a test killed, goes with it.
 * @returns gives the system's folder back, and removes this one with all that is in it
 */
export function takeTemporaryFolder(): () => void {
  const before = process.env[VARIABLE];
  const folder = mkdtempSync(join(tmpdir(), 'recto-test-'));
  process.env[VARIABLE] = folder;
  return () => {
    if (before === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = before;
    // A process that was told to end may be writing its last words there.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
}
