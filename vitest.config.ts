import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{schemas,processors,app,renderer,main,sync-server,scripts}/**/*.test.{ts,tsx}', 'e2e/electron/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Vitest's own second is too short for what waits on processes of its own, on a busy machine.
    expect: { poll: { timeout: 15_000 } },
  },
});
