import { expect, it } from 'vitest';
import { makeCases } from './manuscripts/cases.ts';
import { runCases } from './manuscripts.ts';

it('an e-book of all that breaks manuscripts is what EPUBCheck and axe accept, on every page', { timeout: 300_000 }, async () => {
  const [whole] = makeCases({ lines: 6, characters: 20_000 }).filter(({ name }) => name === 'torture as epub');
  // A few languages: axe takes a second for a page on a slow machine.
  const cases = [{ ...whole!, manuscript: { ...whole!.manuscript, chapters: whole!.manuscript.chapters.slice(10) }, chapters: whole!.chapters!.slice(10) }];
  const lines: string[] = [];
  const { failures } = await runCases({ minutes: 5, seed: 0, runs: 1, report: (line) => lines.push(line) }, cases);
  expect(failures, lines.join('\n')).toEqual([]);
  expect(lines.join('\n')).toContain('✓ 1 of 1: torture as epub');
});
