/** The desktop's composition root: Electron, and where the built files are. */
import * as electron from 'electron';
import { join } from 'node:path';
import { startDesktop } from './desktop.ts';

/** dist/main, with dist/renderer beside it. */
const here = import.meta.dirname;

// Not awaited: Electron says that it is ready only after this module is loaded.
startDesktop(electron, {
  rendererFolder: join(here, '../renderer'),
  preload: join(here, 'preload.cjs'),
  mirrorThread: join(here, 'mirror-thread.js'),
  exportThread: join(here, 'export-thread.js'),
  processorHost: join(here, 'processor-host.js'),
  // Of the package, where other programs can open them; else of the sources.
  guides: electron.app.isPackaged ? join(process.resourcesPath, 'docs') : join(here, '../../docs'),
  icon: join(here, '../../build/icon.png'),
});
