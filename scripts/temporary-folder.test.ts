import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { takeTemporaryFolder } from './test-support/temporary-folder.ts';

const ofThisFile = tmpdir();

it('is one of each file of tests', () => {
  expect(basename(ofThisFile)).toMatch(/^recto-test-/);
});

it('goes with all that was left in it, also by a process that was started', () => {
  const giveBack = takeTemporaryFolder();
  const folder = tmpdir();
  mkdirSync(join(folder, 'recto-settings-1', 'user data'), { recursive: true });
  writeFileSync(join(folder, 'recto-settings-1', 'user data', 'settings.json'), '{}');
  const [left] = execFileSync(process.execPath, ['-p', `fs.mkdtempSync(path.join(os.tmpdir(), 'recto-server-'))`], { encoding: 'utf8' }).trim().split('\n');
  expect(dirname(left!)).toBe(folder);
  giveBack();
  expect(existsSync(folder)).toBe(false);
  expect(tmpdir()).toBe(ofThisFile);
});
