import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type LaunchOptions, type Page } from '@playwright/test';

/** One person's browser on one computer: a profile on disk that outlives the browser's process. */
export class BrowserProfile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'recto-profile-'));
  readonly #options: LaunchOptions;
  #context: BrowserContext | null = null;

  constructor(options: LaunchOptions) {
    this.#options = options;
  }

  get context(): BrowserContext {
    if (!this.#context) throw new Error('This browser is not open.');
    return this.#context;
  }

  /** Opens the browser on a page that shows `url`. */
  async open(url: string): Promise<Page> {
    this.#context = await chromium.launchPersistentContext(this.#folder, { ...this.#options, viewport: { width: 1280, height: 800 }, acceptDownloads: true });
    const page = this.#context.pages()[0] ?? (await this.#context.newPage());
    await page.goto(url);
    return page;
  }

  /** Ends the browser's process at once, as a power cut would; its others go with it. */
  async kill(): Promise<void> {
    const session = await this.context.browser()?.newBrowserCDPSession();
    if (!session) throw new Error('This browser has no session to ask for its processes.');
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const closed = this.context.waitForEvent('close');
    const browser = processInfo.find(({ type }) => type === 'browser');
    if (!browser) throw new Error('This browser does not name its process.');
    process.kill(browser.id, 'SIGKILL');
    await closed;
    this.#context = null;
  }

  async dispose(): Promise<void> {
    await this.#context?.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
