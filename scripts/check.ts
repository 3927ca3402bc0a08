/** `npm run check`: generated files up to date, types, lint with the map of arrows, dead code. All at once, in seconds. */
import { spawn } from 'node:child_process';

const CHECKS: Record<string, string[]> = {
  'generated files': ['node', 'scripts/generate-schemas.ts', '--check'],
  types: ['tsc', '-b'],
  lint: ['oxlint', '--quiet'],
  'dead code': ['knip', '--no-progress'],
};

interface Outcome {
  name: string;
  ok: boolean;
  output: string;
  seconds: number;
}

function run(name: string, [command, ...args]: string[]): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command!, args, { shell: process.platform === 'win32' });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const end = (ok: boolean): void => resolve({ name, ok, output, seconds: (performance.now() - started) / 1000 });
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

const outcomes = await Promise.all(Object.entries(CHECKS).map(([name, command]) => run(name, command)));
for (const { name, ok, output, seconds } of outcomes) {
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
  if (!ok) console.log(output.trimEnd());
}
if (outcomes.some((outcome) => !outcome.ok)) process.exitCode = 1;
