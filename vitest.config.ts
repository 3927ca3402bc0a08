import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{schemas,processors,app,renderer,main,sync-server,scripts}/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
