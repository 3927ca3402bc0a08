/** There is no desktop to open anything with: what would leave for it is noted by the test (main-hooks.ts). */
import type { Shell } from 'electron';
import { standIn } from './stand-in.ts';

export const shell = standIn<Shell>('shell', {
  openExternal: async () => undefined,
  openPath: async () => '',
  showItemInFolder: () => undefined,
  beep: () => undefined,
});
