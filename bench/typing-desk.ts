/** A chapter on the desktop in which someone types at a writer's pace, and what the window's main thread does meanwhile. */
import type { CDPSession, Page } from '@playwright/test';
import { chooseFromMenu, draft, waitForSaved } from '../e2e/desk.ts';
import { Desktop } from '../e2e/desktop.ts';
import type { BuiltApp } from './desktop-app.ts';
import type { Moment } from './profile-share.ts';

export const KEYS_A_ROUND = 60;

declare global {
  interface Window {
    keys: number[];
  }
}

export interface Desk {
  desktop: Desktop;
  page: Page;
  session: CDPSession;
  app: BuiltApp;
}

/** @param file the chapter, imported and open somewhere in its middle */
export async function openDesk(app: BuiltApp, file: string): Promise<Desk> {
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
export async function typeRound({ page, session }: Desk, round: number): Promise<number[]> {
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

export async function readMetrics(session: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

/** What is spent from a key on belongs to it, until the next. The last one of a round is left out: the bench looks at the page then. */
export function sumByKey(moments: readonly Moment[], keys: readonly number[]): number[] {
  return keys.slice(0, -1).map((key, index) => moments.reduce((sum, { at, ms }) => (at >= key && at < keys[index + 1]! ? sum + ms : sum), 0));
}
