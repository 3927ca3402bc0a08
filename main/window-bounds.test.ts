import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeWindow, SMALLEST } from './window-bounds.ts';

const LEFT = { x: 0, y: 25, width: 1440, height: 875 };
const RIGHT = { x: 1440, y: 0, width: 1920, height: 1040 };
const state = (x: number, y: number, width = 1000, height = 700) => ({ x, y, width, height, maximized: false, fullScreen: false });

test('the first window stands in the middle of the main screen', () => {
  expect(placeWindow(undefined, [LEFT, RIGHT])).toEqual({ x: 80, y: 33, width: 1280, height: 860 });
});

test('it opens where it was, on either screen', () => {
  expect(placeWindow(state(200, 100), [LEFT, RIGHT])).toEqual({ x: 200, y: 100, width: 1000, height: 700 });
  expect(placeWindow(state(2000, 100), [LEFT, RIGHT])).toEqual({ x: 2000, y: 100, width: 1000, height: 700 });
});

test('where its screen is gone it comes to the middle of one that is there, in its size', () => {
  expect(placeWindow(state(2000, 100), [LEFT])).toEqual({ x: 220, y: 113, width: 1000, height: 700 });
  expect(placeWindow(state(-3000, -2000), [LEFT])).toEqual({ x: 220, y: 113, width: 1000, height: 700 });
});

test('a screen that is smaller now makes it smaller', () => {
  expect(placeWindow(state(10, 30, 3000, 2000), [LEFT])).toMatchObject({ width: 1440, height: 875 });
});

test('a title bar that nobody could take hold of is brought back', () => {
  // All but a strip at its left is beyond the right edge; all of its bar is above the top.
  expect(placeWindow(state(1430, 100), [LEFT]).x).toBe(220);
  expect(placeWindow(state(200, -600), [LEFT]).y).toBe(113);
});

test('wherever it was and whatever the screens are, a hand can take it', () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  const place = fc.integer({ min: -10_000, max: 10_000 });
  const area = fc.record({ x: place, y: place, width: fc.integer({ min: 640, max: 5000 }), height: fc.integer({ min: 480, max: 3000 }) });
  const was = fc.record({ x: place, y: place, width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }), maximized: fc.boolean(), fullScreen: fc.boolean() });
  fc.assert(
    fc.property(was, fc.array(area, { minLength: 1, maxLength: 4 }), (then, areas) => {
      const { x, y, width, height } = placeWindow(then, areas);
      expect([x, y, width, height].every(Number.isInteger)).toBe(true);
      expect(width >= SMALLEST.width && height >= SMALLEST.height).toBe(true);
      const held = areas.some((screen) => Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x) >= 120 && y >= screen.y && y + 40 <= screen.y + screen.height && width <= screen.width && height <= screen.height);
      expect(held).toBe(true);
    }),
    { seed, numRuns: 1000 },
  );
});
