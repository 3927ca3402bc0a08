/** Small parts of the system, each a handful of members: theme, power, clipboard, pictures, network, crash reports. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clipboard, CrashReporter, NativeImage, NativeTheme, Net, PowerMonitor, PowerSaveBlocker, SystemPreferences } from 'electron';
import { createEvent, emit, standIn } from './stand-in.ts';

let themeSource: NativeTheme['themeSource'] = 'system';

export const nativeTheme: NativeTheme = standIn<NativeTheme>('nativeTheme', {
  get themeSource() {
    return themeSource;
  },
  set themeSource(source) {
    if (source === themeSource) return;
    themeSource = source;
    emit(nativeTheme, 'updated', createEvent());
  },
  get shouldUseDarkColors() {
    return themeSource === 'dark';
  },
  shouldUseHighContrastColors: false,
  shouldUseInvertedColorScheme: false,
  inForcedColorsMode: false,
  prefersReducedTransparency: false,
});

export const powerMonitor = standIn<PowerMonitor>('powerMonitor', {
  getSystemIdleTime: () => 0,
  getSystemIdleState: () => 'active',
  isOnBatteryPower: () => false,
});

export const powerSaveBlocker = standIn<PowerSaveBlocker>('powerSaveBlocker', { start: () => 1, stop: () => true, isStarted: () => true });

export const systemPreferences = standIn<SystemPreferences>('systemPreferences', { getUserDefault: () => null as never, isTrustedAccessibilityClient: () => false });

let copied = '';

export const clipboard = standIn<Clipboard>('clipboard', {
  readText: () => copied as never,
  writeText: (text: string) => void (copied = text) as never,
  clear: () => void (copied = '') as never,
});

let uploads = false;

export const crashReporter = standIn<CrashReporter>('crashReporter', {
  start: (options) => void (uploads = options.uploadToServer ?? true),
  getUploadToServer: () => uploads,
  setUploadToServer: (upload) => void (uploads = upload),
  getParameters: () => ({}),
  addExtraParameter: () => undefined,
  removeExtraParameter: () => undefined,
  getLastCrashReport: () => null as never,
  getUploadedReports: () => [],
});

export const net = standIn<Net>('net', {
  // Electron's reads files too, which Node's does not.
  fetch: (input, init) => {
    const url = typeof input === 'string' ? input : input instanceof Request ? input.url : String(input);
    return url.startsWith('file:') ? Promise.resolve(new Response(readFileSync(fileURLToPath(url)))) : fetch(input as RequestInfo, init as RequestInit);
  },
  isOnline: () => true,
  online: true,
});

const image = (path: string): NativeImage => standIn<NativeImage>('NativeImage', { isEmpty: () => path === '', getSize: () => ({ width: 0, height: 0 }), resize: () => image(path) });

export const nativeImage = standIn<typeof Electron.nativeImage>('nativeImage', {
  createEmpty: () => image(''),
  createFromPath: (path) => image(path),
  createFromDataURL: (url) => image(url),
  createFromBuffer: () => image('buffer'),
});

