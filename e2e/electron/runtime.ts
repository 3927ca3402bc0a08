/** What the parts of one program share while it runs: the Chromium, and how an app that is ready is waited for. */
import type { RunningChromium } from './chromium.ts';

let chromium: RunningChromium | null = null;

export function setChromium(running: RunningChromium): void {
  chromium = running;
}

export function findChromium(): RunningChromium | null {
  return chromium;
}

/** @throws Error before the app is ready, as Electron does */
export function requireChromium(what: string): RunningChromium {
  if (!chromium) throw new Error(`${what} before the app is ready`);
  return chromium;
}
