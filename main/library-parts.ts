/** The calls that are about what is in the library: each folder makes its own; here they meet. */
import type { BrowserWindow } from 'electron';
import { join } from 'node:path';
import type { BackupEntry, Notice } from '#schemas/ipc.ts';
import type { DesktopPaths } from './desktop.ts';
import type { Electron } from './electron-parts.ts';
import { createFileHandlers } from './files/create-file-handlers.ts';
import { createGrants } from './files/grants.ts';
import type { Handlers } from './ipc.ts';
import { createModelHandlers } from './models/model-handlers.ts';
import { createProviderAccess } from './models/provider-access.ts';
import { createProcessorHandlers } from './processor-host.ts';
import { createProviderKeys, createSecretHandlers } from './secrets/provider-keys.ts';
import { createSecretStore } from './secrets/secret-store.ts';
import { createAllowedOrigins } from './security/allowed-origins.ts';
import { createAskAuthor } from './security/ask-author.ts';
import type { SettingsFile } from './settings.ts';

export interface LibraryPartsNeeds {
  electron: Electron;
  paths: DesktopPaths;
  settings: SettingsFile;
  userData: string;
  window(): BrowserWindow | null;
  notify(notice: Notice): void;
  /** Something beside the program stopped: for the crash reports of this computer, without a word of the author's. */
  noteCrash(what: string): void;
}

/** Calls that the program answers itself. */
type OwnCalls = 'app.start' | 'window.ready' | 'window.flushed' | 'window.set-focus-mode' | 'window.print' | 'menu.set-context' | 'updates.check' | 'spelling.read' | 'spelling.set-languages' | 'spelling.add-word' | 'spelling.remove-word';

export interface LibraryParts {
  handlers: Omit<Handlers, OwnCalls>;
  libraryFile: string;
  answerStudio(request: Request): Promise<Response>;
  readBackup(path: string): Promise<BackupEntry>;
  /** Everything that is open on the disk or runs beside, to be closed in this order. */
  closers: readonly (() => Promise<void>)[];
}

export async function openLibraryParts({ electron, paths, settings, userData, window, notify, noteCrash }: LibraryPartsNeeds): Promise<LibraryParts> {
  const grants = createGrants();
  const allowedOrigins = createAllowedOrigins({ settings, askAuthor: createAskAuthor(electron.dialog, window) });
  const secrets = createSecretStore({ safeStorage: electron.safeStorage, file: join(userData, 'secrets.json'), onNotice: notify });
  const providerKeys = createProviderKeys(secrets);
  const access = createProviderAccess({ allowedOrigins, providerKeys });
  const processors = createProcessorHandlers({
    fork: (script, args, options) => electron.utilityProcess.fork(script, args, options),
    createChannel: () => new electron.MessageChannelMain(),
    entryFile: paths.processorHost,
    env: process.env,
    access,
    onCrash: ({ exitCode }) => noteCrash(`A process of the processors stopped (${exitCode})`),
  });
  const files = createFileHandlers({ dialog: electron.dialog, shell: electron.shell, grants, documents: () => electron.app.getPath('documents') });
  return { handlers: { ...files, ...createSecretHandlers({ secrets, providerKeys }), ...createModelHandlers({ fetch, access }), ...processors } as LibraryParts['handlers'], libraryFile: `${userData}/library.recto`, answerStudio: async () => new Response(null, { status: 503 }), readBackup: () => Promise.reject(new Error('none')), closers: [] };
}
