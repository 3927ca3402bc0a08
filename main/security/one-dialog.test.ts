import type { BrowserWindow, Dialog } from 'electron';
import { expect, test } from 'vitest';
import { oneDialogAtATime } from './one-dialog.ts';

const window = {} as BrowserWindow;

test('a second file dialog is refused while one is open, and opens when it is closed, however that was', async () => {
  const ends: { resolve(answer: object): void; reject(error: Error): void }[] = [];
  const show = () => new Promise<object>((resolve, reject) => void ends.push({ resolve, reject }));
  const dialog = oneDialogAtATime({ showOpenDialog: show, showSaveDialog: show } as unknown as Dialog);
  const first = dialog.showOpenDialog(window, {});
  await expect(dialog.showSaveDialog(window, {})).rejects.toMatchObject({ code: 'rate_limited' });
  await expect(dialog.showOpenDialog(window, {})).rejects.toMatchObject({ code: 'rate_limited' });
  expect(ends).toHaveLength(1);
  ends[0]!.resolve({ canceled: true });
  expect(await first).toEqual({ canceled: true });
  const second = dialog.showSaveDialog(window, {});
  ends[1]!.reject(new Error('no desktop'));
  await expect(second).rejects.toThrow('no desktop');
  const third = dialog.showOpenDialog(window, {});
  ends[2]!.resolve({ canceled: false });
  expect(await third).toEqual({ canceled: false });
});
