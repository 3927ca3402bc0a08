import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { BrowserProfile } from './browser-profile.ts';
import { Desktop } from './desktop.ts';
import { ServerProcess } from './server-process.ts';

export { expect };
export const manuscripts = join(import.meta.dirname, '../manuscripts');

/** The desktop's project leaves these tests out. */
export const ONLY_IN_A_BROWSER = { tag: '@browser' } as const;

/** Where `page` is: in a browser on a server's web app, or in the desktop app's window. A project of playwright.config.ts says. */
export interface SurfaceOption {
  surface: 'browser' | 'desktop';
}

/** One person's Recto on one computer, in a browser or on the desktop. */
export interface Seat {
  open(): Promise<Page>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

export interface Fixtures {
  server: ServerProcess;
  /** A new person or device each call; all are closed after the test. */
  newProfile: () => BrowserProfile;
  /** A new person's desktop app each call, not open yet; all are closed after the test. */
  newDesktop: () => Desktop;
  /** A new person's Recto each call, on the surface of the project, not open yet; all are closed after the test. */
  newSeat: () => Seat;
  /** The desktop app, open, with nothing in it. */
  desktop: Desktop;
  /** The app, open, with nothing in it. */
  page: Page;
  /** The server, when it is asked for: the desktop's page needs none. */
  startServer: () => Promise<ServerProcess>;
}

export const test = base.extend<Fixtures & SurfaceOption>({
  surface: ['browser', { option: true }],
  startServer: async ({}, use) => {
    let server: ServerProcess | null = null;
    await use(async () => {
      if (server) return server;
      server = new ServerProcess();
      await server.start();
      return server;
    });
    await (server as ServerProcess | null)?.dispose();
  },
  server: async ({ startServer }, use) => use(await startServer()),
  newProfile: async ({ launchOptions }, use) => {
    const profiles: BrowserProfile[] = [];
    await use(() => {
      const profile = new BrowserProfile(launchOptions);
      profiles.push(profile);
      return profile;
    });
    for (const profile of profiles) await profile.dispose();
  },
  newDesktop: async ({}, use) => {
    const desktops: Desktop[] = [];
    await use(() => {
      const desktop = new Desktop();
      desktops.push(desktop);
      return desktop;
    });
    for (const desktop of desktops) await desktop.dispose();
    expect(desktops.flatMap((desktop) => desktop.pageErrors), 'errors that the page did not handle').toEqual([]);
  },
  desktop: async ({ newDesktop }, use) => {
    const desktop = newDesktop();
    await desktop.open();
    await use(desktop);
  },
  newSeat: async ({ surface, startServer, newProfile, newDesktop }, use) => {
    await use(() => {
      if (surface === 'desktop') {
        const desktop = newDesktop();
        return { open: () => desktop.open(), kill: () => desktop.killMain() };
      }
      const profile = newProfile();
      return { open: async () => profile.open((await startServer()).url), kill: () => profile.kill() };
    });
  },
  page: async ({ surface, newSeat }, use) => {
    const page = await newSeat().open();
    // The desktop's are looked at when it is closed.
    if (surface === 'desktop') return use(page);
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await use(page);
    expect(errors, 'errors that the page did not handle').toEqual([]);
  },
});
