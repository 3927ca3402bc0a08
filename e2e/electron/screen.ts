import type { Display, Point, Rectangle, Screen } from 'electron';
import { emit, createEvent, standIn } from './stand-in.ts';

/** What a test says of a display; the rest is that of a usual one. */
export interface DisplaySize extends Rectangle {
  /** What a dock or a bar leaves free; the whole where it is not said. */
  workArea?: Rectangle;
}

const USUAL: DisplaySize = { x: 0, y: 0, width: 1920, height: 1080, workArea: { x: 0, y: 32, width: 1920, height: 1048 } };

/** `RECTO_E2E_DISPLAYS`: a JSON list of DisplaySize, the primary first. */
let displays: Display[] = (process.env['RECTO_E2E_DISPLAYS'] ? (JSON.parse(process.env['RECTO_E2E_DISPLAYS']) as DisplaySize[]) : [USUAL]).map(describeDisplay);

function describeDisplay({ workArea, ...bounds }: DisplaySize, index: number): Display {
  const area = workArea ?? bounds;
  return {
    id: index + 1,
    label: `Display ${index + 1}`,
    bounds,
    workArea: area,
    size: { width: bounds.width, height: bounds.height },
    workAreaSize: { width: area.width, height: area.height },
    scaleFactor: 1,
    rotation: 0,
    internal: index === 0,
    touchSupport: 'unknown',
    accelerometerSupport: 'unavailable',
    colorDepth: 24,
    depthPerComponent: 8,
    displayFrequency: 60,
    monochrome: false,
    colorSpace: 'srgb',
    detected: true,
    maximumCursorSize: { width: 128, height: 128 },
    nativeOrigin: { x: bounds.x, y: bounds.y },
  };
}

const overlap = (one: Rectangle, two: Rectangle): number =>
  Math.max(0, Math.min(one.x + one.width, two.x + two.width) - Math.max(one.x, two.x)) * Math.max(0, Math.min(one.y + one.height, two.y + two.height) - Math.max(one.y, two.y));

const holds = ({ bounds }: Display, { x, y }: Point): boolean => x >= bounds.x && y >= bounds.y && x < bounds.x + bounds.width && y < bounds.y + bounds.height;

export const screen: Screen = standIn<Screen>('screen', {
  getAllDisplays: () => [...displays],
  getPrimaryDisplay: () => displays[0]!,
  getDisplayMatching: (bounds) => displays.toSorted((one, two) => overlap(two.bounds, bounds) - overlap(one.bounds, bounds))[0]!,
  getDisplayNearestPoint: (point) => displays.find((display) => holds(display, point)) ?? displays[0]!,
  getCursorScreenPoint: () => ({ x: 0, y: 0 }),
});

/** Plugs displays in and out, the primary first. */
export function setDisplays(sizes: readonly DisplaySize[]): void {
  const before = displays;
  displays = sizes.map(describeDisplay);
  for (const display of displays.slice(before.length)) emit(screen, 'display-added', createEvent(), display);
  for (const display of before.slice(displays.length)) emit(screen, 'display-removed', createEvent(), display);
}
