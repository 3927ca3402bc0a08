import { expect, test } from 'vitest';
import { printPage } from './print.ts';

const printer = (success: boolean, reason: string) => ({ print: (_options?: object, done?: (success: boolean, reason: string) => void) => done!(success, reason) });

test('printed is true, a dialog that was closed is false', async () => {
  expect(await printPage(printer(true, ''))).toBe(true);
  for (const reason of ['Print job canceled', 'cancelled', '']) expect(await printPage(printer(false, reason))).toBe(false);
});

test('a printer that fails is said so', async () => {
  await expect(printPage(printer(false, 'Invalid printer settings'))).rejects.toMatchObject({ code: 'unavailable' });
});
