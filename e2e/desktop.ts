/**
 * The desktop app as a person has it: on the stand-in for Electron (e2e/electron), or with RECTO_E2E_ELECTRON=1 on real
 * Electron; with RECTO_E2E_ELECTRON=<path>, a packaged app.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { PROFILE_FOLDER } from './electron/chromium.ts';
import type { DesktopProgram, MainModule } from './electron/desktop-program.ts';
import { addAnswer, clickItem, installHooks, readMenu, readRecord, type DesktopRecord, type DialogAnswer, type DialogMethod, type SeenItem } from './electron/main-hooks.ts';
import { startElectron } from './electron/real-program.ts';
import { startStandIn } from './electron/stand-in-program.ts';

const real = process.env['RECTO_E2E_ELECTRON'] ?? '';
/** Another build of main.js than dist/'s. */
const main = process.env['RECTO_E2E_MAIN'] ?? join(import.meta.dirname, '../dist/main/main.js');
const CLOSE_MS = 20_000;

export interface OpenOptions {
  /** What the system hands over: files, links. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** One person's Recto on one computer: a home and a data folder of its own that outlive the program. */
export class Desktop {
  static readonly isReal = real !== '';
  static readonly #ofPage = new WeakMap<Page, Desktop>();
  readonly folder = mkdtempSync(join(tmpdir(), 'recto-desktop-'));
  /** The home folder: Documents is in it. */
  readonly home = join(this.folder, 'home');
  /** A name that a person may have. */
  readonly userData = join(this.home, '.config/Données d’auteur');
  /** Errors that the page did not handle, over all of its starts. */
  readonly pageErrors: Error[] = [];
  #program: DesktopProgram | null = null;
  #page: Page | null = null;
  #answers: { method: DialogMethod; answer: DialogAnswer }[] = [];
  readonly #main: string;

  /** @param built the main.js to run */
  constructor(built = main) {
    this.#main = built;
    for (const folder of [join(this.home, 'Documents'), join(this.home, 'Downloads'), this.userData]) mkdirSync(folder, { recursive: true });
  }

  /** The app whose window the page is in; undefined: a browser has it. */
  static of(page: Page): Desktop | undefined {
    return Desktop.#ofPage.get(page);
  }

  get program(): DesktopProgram {
    if (!this.#program) throw new Error('The app is not open.');
    return this.#program;
  }

  /** The window's page. */
  get page(): Page {
    if (!this.#page) throw new Error('The app has no window.');
    return this.#page;
  }

  /** The file in which the library is. */
  get libraryFile(): string {
    return join(this.userData, 'library.recto');
  }

  /** Where Chromium keeps IndexedDB. */
  get indexedDbFolder(): string {
    return Desktop.isReal ? join(this.userData, 'IndexedDB') : join(this.userData, PROFILE_FOLDER, 'Default/IndexedDB');
  }

  /** Starts the program and waits for its window. @returns the window's page */
  async open(options: OpenOptions = {}): Promise<Page> {
    await this.start(options);
    return this.findPage();
  }

  /** Starts the program; it may end by itself, as a second instance does. */
  async start({ args = [], env = {} }: OpenOptions = {}): Promise<DesktopProgram> {
    // A desktop's session has a locale; without one, Chromium opens no database under a name like this userData's.
    const session = { HOME: this.home, XDG_CONFIG_HOME: join(this.home, '.config'), ...(process.platform === 'linux' && { LC_ALL: 'C.UTF-8' }) };
    const options = { userData: this.userData, args, env: { ...session, ...env } };
    const program = real ? await startElectron(real === '1' ? null : real, this.#main, options) : startStandIn(this.#main, options);
    this.#program = program;
    await program.evaluate(installHooks, this.#answers.splice(0));
    return program;
  }

  /** The page that the window has now, once it is there. */
  async findPage(): Promise<Page> {
    this.#page = await this.program.findPage();
    Desktop.#ofPage.set(this.#page, this);
    this.#page.on('pageerror', (error) => this.pageErrors.push(error));
    return this.#page;
  }

  /** Runs a function in main, as Playwright's ElectronApplication.evaluate does. */
  evaluate<Result, Arg = undefined>(run: (electron: MainModule, arg: Arg) => Result | Promise<Result>, arg?: Arg): Promise<Result> {
    return this.program.evaluate(run, arg as Arg);
  }

  /** What the next dialog of this kind is answered with; one that has no answer fails the test. Also before open(). */
  async answerDialog(method: DialogMethod, answer: DialogAnswer): Promise<void> {
    if (this.#program) await this.evaluate(addAnswer, { method, answer });
    else this.#answers.push({ method, answer });
  }

  /** What the program showed or asked of the desktop outside of its window, since it was opened. */
  readRecord(): Promise<DesktopRecord> {
    return this.evaluate(readRecord);
  }

  async openedExternals(): Promise<string[]> {
    return (await this.readRecord()).openedExternals;
  }

  /** Clicks an item of the menu: clickMenu('File', 'New Book…'). */
  clickMenu(...labels: string[]): Promise<void> {
    return this.evaluate(clickItem, { which: 'application' as const, labels });
  }

  /** Clicks an item of the context menu that is open. */
  clickContextMenu(...labels: string[]): Promise<void> {
    return this.evaluate(clickItem, { which: 'context' as const, labels });
  }

  readMenu(which: 'application' | 'context' = 'application'): Promise<SeenItem[] | null> {
    return this.evaluate(readMenu, which);
  }

  /** Quits as a person does, and waits until the program has ended. @returns its exit code */
  async close(): Promise<number | null> {
    const { program } = this;
    // Its answer may not come any more: it has ended.
    program.evaluate(({ app }) => app.quit(), undefined).catch(() => undefined);
    return this.waitForEnd(program);
  }

  /** @throws Error where it goes on: a dialog may hold it */
  async waitForEnd(program = this.program): Promise<number | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`The app did not end in ${CLOSE_MS / 1000} s:\n${program.output()}`)), CLOSE_MS);
    });
    const code = await Promise.race([program.ended, late]).finally(() => clearTimeout(timer));
    this.#forget();
    return code;
  }

  /** Ends the whole program at once, as a power cut would. */
  async killMain(): Promise<void> {
    await this.program.kill();
    this.#forget();
  }

  /** Ends the window's process at once. @returns the page that the program opens in its place */
  async killRenderer(): Promise<Page> {
    const { program } = this;
    await program.evaluate(({ BrowserWindow }) => {
      const world = globalThis as unknown as { rectoReloaded: Promise<void> };
      world.rectoReloaded = new Promise((resolve) => BrowserWindow.getAllWindows()[0]!.webContents.once('did-finish-load', () => resolve()));
    }, undefined);
    await program.killRenderers();
    await program.evaluate(() => (globalThis as unknown as { rectoReloaded: Promise<void> }).rectoReloaded, undefined);
    return this.findPage();
  }

  /** Ends what is still open and deletes the folder. @throws Error of a dialog that nobody expected */
  async dispose(): Promise<void> {
    const unanswered = this.#program ? await this.readRecord().then((record) => record.unanswered, () => []) : [];
    await this.#program?.release();
    await this.#program?.kill();
    this.#forget();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    if (unanswered.length > 0) throw new Error(`Dialogs that nobody answered:\n${unanswered.join('\n')}`);
  }

  #forget(): void {
    this.#program = null;
    this.#page = null;
  }
}
