/** Builds the web app where it is not built yet, or its sources are newer than what was built. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const SOURCES = ['renderer', 'app', 'processors', 'schemas', 'manuscripts', 'package-lock.json', 'vite.config.ts'];

function newestChange(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

/** @returns the folder of the built app */
export async function buildRenderer(): Promise<string> {
  const folder = join(root, 'dist/renderer');
  const index = join(folder, 'index.html');
  const builtAt = existsSync(index) ? statSync(index).mtimeMs : 0;
  if (SOURCES.some((source) => newestChange(join(root, source)) > builtAt)) {
    console.log('Building the app …');
    await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  }
  return folder;
}
