/** docs/security.md names a test for each thing it says: every one of them is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const table = readFileSync(join(root, 'docs/security.md'), 'utf8').split('## The server and ASVS')[1]!.split('### The operator’s part')[0]!.split('### The operator\'s part')[0]!;
/** A file in backticks, and the titles of its tests in quotes behind it. */
const cited = [...table.matchAll(/`([\w./-]+\.(?:test|spec)\.tsx?)`((?:,? “[^”]+”)*)/g)].map(([, file, titles]) => [file!, [...titles!.matchAll(/“([^”]+)”/g)].map(([, title]) => title!)] as const);

it('the table is read as it is written', () => {
  expect(cited.length).toBeGreaterThan(50);
});

it.each(cited)('%s is there, with what the table says of it', (file, titles) => {
  expect(existsSync(join(root, file)), file).toBe(true);
  const source = readFileSync(join(root, file), 'utf8');
  expect(titles.filter((title) => !source.includes(title))).toEqual([]);
});
