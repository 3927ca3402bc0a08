/**
 * `npm test`: everything, on a fresh machine. Gets the programs that the tests need, checks the code, builds the app,
 * runs the unit tests and then the whole-app tests. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTools, findTool } from './tools.ts';

const root = join(import.meta.dirname, '..');
const results = join(root, '.build/results');
const isCi = process.env['CI'] === 'true';

interface Count {
  passed: number;
  failed: number;
}

function run(command: string, args: string[], env: Record<string, string> = {}): boolean {
  console.log(`\n$ ${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', env: { ...process.env, ...env } });
  return status === 0;
}

/** A runner that ended without its report counts as one failure: it must never pass for nothing run. */
function readReport(file: string, ranWell: boolean, count: (report: never) => Count): Count {
  try {
    const counted = count(JSON.parse(readFileSync(file, 'utf8')) as never);
    return !ranWell && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
  } catch (error) {
    console.error(`No report at ${file}: ${(error as Error).message}`);
    return { passed: 0, failed: 1 };
  }
}

function runStep(command: string, args: string[]): Count {
  const ok = run(command, args);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

function runUnitTests(): Count {
  const file = join(results, 'unit.json');
  const ok = run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  return readReport(file, ok, (report: { numPassedTests: number; numFailedTests: number }) => ({ passed: report.numPassedTests, failed: report.numFailedTests }));
}

function runWholeAppTests(): Count {
  const file = join(results, 'e2e.json');
  const ok = run('playwright', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: file, CHROMIUM_PATH: findTool('chromium') ?? '' });
  return readReport(file, ok, (report: { stats: { expected: number; unexpected: number; flaky: number } }) => ({
    passed: report.stats.expected + report.stats.flaky,
    failed: report.stats.unexpected,
  }));
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const missing = ensureTools(['chromium', 'pandoc', 'java', 'epubcheck', 'nats-server']);
for (const { name, reason } of missing) console.error(`Could not get ${name}: ${reason}`);

const counts: Count[] = [{ passed: 0, failed: isCi ? missing.length : 0 }];
counts.push(runStep('npm', ['run', '--silent', 'check']));
counts.push(runStep('npm', ['run', '--silent', 'build']));
counts.push(runUnitTests());
counts.push(runWholeAppTests());

const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
if (missing.length > 0) console.log(`\nNot on this machine: ${missing.map((tool) => tool.name).join(', ')}. The tests that need them fail.`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
