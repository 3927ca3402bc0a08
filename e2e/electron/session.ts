/** The one session: Chromium's own profile. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session, WebContents } from 'electron';
import { app } from './app.ts';
import { appOrigin } from './app-origin.ts';
import { protocol } from './protocol.ts';
import { findChromium, requireChromium } from './runtime.ts';
import { emit, standIn } from './stand-in.ts';
import { webRequest } from './web-request.ts';

type RequestHandler = Parameters<Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Session['setPermissionCheckHandler']>[0];
type Permission = Parameters<NonNullable<CheckHandler>>[1];

let requestHandler: RequestHandler = null;
let checkHandler: CheckHandler = null;

/** What is asked of Chromium, by Electron's name and by that of the DevTools protocol's Browser.setPermission. */
const PERMISSIONS: readonly [Permission, string][] = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
  ['persistent-storage', 'persistent-storage'],
  ['idle-detection', 'idle-detection'],
  ['local-fonts', 'local-fonts'],
  ['screen-wake-lock', 'screen-wake-lock'],
  ['window-management', 'window-management'],
  ['media', 'camera'],
  ['media', 'microphone'],
];

/** What the Hunspell dictionaries of Chromium are for; a few of its fifty. */
const LANGUAGES = ['bg', 'ca', 'cs', 'cy', 'da', 'de', 'el', 'en-AU', 'en-CA', 'en-GB', 'en-US', 'es', 'es-ES', 'fr', 'he', 'hr', 'hu', 'it', 'lt', 'nb', 'nl', 'pl', 'pt-BR', 'pt-PT', 'ro', 'ru', 'sk', 'sl', 'sv', 'tr', 'uk', 'vi'];

/** What of the spelling outlives the program, as in Chromium's preferences. */
interface Spelling {
  enabled: boolean;
  languages: string[];
  words: string[];
}

const spellingFile = (): string => join(app.getPath('userData'), 'spelling.json');

function readSpelling(): Spelling {
  try {
    return JSON.parse(readFileSync(spellingFile(), 'utf8')) as Spelling;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { enabled: true, languages: [], words: [] };
  }
}

function changeSpelling(change: Partial<Spelling>): void {
  writeFileSync(spellingFile(), JSON.stringify({ ...readSpelling(), ...change }));
}

/** As Chromium does a moment later, in the background: the dictionary of a language that is still set by then is fetched where it is not there. */
function loadDictionaries(): void {
  if (process.platform === 'darwin') return;
  setImmediate(() => {
    const folder = join(app.getPath('userData'), 'Dictionaries');
    for (const language of readSpelling().languages) {
      const file = join(folder, `${language}.bdic`);
      if (existsSync(file)) continue;
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, '');
    }
  });
}

/** Of Electron's: a session that has no language at the start of the program gets the system's. */
app.once('will-finish-launching', () => {
  const [locale = 'en-US'] = [app.getLocale()].filter((language) => LANGUAGES.includes(language));
  if (readSpelling().languages.length === 0) changeSpelling({ languages: [locale] });
  loadDictionaries();
  emit(app, 'session-created', defaultSession);
});

const defaultSession = standIn<Session>('session.defaultSession', {
  protocol,
  webRequest,
  storagePath: null,
  availableSpellCheckerLanguages: LANGUAGES,
  setPermissionRequestHandler: (handler) => void (requestHandler = handler),
  setPermissionCheckHandler: (handler) => void (checkHandler = handler),
  // No device is ever attached to the Chromium of a test, and so none asked for.
  setDevicePermissionHandler: () => undefined,
  setDisplayMediaRequestHandler: () => undefined,
  setBluetoothPairingHandler: () => undefined,
  setUSBProtectedClassesHandler: () => undefined,
  setCertificateVerifyProc: () => undefined,
  setProxy: async () => undefined,
  setPreloads: () => undefined,
  setUserAgent: () => undefined,
  getUserAgent: () => `Recto/${app.getVersion()} Electron/${process.versions['electron']}`,
  isPersistent: () => true,
  getStoragePath: () => app.getPath('sessionData'),
  flushStorageData: () => undefined,
  clearCache: async () => undefined,
  async clearStorageData(options) {
    const { connection } = requireChromium('The storage was cleared');
    const origin = appOrigin.toChromium(options?.origin ?? `${appOrigin.scheme}://recto`);
    await connection.browser.send('Storage.clearDataForOrigin', { origin, storageTypes: options?.storages?.map((name) => (name === 'indexdb' ? 'indexeddb' : name)).join(',') ?? 'all' });
  },
  isSpellCheckerEnabled: () => readSpelling().enabled,
  setSpellCheckerEnabled: (enabled) => changeSpelling({ enabled }),
  setSpellCheckerDictionaryDownloadURL: () => undefined,
  getSpellCheckerLanguages: () => readSpelling().languages,
  setSpellCheckerLanguages(languages) {
    for (const language of languages) if (!LANGUAGES.includes(language)) throw new Error(`Invalid language code provided: "${language}" is not a valid language code`);
    // A Mac's own checker takes none.
    if (process.platform === 'darwin') return;
    changeSpelling({ languages, enabled: languages.length > 0 });
    loadDictionaries();
  },
  listWordsInSpellCheckerDictionary: async () => readSpelling().words.toSorted(),
  addWordToSpellCheckerDictionary(word) {
    const { words } = readSpelling();
    if (word === '' || words.includes(word)) return false;
    changeSpelling({ words: [...words, word] });
    return true;
  },
  removeWordFromSpellCheckerDictionary(word) {
    const { words } = readSpelling();
    changeSpelling({ words: words.filter((one) => one !== word) });
    return words.includes(word);
  },
});

/** A session that no page has: its network is Node's. */
const partitions = new Map<string, Session>();

export const session = standIn<typeof Electron.session>('session', {
  fromPartition(partition) {
    const known = partitions.get(partition);
    if (known) return known;
    const made = standIn<Session>(`session.fromPartition('${partition}')`, { isPersistent: () => partition.startsWith('persist:'), fetch: (input, init) => fetch(input, init), setSpellCheckerLanguages: () => undefined });
    partitions.set(partition, made);
    emit(app, 'session-created', made);
    return made;
  },
  get defaultSession() {
    return defaultSession;
  },
});

/** Tells Chromium beforehand what the program's handlers say of each permission for the app's own origin. */
export async function grantPermissions(contents: WebContents): Promise<void> {
  const chromium = findChromium();
  if (!chromium || appOrigin.scheme === null) return;
  const origin = `${appOrigin.scheme}://recto`;
  for (const [permission, name] of PERMISSIONS) {
    const isGranted = await ask(contents, permission, origin);
    await chromium.connection.browser.send('Browser.setPermission', { permission: { name }, setting: isGranted ? 'granted' : 'denied', origin: appOrigin.toChromium(origin) });
  }
}

function ask(contents: WebContents, permission: Permission, origin: string): Promise<boolean> | boolean {
  const details = { requestingUrl: `${origin}/`, isMainFrame: true, securityOrigin: origin };
  if (checkHandler) return checkHandler(contents, permission, origin, details);
  if (requestHandler) return new Promise((resolve) => requestHandler!(contents, permission, resolve, details));
  return true; // Electron's own default
}
