/**
 * `npm run torture [-- --rounds 100] [-- --seed 7]`: builds the app and runs the specs that lose, damage, fill and kill,
 * each as many times as is said (100), at other moments each time. The seed that they print repeats them. Hours, on a
 * slow computer; npm test does a few rounds of each.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureTools, findTool } from './tools.ts';

const SPECS = ['e2e/desktop-kill.spec.ts', 'e2e/desktop-library.spec.ts'];

function run(command: string, args: readonly string[], env: Record<string, string> = {}): void {
  const { status } = spawnSync(command, args, { cwd: join(import.meta.dirname, '..'), stdio: 'inherit', shell: process.platform === 'win32', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string' } } });
if (!/^[1-9]\d{0,5}$/.test(values.rounds) || !/^\d{0,9}$/.test(values.seed ?? '')) {
  console.error('npm run torture -- --rounds <a whole number from 1 on> --seed <a whole number>');
  process.exit(2);
}
for (const { name, reason } of ensureTools(['chromium'])) console.error(`Could not get ${name}: ${reason}`);
run('npm', ['run', '--silent', 'build']);
run('playwright', ['test', '--project=desktop', '--reporter=list', ...SPECS], {
  CHROMIUM_PATH: findTool('chromium') ?? '',
  RECTO_TORTURE_ROUNDS: values.rounds,
  ...(values.seed && { RECTO_TORTURE_SEED: values.seed }),
});
