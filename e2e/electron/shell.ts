/** What would leave the program for the desktop is written down instead. */
import type { Shell } from 'electron';
import { recordings } from './recordings.ts';
import { standIn } from './stand-in.ts';

export const shell = standIn<Shell>('shell', {
  openExternal: async (url) => void recordings.openedExternals.push(url),
  async openPath(path) {
    recordings.openedPaths.push(path);
    return '';
  },
  showItemInFolder: (path) => void recordings.shownInFolder.push(path),
  beep: () => void (recordings.beeps += 1),
});
