/**
 * `npm test`: everything, on a fresh machine. Gets the programs that the tests need, checks the code, builds the app,
 * runs the unit tests and then the whole-app tests. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTools, findTool } from './tools.ts';
import type { UnitReport } from './unit-reporter.ts';

const root = join(import.meta.dirname, '..');
const results = join(root, '.build/results');
const isCi = process.env['CI'] === 'true';

interface Count {
  passed: number;
  failed: number;
  /** Each failure on a line: where it is, and what it said first. They are told once more at the very end. */
  failures: string[];
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
    return ranWell || counted.failed > 0 ? counted : { ...counted, failed: 1, failures: ['a runner ended badly, and does not say why'] };
  } catch (error) {
    return { passed: 0, failed: 1, failures: [`No report at ${file}: ${(error as Error).message}`] };
  }
}

function runStep(command: string, args: string[]): Count {
  const ok = run(command, args);
  return ok ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [[command, ...args].join(' ')] };
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const firstLine = (text: string | undefined): string => text?.replace(COLOURS, '').trim().split('\n')[0] ?? 'no message';

function runUnitTests(): Count {
  const file = join(results, 'unit.json');
  const ok = run('vitest', ['run', '--reporter=default', '--reporter=./scripts/unit-reporter.ts'], { RECTO_UNIT_REPORT: file });
  return readReport(file, ok, ({ passed, failures }: UnitReport) => ({ passed, failed: failures.length, failures }));
}

interface WholeAppSuite {
  file: string;
  suites?: WholeAppSuite[];
  specs: { title: string; tests: { projectName: string; status: string; results: { error?: { message?: string } }[] }[] }[];
}

interface WholeAppReport {
  stats: { expected: number; unexpected: number; flaky: number };
  suites: WholeAppSuite[];
  errors: { message?: string }[];
}

function listFailures(suite: WholeAppSuite): string[] {
  // A spec stands for all projects: each has a verdict of its own.
  const own = suite.specs.flatMap(({ title, tests }) =>
    tests.filter(({ status }) => status === 'unexpected').map(({ projectName, results: runs }) => `${suite.file} [${projectName}] › ${title}: ${firstLine(runs.find(({ error }) => error)?.error?.message)}`));
  return [...own, ...(suite.suites ?? []).flatMap(listFailures)];
}

function countWholeAppTests({ stats, suites, errors }: WholeAppReport): Count {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    failures: [...suites.flatMap(listFailures), ...errors.map(({ message }) => firstLine(message))],
  };
}

function runWholeAppTests(): Count {
  const file = join(results, 'e2e.json');
  const ok = run('playwright', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: file, CHROMIUM_PATH: findTool('chromium') ?? '' });
  return readReport(file, ok, countWholeAppTests);
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const missing = ensureTools(['chromium', 'pandoc', 'java', 'epubcheck', 'nats-server', 'pdftotext', 'qpdf']);
for (const { name, reason } of missing) console.error(`Could not get ${name}: ${reason}`);

const counts: Count[] = [{ passed: 0, failed: isCi ? missing.length : 0, failures: missing.map(({ name, reason }) => `Could not get ${name}: ${reason}`) }];
counts.push(runStep('npm', ['run', '--silent', 'check']));
counts.push(runStep('npm', ['run', '--silent', 'build']));
counts.push(runUnitTests());
counts.push(runWholeAppTests());

const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
const failures = counts.flatMap((count) => count.failures);
if (failures.length > 0) console.log(`\n${failures.join('\n')}`);
if (missing.length > 0) console.log(`\nNot on this machine: ${missing.map((tool) => tool.name).join(', ')}. The tests that need them fail.`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
