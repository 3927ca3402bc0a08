import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { TYPESETTER_FILES } from './processors/hosts/typesetter-files.ts';

const TYPESETTER_URLS = 'virtual:typesetter-files';
const LARGE = /\.(?:wasm|ttf)$/;

/** Puts what the typesetter reads beside the app, and says where each of it is. */
function placeTypesetterFiles(): Plugin {
  const module = `\0${TYPESETTER_URLS}`;
  const imports = TYPESETTER_FILES.map((file, index) => `import url${index} from ${JSON.stringify(`${file}?url`)};`);
  const entries = TYPESETTER_FILES.map((file, index) => `${JSON.stringify(file)}: url${index}`);
  return {
    name: 'place-typesetter-files',
    resolveId: (id) => (id === TYPESETTER_URLS ? module : null),
    load: (id) => (id === module ? `${imports.join('\n')}\nexport default {${entries.join(', ')}};` : null),
  };
}

/** Lists the files of the app for the service worker that keeps them (renderer/public/offline.js): all of them, but what the typesetter reads when it was used. */
function listOfflineFiles(): Plugin {
  return {
    name: 'list-offline-files',
    apply: 'build',
    generateBundle: {
      // Last: workers and their chunks are in the bundle by then.
      order: 'post',
      handler(_options, bundle) {
        const files = Object.keys(bundle).filter((name) => name.startsWith('assets/'));
        const [onceUsed, always] = [files.filter((name) => LARGE.test(name)), files.filter((name) => !LARGE.test(name))];
        this.emitFile({ type: 'asset', fileName: 'offline-files.json', source: JSON.stringify({ always: always.toSorted(), onceUsed: onceUsed.toSorted() }) });
      },
    },
  };
}

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), listOfflineFiles()],
  worker: { format: 'es', plugins: () => [placeTypesetterFiles()] },
  build: { outDir: '../dist/renderer', emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 2000 },
});
