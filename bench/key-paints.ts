/** From a key to the paint that shows it, in whatever page has a textbox Draft. */
import type { Page } from 'playwright-core';

export const KEYS_A_ROUND = 60;

declare global {
  interface Window {
    paints: number[];
  }
}

/** Notes for each key how long after it the frame that shows it was handed to the compositor. */
export async function watchPaints(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.paints = [];
    window.addEventListener(
      'keydown',
      (event) => {
        requestAnimationFrame(() => {
          // A message posted while a frame is made is delivered after it is painted.
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => window.paints.push(performance.now() - event.timeStamp), { once: true });
          port1.start();
          port2.postMessage(null);
        });
      },
      { capture: true },
    );
  });
}

export async function goToMiddle(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Draft' }).click();
  await page.keyboard.press('ControlOrMeta+Home');
  for (let count = 0; count < 60; count++) await page.keyboard.press('PageDown');
}

/** @returns of each key of a round, ms to its paint. Types words at a quick writer's pace, uneven, so that keys fall anywhere between two frames. */
export async function typeRound(page: Page, round: number): Promise<number[]> {
  await page.bringToFront();
  await page.evaluate(() => {
    window.paints = [];
  });
  const letters = 'the lamp went out and nobody came to light it again that night ';
  for (let key = 0; key < KEYS_A_ROUND; key++) {
    await page.keyboard.press(letters[(key + round * 7) % letters.length] ?? ' ');
    await page.waitForTimeout(35 + ((key * 37 + round * 11) % 60));
  }
  await page.waitForFunction((count) => window.paints.length >= count, KEYS_A_ROUND);
  return page.evaluate(() => window.paints);
}
