import { defineConfig } from '@playwright/test';
import { findTool } from './scripts/tools.ts';

const executablePath = findTool('chromium');

export default defineConfig({
  testDir: 'e2e',
  outputDir: '.build/e2e',
  timeout: 90_000,
  workers: 1,
  forbidOnly: process.env['CI'] === 'true',
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
