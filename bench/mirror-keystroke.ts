/**
 * What the mirror costs a keystroke in a chapter of 20,000 words: the time that the window's main thread spends in the
 * mirror's sources from one key to the next, by a CPU profile, while someone types at a writer's pace. Each save carries
 * the whole chapter. It runs on the stand-in for Electron, whose way to the program is counted besides: it copies as text
 * what Electron copies in one piece. Beside it all that the thread does, in turns with an app that has no mirror.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from '@playwright/test';
import { chooseFromMenu, draft, waitForSaved } from '../e2e/desk.ts';
import { Desktop } from '../e2e/desktop.ts';
import { buildApps, type BuiltApp } from './desktop-app.ts';
import { median, percentile, type Figure } from './figures.ts';
import { readWords } from './in-browser.ts';
import { readMoments, type CpuProfile, type Moment } from './profile-share.ts';

const WORDS = 20_000;
const ROUNDS = 5;
const KEYS_A_ROUND = 60;
const SAMPLE_US = 100;
const LIMIT_MS = 1;

declare global {
  interface Window {
    keys: number[];
  }
}

/** The parts that are there for the mirror alone. */
const isMirror = (source: string): boolean => /app\/store\/(mirror\/|save-status\.ts)|renderer\/platform\/desktop-(mirror|bridge)\.ts/.test(source);

interface Desk {
  desktop: Desktop;
  page: Page;
  session: CDPSession;
  app: BuiltApp;
}

async function openDesk(app: BuiltApp, file: string): Promise<Desk> {
  const desktop = new Desktop(app.main);
  const page = await desktop.open();
  await desktop.answerDialog('showOpenDialog', { canceled: false, filePaths: [file] });
  await chooseFromMenu(desktop, 'File', 'Import Files…');
  await draft(page).waitFor();
  await waitForSaved(page);
  await draft(page).click();
  await page.keyboard.press('ControlOrMeta+Home');
  for (let count = 0; count < 60; count++) await page.keyboard.press('PageDown');
  await page.evaluate(() => {
    window.keys = [];
    window.addEventListener('keydown', () => window.keys.push(performance.now()), { capture: true });
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return { desktop, page, session, app };
}

/** At 60 words a minute, unevenly; the last save is over when it resolves. @returns the times of the keys, of the system's monotonic clock */
async function typeRound({ page, session }: Desk, round: number): Promise<number[]> {
  await page.bringToFront();
  await page.evaluate(() => void (window.keys = []));
  const letters = 'the lamp went out and nobody came to light it again that night ';
  for (let key = 0; key < KEYS_A_ROUND; key++) {
    await page.keyboard.press(letters[(key + round * 7) % letters.length] ?? ' ');
    await page.waitForTimeout(120 + ((key * 37 + round * 11) % 140));
  }
  await waitForSaved(page);
  const start = (await readMetrics(session)).get('NavigationStart') ?? Number.NaN;
  return (await page.evaluate(() => window.keys)).map((ms) => start * 1e6 + ms * 1000);
}

async function readMetrics(session: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

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

/** What is spent from a key on belongs to it, until the next. The last one of a round is left out: the bench looks at the page then. */
function sumByKey(moments: readonly Moment[], keys: readonly number[]): number[] {
  return keys.slice(0, -1).map((key, index) => moments.reduce((sum, { at, ms }) => (at >= key && at < keys[index + 1]! ? sum + ms : sum), 0));
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
