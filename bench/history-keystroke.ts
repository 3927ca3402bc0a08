/**
 * What history costs a keystroke in a chapter of 20,000 words: the time that the window's main thread spends in the
 * history's sources and in all that they call, from one key to the next, by a CPU profile, while someone types at a
 * writer's pace. A version is kept each five minutes of writing; the page's clock is wound on before each round of 60
 * keys, so that here each round has one. What RxDB does later with the row, as with any other, is not in it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildShippedApp } from './desktop-app.ts';
import { median, percentile, type Figure } from './figures.ts';
import { readWords } from './in-browser.ts';
import { readMoments, type CpuProfile } from './profile-share.ts';
import { KEYS_A_ROUND, openDesk, sumByKey, typeRound, type Desk } from './typing-desk.ts';

const WORDS = 20_000;
const ROUNDS = 5;
const SAMPLE_US = 100;
const LIMIT_MS = 0.5;
/** Longer than what lies between two versions, shorter than what ends a session. */
const WIND_MS = 6 * 60_000;

const isHistory = (source: string): boolean => /app\/store\/history\/|processors\/contract\/snapshot-content\.ts/.test(source);

async function windClock({ page }: Desk): Promise<void> {
  await page.evaluate((ms) => {
    const real = Date.now;
    Date.now = () => real() + ms;
  }, WIND_MS);
}

/** Of one round, ms at a key: in the history's sources and what they call. */
async function profileRound(desk: Desk, round: number): Promise<number[]> {
  const { session, app } = desk;
  await windClock(desk);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.send('Profiler.start');
  const keys = await typeRound(desk, round);
  const { profile } = (await session.send('Profiler.stop')) as { profile: CpuProfile };
  const watched = readMoments(profile, app.assets, isHistory, { withCallees: true }).filter(({ owner }) => owner === 'watched');
  if (watched.length === 0 || !keys.every((key) => key > profile.startTime)) throw new Error('The profile shows nothing of the history: it looked in the wrong place.');
  return sumByKey(watched, keys);
}

export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  const file = join(folder, 'Twenty thousand.md');
  writeFileSync(file, await readWords(WORDS));
  const desk = await openDesk(await buildShippedApp(), file);
  try {
    // The first keys pay for code that is not compiled yet, and for the first version, which is whole.
    await typeRound(desk, 0);
    const spent: number[][] = [];
    for (let round = 1; round <= ROUNDS; round++) spent.push(await profileRound(desk, round));
    const p95 = median(spent.map((keys) => percentile(keys, 0.95)));
    const most = spent.map((keys) => Math.max(...keys));
    const ms = (value: number): string => `${value.toFixed(2)} ms`;
    return [
      {
        name: 'What history costs a key in a chapter of 20,000 words, main-thread time in the window',
        figure: `${ms(p95)} at p95 of rounds of ${KEYS_A_ROUND} keys with a version each, median of ${ROUNDS}; the key at which the version is kept ${ms(median(most))} (at most ${ms(Math.max(...most))}), once in five minutes`,
        limit: `at most ${LIMIT_MS} ms`,
        ok: p95 <= LIMIT_MS,
      },
    ];
  } finally {
    await desk.desktop.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
