import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What `npm test` is told of a run of the unit tests. */
export interface UnitReport {
  passed: number;
  /** Tests that failed, hooks and files that failed, and what nobody caught. */
  failures: string[];
}

/** Writes the count and each failure on a line to the file that RECTO_UNIT_REPORT names. */
export default class UnitReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env['RECTO_UNIT_REPORT'];
    if (file === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const report: UnitReport = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failures: [...modules.flatMap(listFailures), ...unhandled.map((error) => `nobody caught: ${describe(error)}`)],
    };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(report));
  }
}

function listFailures(module: TestModule): string[] {
  const place = relative(process.cwd(), module.moduleId);
  return [
    ...module.errors().map((error) => `${place}: ${describe(error)}`),
    ...[...module.children.allSuites()].flatMap((suite) => suite.errors().map((error) => `${place} › ${suite.fullName}, a hook: ${describe(error)}`)),
    ...[...module.children.allTests('failed')].map((test) => `${place} › ${test.fullName}: ${describe(test.result().errors?.[0])}`),
  ];
}

function describe(error: Pick<SerializedError, 'message'> | undefined): string {
  return error?.message?.trim().split('\n')[0] ?? 'no message';
}
