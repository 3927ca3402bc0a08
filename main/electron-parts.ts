import type * as ElectronModule from 'electron';

/** Electron as main.ts hands it on: modules take the parts of it that they use, and so run under test with none. */
export type Electron = typeof ElectronModule;
