/** Builds the web app where it is not built yet, or its sources are newer than what was built. */
import { join } from 'node:path';
import { buildForProduction } from './build-for-production.ts';
import { isBuildDue } from './newest-change.ts';

const root = join(import.meta.dirname, '..');
const SOURCES = ['renderer', 'app', 'processors', 'schemas', 'manuscripts', 'package-lock.json', 'vite.config.ts'];

/** @returns the folder of the built app */
export async function buildRenderer({ always = false } = {}): Promise<string> {
  const folder = join(root, 'dist/renderer');
  if (always || isBuildDue(join(folder, 'index.html'), SOURCES.map((source) => join(root, source)))) {
    console.log('Building the app …');
    await buildForProduction({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  }
  return folder;
}
