import { defineConfig } from 'vitest/config';

/** How long a test waits for something to come about: nothing but a failure takes that long, on the slowest machine. */
export const POLL_MS = 30_000;

export default defineConfig({
  test: {
    include: ['{schemas,processors,app,renderer,main,sync-server,scripts,torture}/**/*.test.{ts,tsx}', 'e2e/electron/*.test.ts'],
    // Vitest leaves a core to itself, which is half of two; what waits for a disk or a process leaves its own to another file.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vitest's own second is too short for what waits on processes of its own, on a busy machine.
    expect: { poll: { timeout: POLL_MS } },
    setupFiles: ['scripts/test-support/wait-longer.ts', 'scripts/test-support/own-temporary-folder.ts'],
  },
});
