/** The program itself: its paths, its life from ready to quit, its one instance. */
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { App, ProcessMetric } from 'electron';
import { findTool } from '../../scripts/tools.ts';
import { startChromium } from './chromium.ts';
import { serveScheme } from './protocol.ts';
import { findChromium, setChromium } from './runtime.ts';
import { takeInstanceLock, type InstanceLock } from './single-instance.ts';
import { createEvent, emit, emitPreventable, standIn } from './stand-in.ts';
import { listUtilityProcesses } from './utility-process.ts';

type PathName = Parameters<App['getPath']>[0];

/** What app.quit() closes: browser-window.ts says which windows there are. */
interface ClosableWindow {
  close(): void;
  isDestroyed(): boolean;
}

const manifest = readManifest();
const paths = new Map<string, string>();
const switches = new Map<string, string>();
let name = manifest.productName ?? manifest.name;
let openWindows: () => ClosableWindow[] = () => [];
let lock: InstanceLock | null = null;
/** Set while app.quit() waits for its windows. */
let isQuitting = false;
let isEnding = false;
let isReady = false;

/** The package.json over the program, whose version is the app's. */
function readManifest(): { name: string; version: string; productName?: string } {
  for (let folder = dirname(resolve(process.argv[1] ?? '.')); ; folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (folder === dirname(folder)) return { name: 'Electron', version: process.versions['electron']! };
  }
}

function findSwitch(wanted: string): string | null {
  const argument = process.argv.find((one) => one === `--${wanted}` || one.startsWith(`--${wanted}=`));
  return argument === undefined ? (switches.get(wanted) ?? null) : argument.slice(`--${wanted}=`.length);
}

function getPath(wanted: PathName): string {
  const set = paths.get(wanted);
  if (set !== undefined) return set;
  const home = homedir();
  const appData = process.env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const userData = (): string => findSwitch('user-data-dir') ?? join(getPath('appData'), name);
  const known: Partial<Record<PathName, () => string>> = {
    home: () => home,
    appData: () => appData,
    userData: () => resolve(userData()),
    sessionData: () => getPath('userData'),
    temp: () => tmpdir(),
    exe: () => process.execPath,
    module: () => process.execPath,
    logs: () => join(getPath('userData'), 'logs'),
    crashDumps: () => join(getPath('userData'), 'Crashpad'),
    desktop: () => join(home, 'Desktop'),
    documents: () => join(home, 'Documents'),
    downloads: () => join(home, 'Downloads'),
    music: () => join(home, 'Music'),
    pictures: () => join(home, 'Pictures'),
    videos: () => join(home, 'Videos'),
  };
  const find = known[wanted];
  if (!find) throw new Error(`Failed to get '${wanted}' path`);
  return find();
}

let announceReady: () => void;
const ready = new Promise<void>((resolve) => (announceReady = resolve));

