import { defineConfig } from '@playwright/test';
import type { SurfaceOption } from './e2e/fixtures.ts';
import { findTool } from './scripts/tools.ts';

const executablePath = findTool('chromium');

export default defineConfig<SurfaceOption>({
  testDir: 'e2e',
  outputDir: '.build/e2e',
  globalSetup: './e2e/temporary-folder.ts',
  timeout: 180_000,
  // Playwright's own five seconds are too few for a screen on a busy machine.
  expect: { timeout: 20_000 },
  // A spec waits for processes more than it computes.
  workers: 2,
  forbidOnly: process.env['CI'] === 'true',
  projects: [
    { name: 'browser', testMatch: '**/*.spec.ts', testIgnore: '**/desktop-*.spec.ts' },
    // All of them, but what a browser alone has: ONLY_IN_A_BROWSER in e2e/fixtures.ts.
    { name: 'desktop', testMatch: '**/*.spec.ts', grepInvert: /@browser/, use: { surface: 'desktop' } },
  ],
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath && { executablePath }),
      // Root has no sandbox of Chromium's own; the rest keeps a closed network quiet.
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    },
  },
});
