/** The running program as a test holds it: the same for the stand-in and for real Electron. */
import type { Page } from '@playwright/test';
import type * as Electron from 'electron';

/** What a function that runs in main gets first. */
export type MainModule = typeof Electron;

export interface ProgramOptions {
  /** Its userData. */
  userData: string;
  /** Arguments of the command line, such as a file or a link. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

export interface DesktopProgram {
  /** Runs a function in main; what goes in and out must be cloneable, and the function whole in itself. */
  evaluate<Result, Arg>(run: (electron: MainModule, arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result>;
  /** The window's page, when it is there; after a renderer's end, the one that took its place. */
  findPage(): Promise<Page>;
  /** Resolves when the program has ended, with its exit code; null: a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What it wrote to its standard streams so far. */
  readonly output: () => string;
  /** The test looks at the page no longer; what it recorded of it is written. */
  release(): Promise<void>;
  /** Ends all of its processes at once, as a power cut would. */
  kill(): Promise<void>;
  /** Ends the processes that draw its pages, as a crash would. */
  killRenderers(): Promise<void>;
}
