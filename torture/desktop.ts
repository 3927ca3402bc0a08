/** The desktop app, whose windows and files are killed, damaged and filled: a few rounds of each spec a run. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureTools, findTool } from '#scripts/tools.ts';
import { repeatRuns, type RunPart } from './part.ts';

const ROOT = join(import.meta.dirname, '..');
const SPECS = ['e2e/desktop-kill.spec.ts', 'e2e/desktop-library.spec.ts'];
const ROUNDS_A_RUN = 4;
const isWindows = process.platform === 'win32';

export const run: RunPart = async (options) => {
  for (const { name, reason } of ensureTools(['chromium'])) options.report(`Could not get ${name}: ${reason}`);
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit', shell: isWindows });
  if (status !== 0) throw new Error('The app could not be built.');
  return repeatRuns(options, runSpecs);
};

function runSpecs(seed: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('playwright', ['test', '--project=desktop', '--reporter=list', ...SPECS], {
      cwd: ROOT,
      stdio: 'inherit',
      shell: isWindows,
      env: { ...process.env, CHROMIUM_PATH: findTool('chromium') ?? '', RECTO_TORTURE_ROUNDS: String(ROUNDS_A_RUN), RECTO_TORTURE_SEED: String(seed) },
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error('A spec failed; its own report is above.'))));
  });
}
