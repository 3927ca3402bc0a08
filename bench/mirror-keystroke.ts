/**
 * What the mirror costs a keystroke in a chapter of 20,000 words: the time that the window's main thread spends in the
 * mirror's sources from one key to the next, by a CPU profile, while someone types at a writer's pace. Each save carries
 * the whole chapter. It runs on the stand-in for Electron, whose way to the program is counted besides: it copies as text
 * what Electron copies in one piece. Beside it all that the thread does, in turns with an app that has no mirror.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApps } from './desktop-app.ts';
import { median, percentile, type Figure } from './figures.ts';
import { readWords } from './in-browser.ts';
import { readMoments, type CpuProfile } from './profile-share.ts';
import { KEYS_A_ROUND, openDesk, readMetrics, sumByKey, typeRound, type Desk } from './typing-desk.ts';

const WORDS = 20_000;
const ROUNDS = 5;
const SAMPLE_US = 100;
const LIMIT_MS = 1;

/** The parts that are there for the mirror alone. */
const isMirror = (source: string): boolean => /app\/store\/(mirror\/|save-status\.ts)|renderer\/platform\/desktop-(mirror|bridge)\.ts/.test(source);

/** All that the main thread does for a key, ms, the mean of a round. */
async function timeThread(desk: Desk, round: number): Promise<number> {
  const readBusy = async (): Promise<number> => (await readMetrics(desk.session)).get('TaskDuration') ?? Number.NaN;
  const before = await readBusy();
  await typeRound(desk, round);
  return (((await readBusy()) - before) * 1000) / KEYS_A_ROUND;
}

/** Of one round, ms at a key. */
interface Spent {
  /** In the mirror's sources. */
  p95: number;
  most: number;
  /** On the stand-in's way to the program, p95. */
  bridge: number;
}

async function profileRound(desk: Desk, round: number): Promise<Spent> {
  const { session, app } = desk;
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.send('Profiler.start');
  const keys = await typeRound(desk, round);
  const { profile } = (await session.send('Profiler.stop')) as { profile: CpuProfile };
  const moments = readMoments(profile, app.assets, isMirror);
  const watched = moments.filter(({ owner }) => owner === 'watched');
  if (watched.length === 0 || !keys.every((key) => key > profile.startTime)) throw new Error('The profile shows nothing of the mirror: it looked in the wrong place.');
  const mirror = sumByKey(watched, keys);
  const bridge = sumByKey(moments.filter(({ owner }) => owner === 'stand-in'), keys);
  return { p95: percentile(mirror, 0.95), most: Math.max(...mirror), bridge: percentile(bridge, 0.95) };
}

async function measure(shipped: Desk, bare: Desk): Promise<{ spent: Spent[]; withMirror: number[]; without: number[] }> {
  const spent: Spent[] = [];
  const [withMirror, without]: [number[], number[]] = [[], []];
  // The first keys pay for code that is not compiled yet.
  for (const desk of [shipped, bare]) await typeRound(desk, 0);
  for (let round = 1; round <= ROUNDS; round++) {
    withMirror.push(await timeThread(shipped, round));
    without.push(await timeThread(bare, round));
    spent.push(await profileRound(shipped, round));
  }
  return { spent, withMirror, without };
}

export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  const file = join(folder, 'Twenty thousand.md');
  writeFileSync(file, await readWords(WORDS));
  const apps = await buildApps();
  const desks: Desk[] = [];
  try {
    for (const app of [apps.shipped, apps.bare]) desks.push(await openDesk(app, file));
    const { spent, withMirror, without } = await measure(desks[0]!, desks[1]!);
    const p95 = median(spent.map((round) => round.p95));
    const ms = (value: number): string => `${value.toFixed(2)} ms`;
    return [
      {
        name: 'What the mirror costs a key in a chapter of 20,000 words, main-thread time in the window',
        figure: `${ms(p95)} at p95, median of ${ROUNDS} rounds (at most ${ms(Math.max(...spent.map(({ most }) => most)))}); the stand-in’s way to the program ${ms(median(spent.map(({ bridge }) => bridge)))} besides; all that the thread does for a key ${ms(median(withMirror))}, with no mirror ${ms(median(without))}`,
        limit: `at most ${LIMIT_MS} ms`,
        ok: p95 <= LIMIT_MS,
      },
    ];
  } finally {
    for (const { desktop } of desks) await desktop.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
