import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Lists the files of the app for the service worker that keeps them (renderer/public/offline.js). */
function listOfflineFiles(): Plugin {
  return {
    name: 'list-offline-files',
    apply: 'build',
    generateBundle: {
      // Last: workers and their chunks are in the bundle by then.
      order: 'post',
      handler(_options, bundle) {
        const files = Object.keys(bundle).filter((name) => name.startsWith('assets/'));
        this.emitFile({ type: 'asset', fileName: 'offline-files.json', source: JSON.stringify(files.toSorted()) });
      },
    },
  };
}

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), listOfflineFiles()],
  worker: { format: 'es' },
  build: { outDir: '../dist/renderer', emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 2000 },
});
