import type { WindowState } from './settings.ts';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Below this the pages can't be read. */
export const SMALLEST = { width: 480, height: 400 } as const;
const USUAL = { width: 1280, height: 860 } as const;
/** So much of the title bar must be on a screen for a hand to take it. */
const HANDLE = { width: 120, height: 40 } as const;

/**
 * Where the window opens: where it was, and where no screen of today shows enough of that, in the middle of the first one.
 * It is never larger than the screen it is on.
 * @param areas of the screens that are there, without bars and docks; the first is the main one
 */
export function placeWindow(state: WindowState | undefined, areas: readonly Rectangle[]): Rectangle {
  const [main] = areas;
  if (!main) return { x: 0, y: 0, ...USUAL };
  if (!state) return centre(USUAL, main);
  const screen = areas.find((area) => showsHandle(state, area));
  if (!screen) return centre(state, main);
  const { width, height } = fitSize(state, screen);
  // Pushed back in where it hangs over an edge after the screen became smaller; the handle shows, so the way is short.
  return { x: clamp(state.x, screen.x - width + HANDLE.width, screen.x + screen.width - HANDLE.width), y: clamp(state.y, screen.y, screen.y + screen.height - HANDLE.height), width, height };
}

function showsHandle(state: Rectangle, area: Rectangle): boolean {
  const across = Math.min(state.x + state.width, area.x + area.width) - Math.max(state.x, area.x);
  const bar = Math.min(state.y + HANDLE.height, area.y + area.height) - Math.max(state.y, area.y);
  return across >= HANDLE.width && bar >= HANDLE.height / 2;
}

function fitSize({ width, height }: { width: number; height: number }, area: Rectangle): { width: number; height: number } {
  return { width: Math.min(area.width, Math.max(SMALLEST.width, Math.round(width))), height: Math.min(area.height, Math.max(SMALLEST.height, Math.round(height))) };
}

function centre(size: { width: number; height: number }, area: Rectangle): Rectangle {
  const { width, height } = fitSize(size, area);
  return { x: Math.round(area.x + (area.width - width) / 2), y: Math.round(area.y + (area.height - height) / 2), width, height };
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), Math.max(least, most)));
}
