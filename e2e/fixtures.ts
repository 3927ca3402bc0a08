import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { BrowserProfile } from './browser-profile.ts';
import { ServerProcess } from './server-process.ts';

export { expect };
export const manuscripts = join(import.meta.dirname, '../manuscripts');

interface Fixtures {
  server: ServerProcess;
  /** A new person or device each call; all are closed after the test. */
  newProfile: () => BrowserProfile;
  /** The app, open in a browser of its own, with nothing in it. */
  page: Page;
}

export const test = base.extend<Fixtures>({
  server: async ({}, use) => {
    const server = new ServerProcess();
    await server.start();
    await use(server);
    await server.dispose();
  },
  newProfile: async ({ launchOptions }, use) => {
    const profiles: BrowserProfile[] = [];
    await use(() => {
      const profile = new BrowserProfile(launchOptions);
      profiles.push(profile);
      return profile;
    });
    for (const profile of profiles) await profile.dispose();
  },
  page: async ({ server, newProfile }, use) => {
    const page = await newProfile().open(server.url);
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await use(page);
    expect(errors, 'errors that the page did not handle').toEqual([]);
  },
});
