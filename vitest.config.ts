import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{schemas,processors,app,renderer,main,sync-server,scripts,torture}/**/*.test.{ts,tsx}', 'e2e/electron/*.test.ts'],
    // Vitest leaves a core to itself, which is half of two; what waits for a disk or a process leaves its own to another file.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Vitest's own second is too short for what waits on processes of its own, on a busy machine.
    expect: { poll: { timeout: 15_000 } },
  },
});
