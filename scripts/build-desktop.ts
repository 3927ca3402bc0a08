/**
 * Builds what Electron runs, where it is not built yet or its sources are newer: main.js (ESM), the worker thread of
 * the library's file and the processor host beside it, and preload.cjs, which a sandbox takes only as one CommonJS
 * file. Everything is bundled except what can't be, so that the package needs no more of node_modules.
 */
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { InlineConfig } from 'vite';
import { TYPESETTER_FILES } from '#processors/hosts/typesetter-files.ts';
import { buildForProduction } from './build-for-production.ts';
import { isBuildDue } from './newest-change.ts';

const root = join(import.meta.dirname, '..');
const SOURCES = ['main', 'processors', 'schemas', 'package-lock.json', 'scripts/build-desktop.ts'];

/** Native, or loaded by Electron itself, or (the updater) not loaded unless it is configured. */
export const NOT_BUNDLED: readonly string[] = ['electron', 'better-sqlite3', 'electron-updater'];

const ENTRIES: Record<string, string> = {
  main: 'main/main.ts',
  'mirror-thread': 'main/mirror/mirror-thread.ts',
  'export-thread': 'main/export/export-thread.ts',
  'processor-host': 'processors/hosts/node/utility-process-entry.ts',
};

function configure(folder: string, build: InlineConfig['build']): InlineConfig {
  return {
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    ssr: { target: 'node', noExternal: true, external: [...NOT_BUNDLED] },
    // Unminified: a crash report that stays on the author's computer should be readable there.
    build: { outDir: folder, ssr: true, target: 'node24', minify: false, sourcemap: false, ...build },
  };
}

/** What the typesetter reads: its WebAssembly, for there is no native build in the package, and the fonts. */
function copyTypesetter(folder: string): void {
  const { resolve } = createRequire(import.meta.url);
  mkdirSync(folder);
  for (const specifier of TYPESETTER_FILES) {
    const file = resolve(specifier);
    copyFileSync(file, join(folder, basename(file)));
  }
}

/**
 * @param always build even where nothing has changed
 * @param folder where to; dist/main, where the package takes it from
 * @returns that folder
 */
export async function buildDesktop({ always = false, folder = join(root, 'dist/main') } = {}): Promise<string> {
  if (!always && !isBuildDue(join(folder, 'preload.cjs'), SOURCES.map((source) => join(root, source)))) return folder;
  console.log('Building the desktop program …');
  // Beside its place first: a program that runs from there finds the old files or the new ones.
  const fresh = `${folder}.${process.pid}.new`;
  const input = Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(root, path)]));
  const output = { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'parts/[name]-[hash].js' } as const;
  await buildForProduction(configure(fresh, { emptyOutDir: true, rolldownOptions: { input, output } }));
  const preload = { input: { preload: join(root, 'main/preload.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false } } as const;
  await buildForProduction(configure(fresh, { emptyOutDir: false, rolldownOptions: preload }));
  copyTypesetter(join(fresh, 'typesetter'));
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return folder;
}
