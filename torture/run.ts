/**
 * `npm run torture [-- --minutes 60] [--seed 7] [--runs 1] [--only devices]`: the long runs of what may never lose a word.
 * The minutes are shared out among the parts. Each prints its seed; a run that failed is made again alone with
 * `--only <part> --seed <its seed> --runs 1`. `npm test` has a short slice of each.
 */
import { parseArgs } from 'node:util';
import type { RunPart, TortureOutcome } from './part.ts';

const PARTS = ['desktop', 'devices', 'server-kill', 'fuzz', 'mutilation', 'full-disk', 'set-back', 'manuscripts'] as const;

function readOptions(): { minutes: number; seed: number; runs?: number; parts: readonly string[] } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { minutes: { ...text, default: '60' }, seed: text, runs: text, only: { ...text, multiple: true } } });
  const parts = values.only ?? PARTS;
  const unknown = parts.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0 || !/^\d{1,5}(\.\d+)?$/.test(values.minutes) || !/^\d{0,9}$/.test(values.seed ?? '') || !/^([1-9]\d{0,6})?$/.test(values.runs ?? '')) {
    console.error(`npm run torture -- --minutes <number> --seed <whole number> --runs <whole number> --only <${PARTS.join(' | ')}>`);
    process.exit(2);
  }
  return { minutes: Number(values.minutes), seed: values.seed ? Number(values.seed) : Date.now() % 1_000_000, ...(values.runs && { runs: Number(values.runs) }), parts };
}

const { minutes, seed, runs, parts } = readOptions();
const outcomes = new Map<string, TortureOutcome>();
for (const part of parts) {
  const { run } = (await import(`./${part}.ts`)) as { run: RunPart };
  const report = (line: string): void => console.log(`${part}: ${line}`);
  outcomes.set(part, await run({ minutes: minutes / parts.length, seed, ...(runs !== undefined && { runs }), report }));
}

console.log('');
let failed = 0;
for (const [part, { failures, figures }] of outcomes) {
  for (const figure of figures) console.log(`${failures.length === 0 ? '✓' : '✗'} ${part}: ${figure}`);
  for (const failure of failures) console.log(`    again alone: npm run torture -- --only ${part} --seed ${failure.seed} --runs 1`);
  failed += failures.length;
}
process.exit(failed === 0 ? 0 : 1);
