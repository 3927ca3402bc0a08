import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { createCrashReports } from './crash-reports.ts';
import { createNotices } from './notices.ts';
import { openSettings } from './settings.ts';
import { tellOfLastCrash } from './tell-of-last-crash.ts';

function setUp(folder = join(mkdtempSync(join(tmpdir(), 'recto-crash-')), 'crash-reports')) {
  let at = Date.parse('2026-11-22T18:00:00Z');
  return { folder, reports: createCrashReports({ folder, version: '0.1.0', system: 'Linux', now: () => new Date((at += 1000)) }) };
}

test('a report says what happened, where and of which cause', () => {
  const { folder, reports } = setUp();
  const cause = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const name = reports.write('The call mirror.write failed', new RectoError('storage_full', 'The disk is full.', { cause }));
  const text = readFileSync(join(folder, name!), 'utf8');
  for (const part of ['Recto 0.1.0 on Linux', 'The call mirror.write failed', 'RectoError [storage_full]: The disk is full.', 'crash-reports.test.ts', 'Caused by Error [ENOSPC]: no space left']) expect(text).toContain(part);
});

test('nothing of the author’s is in it, whatever an error quotes', () => {
  const { folder, reports } = setUp();
  const secret = 'She never told him about the letter';
  for (const message of [`Unexpected token in JSON: "${secret}"`, `Can't find “${secret}”`, `bad value '${secret}'`, `first line\n${secret}`, 'x'.repeat(400) + secret]) reports.write('Something failed', new Error(message));
  reports.write('Something failed', secret);
  reports.write('Something failed', { text: secret });
  for (const name of reports.list()) expect(readFileSync(join(folder, name), 'utf8')).not.toContain('letter');
});

test('the newest twenty stay', () => {
  const { reports } = setUp();
  const names = Array.from({ length: 27 }, (_, at) => reports.write(`Failure ${at}`, new Error('x')));
  expect(reports.list()).toEqual(names.slice(7));
});

test('a folder that can’t be written to stops nothing', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'recto-crash-')), 'file');
  writeFileSync(file, '');
  const { reports } = setUp(file);
  expect(reports.write('Something failed', new Error('x'))).toBeNull();
});

test('the author is told of a report once', async () => {
  const { folder, reports } = setUp();
  const file = join(folder, '../settings.json');
  const tell = async (): Promise<number> => {
    const settings = openSettings(file);
    const notices = createNotices(() => undefined);
    tellOfLastCrash({ reports, settings, notices, onProblem: (thrown) => expect(thrown).toBeUndefined() });
    await settings.change({});
    return notices.take().length;
  };
  expect(await tell()).toBe(0);
  reports.write('Something failed', new Error('x'));
  expect([await tell(), await tell()]).toEqual([1, 0]);
  reports.write('Something failed', new Error('y'));
  expect([await tell(), await tell()]).toEqual([1, 0]);
  expect(readdirSync(folder)).toHaveLength(2);
});
