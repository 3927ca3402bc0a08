import type * as ElectronMain from 'electron/main';

/** Electron as main.ts hands it on: modules take the parts of it that they use, and so run under test with none. */
export type Electron = typeof ElectronMain;
