/** Where `npm start` opens the app: in Electron's own window, or in the browser. */

/** What tells it: nothing here is looked up, so that each case can be shown. */
export interface Surroundings {
  platform: NodeJS.Platform;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  isRoot: boolean;
  /** Linux: whether a program may make namespaces of its own, or Electron's setuid helper is set up. */
  canSandbox: boolean;
}

/** `because`: a sentence's end, for the line that says why; null where the author asked for it. */
export type WindowChoice = { kind: 'electron' } | { kind: 'browser'; because: string | null };

/** @returns where to open the app, as far as it can be known without trying */
export function chooseWindow({ platform, args, env, isRoot, canSandbox }: Surroundings): WindowChoice {
  if (args.includes('--browser') || env['RECTO_BROWSER'] === '1') return { kind: 'browser', because: null };
  if (env['CI'] === 'true') return { kind: 'browser', because: 'CI is true, so no one sits at a screen' };
  if (platform !== 'linux') return { kind: 'electron' };
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return { kind: 'browser', because: 'there is no screen (DISPLAY and WAYLAND_DISPLAY are not set)' };
  if (isRoot) return { kind: 'browser', because: 'Electron’s sandbox does not work for root, and Recto does not run without it' };
  if (!canSandbox) return { kind: 'browser', because: 'this system lets no program from this folder make a sandbox, and Recto does not run without one; the installed app may (npm run dist)' };
  return { kind: 'electron' };
}
