/** The desktop app, built for measurements: as it is shipped, or with no mirror, which nobody else builds. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { buildDesktop } from '#scripts/build-desktop.ts';
import { buildForProduction } from '#scripts/build-for-production.ts';
import { root } from './in-browser.ts';

export interface BuiltApp {
  /** For Desktop's constructor. */
  main: string;
  /** Its scripts lie beside their source maps. */
  assets: string;
}

const WITH_MIRROR = 'mirror: createDesktopMirror(call),';

/** The window's IndexedDB is then the only place of the words. */
function leaveOutMirror(): Plugin {
  let found = false;
  return {
    name: 'leave-out-mirror',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/desktop-platform.ts')) return undefined;
      found = code.includes(WITH_MIRROR);
      return { code: code.replace(WITH_MIRROR, ''), map: null };
    },
    buildEnd(error) {
      if (!error && !found) throw new Error(`desktop-platform.ts no longer says “${WITH_MIRROR}”: the bench would compare the app with itself.`);
    },
  };
}

/** Builds both in folders of their own, inside of the project, where the program finds its native library. */
export async function buildApps(): Promise<{ shipped: BuiltApp; bare: BuiltApp }> {
  return { shipped: await buildApp('shipped', []), bare: await buildApp('bare', [leaveOutMirror()]) };
}

/** The one that is shipped, alone. */
export function buildShippedApp(): Promise<BuiltApp> {
  return buildApp('shipped', []);
}

async function buildApp(name: string, plugins: Plugin[]): Promise<BuiltApp> {
  const folder = join(root, '.build/bench', name);
  const program = await buildDesktop();
  rmSync(join(folder, 'main'), { recursive: true, force: true });
  cpSync(program, join(folder, 'main'), { recursive: true });
  const renderer = join(folder, 'renderer');
  // Hidden: the scripts are, byte by byte, those without a map.
  await buildForProduction({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', plugins, build: { outDir: renderer, emptyOutDir: true, sourcemap: 'hidden' } });
  return { main: join(folder, 'main/main.js'), assets: join(renderer, 'assets') };
}