export const app: App = standIn<App>('app', {
  get isPackaged() {
    return process.env['RECTO_E2E_PACKAGED'] === 'true';
  },
  get name() {
    return name;
  },
  set name(given) {
    name = given;
  },
  commandLine: standIn<App['commandLine']>('app.commandLine', {
    appendSwitch: (given, value) => void switches.set(given, value ?? ''),
    removeSwitch: (given) => void switches.delete(given),
    hasSwitch: (given) => findSwitch(given) !== null,
    getSwitchValue: (given) => findSwitch(given) ?? '',
  }),
  dock: undefined,
  userAgentFallback: '',
  accessibilitySupportEnabled: false,
  applicationMenu: null,
  getName: () => name,
  setName: (given) => void (name = given),
  getVersion: () => manifest.version,
  getAppPath: () => dirname(resolve(process.argv[1]!)),
  getPath,
  setPath: (which, path) => void paths.set(which, path),
  setAppLogsPath: (path) => void paths.set('logs', path ?? join(getPath('userData'), 'logs')),
  getLocale: () => process.env['RECTO_E2E_LOCALE'] ?? 'en-US',
  getSystemLocale: () => process.env['RECTO_E2E_LOCALE'] ?? 'en-US',
  getLocaleCountryCode: () => 'US',
  getPreferredSystemLanguages: () => [process.env['RECTO_E2E_LOCALE'] ?? 'en-US'],
  isReady: () => isReady,
  whenReady: () => ready,
  enableSandbox: () => undefined,
  disableHardwareAcceleration: () => undefined,
  ...(process.platform === 'win32' && { setAppUserModelId: () => undefined }),
  setDesktopName: () => undefined,
  setAboutPanelOptions: () => undefined,
  showAboutPanel: () => undefined,
  setAsDefaultProtocolClient: () => true,
  removeAsDefaultProtocolClient: () => true,
  isDefaultProtocolClient: () => true,
  addRecentDocument: () => undefined,
  clearRecentDocuments: () => undefined,
  setJumpList: () => 'ok',
  setUserTasks: () => true,
  setSecureKeyboardEntryEnabled: () => undefined,
  isInApplicationsFolder: () => true,
  focus: () => undefined,
  hide: () => undefined,
  show: () => undefined,
  getAppMetrics: () => listUtilityProcesses() as unknown as ProcessMetric[],
  requestSingleInstanceLock(additionalData) {
    if (lock?.isHeld) return true;
    mkdirSync(getPath('userData'), { recursive: true });
    lock = takeInstanceLock(getPath('userData'), additionalData ?? null, (second) => emit(app, 'second-instance', createEvent(), second.argv, second.folder, second.data));
    return lock.isHeld;
  },
  hasSingleInstanceLock: () => lock?.isHeld ?? false,
  releaseSingleInstanceLock() {
    lock?.release();
    lock = null;
  },
  quit() {
    if (isQuitting || isEnding) return;
    isQuitting = true;
    if (emitPreventable(app, 'before-quit')) return void (isQuitting = false);
    const windows = openWindows();
    if (windows.length === 0) return finishQuit();
    for (const window of windows) window.close();
  },
  exit: (code = 0) => void end(code),
  relaunch() {
    throw new Error('The stand-in does not relaunch');
  },
});

/** Of browser-window.ts, which needs this module itself. */
export function setOpenWindows(list: () => ClosableWindow[]): void {
  openWindows = list;
}

/** A window's close was prevented: with it the quit. */
export function cancelQuit(): void {
  isQuitting = false;
}

/** A window has gone; the last one ends the program, or lets it go on where it listens for that. */
export function afterWindowClosed(): void {
  if (isEnding || openWindows().length > 0) return;
  if (isQuitting) finishQuit();
  else if (app.listenerCount('window-all-closed') > 0) emit(app, 'window-all-closed');
  else app.quit();
}

function finishQuit(): void {
  if (emitPreventable(app, 'will-quit')) return void (isQuitting = false);
  void end(0);
}

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  emit(app, 'quit', createEvent(), code);
  await lock?.delivered;
  // What the page stored last is on the disk when Chromium has ended; only then may another instance begin.
  await findChromium()?.close();
  lock?.release();
  process.exit(code);
}

/** Called when the program's own first run is through, as Electron does. */
async function becomeReady(): Promise<void> {
  if (isQuitting || isEnding) return;
  const executable = findTool('chromium');
  if (!executable) throw new Error('There is no Chromium for the stand-in: install it, or set CHROMIUM_PATH');
  const userData = getPath('userData');
  const schemePort = await serveScheme();
  // Electron is one program with its Chromium: neither outlives the other.
  setChromium(await startChromium({ executable, userData, schemePort, onGone: () => process.exit(1) }));
  if (isEnding) return void findChromium()?.close();
  isReady = true;
  emit(app, 'will-finish-launching');
  emit(app, 'ready', createEvent(), {});
  announceReady();
}

/** Begins the program's life: index.ts calls it once. */
export function launchApp(): void {
  setImmediate(() => {
    becomeReady().catch((error: unknown) => {
      process.stderr.write(`The stand-in could not start: ${(error as Error).stack ?? String(error)}\n`);
      process.exit(1);
    });
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());
}

/** The processes of Chromium that draw pages. */
export async function findRendererProcesses(): Promise<number[]> {
  const { processInfo } = (await findChromium()?.connection.browser.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}
