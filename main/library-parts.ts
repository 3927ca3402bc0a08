/** The calls that are about what is in the library and where it goes: each folder makes its own; here they meet. */
import type { BrowserWindow } from 'electron';
import { join } from 'node:path';
import type { BackupEntry, IpcCallName, IpcInput, Notice } from '#schemas/ipc.ts';
import type { DesktopPaths } from './desktop.ts';
import type { Electron } from './electron-parts.ts';
import { createExportHandlers } from './export/create-export-handlers.ts';
import { createFileHandlers, type FileDialog } from './files/create-file-handlers.ts';
import { createGrants } from './files/grants.ts';
import type { Handlers, IpcContext } from './ipc.ts';
import { createBackupHandlers } from './mirror/backup-handlers.ts';
import { createMirrorHandlers } from './mirror/mirror-handlers.ts';
import { openMirror, type MirrorService } from './mirror/open-mirror.ts';
import { createModelHandlers } from './models/model-handlers.ts';
import { createProviderAccess } from './models/provider-access.ts';
import { namePath } from './name-path.ts';
import { createProcessorHandlers } from './processor-host.ts';
import { createProviderKeys, createSecretHandlers } from './secrets/provider-keys.ts';
import { createSecretStore } from './secrets/secret-store.ts';
import { createAllowedOrigins } from './security/allowed-origins.ts';
import { createAskAuthor } from './security/ask-author.ts';
import { oneDialogAtATime } from './security/one-dialog.ts';
import { createSessionHandlers } from './session/create-session-handlers.ts';
import { createEventSockets } from './session/event-sockets.ts';
import { createStudioGateway } from './session/gateway.ts';
import { createSession } from './session/session.ts';
import type { SettingsFile } from './settings.ts';
import { createTaskHandlers, createTasks, type Tasks } from './tasks.ts';
import type { WindowCalls } from './window-handlers.ts';
import type { SpellingCalls } from './spelling.ts';

export interface LibraryPartsNeeds {
  electron: Electron;
  paths: DesktopPaths;
  settings: SettingsFile;
  userData: string;
  deviceName: string;
  window(): BrowserWindow | null;
  notify(notice: Notice): void;
  /** Something beside the program stopped: for the crash reports of this computer, without a word of the author's. */
  noteCrash(what: string): void;
}

export interface LibraryParts {
  handlers: Omit<Handlers, WindowCalls | SpellingCalls>;
  libraryFile: string;
  /** The library's file is open, and what was found of it is told. Calls that come before wait for it. */
  opened: Promise<void>;
  answerStudio(request: Request): Promise<Response>;
  readBackup(path: string): Promise<BackupEntry>;
  /** The computer woke up. */
  resumed(): void;
  /** Ends what is open on the disk; what is 'Saved' is there already. */
  close(): Promise<void>;
}

type FileCalls = keyof ReturnType<typeof createMirrorHandlers> | keyof ReturnType<typeof createBackupHandlers>;
const FILE_CALLS: readonly FileCalls[] = [
  'mirror.open', 'mirror.write', 'mirror.read', 'mirror.read-keys', 'mirror.read-some', 'mirror.forget',
  'backups.list', 'backups.take', 'backups.choose-folder', 'backups.open-file', 'backups.inspect', 'backups.read-book', 'backups.reveal',
];

/**
 * Begins to open the library's file, and puts it in order if need be; what was done is told by `notify`. The window need not
 * wait: it is drawn meanwhile.
 */
export function openLibraryParts(needs: LibraryPartsNeeds): LibraryParts {
  const { electron, settings } = needs;
  const libraryFile = join(needs.userData, 'library.recto');
  const mirror = openMirrorOf(needs, libraryFile);
  const dialog = oneDialogAtATime(electron.dialog);
  const fileHandlers = mirror.then((opened) => ({
    ...createMirrorHandlers(opened),
    ...createBackupHandlers({ mirror: opened, dialog, shell: electron.shell, settings, namePath: (path) => namePath(path, electron.app.getPath('home')) }),
  }));
  const servers = createServerParts(needs);
  const tasks = createTasks();
  return {
    handlers: { ...waitFor(FILE_CALLS, fileHandlers), ...createDiskHandlers(needs, dialog, libraryFile, tasks), ...servers.handlers },
    libraryFile,
    opened: mirror.then(() => undefined),
    answerStudio: servers.answerStudio,
    readBackup: async (path) => (await mirror).backups.openFile(path),
    resumed: servers.resumed,
    async close() {
      tasks.cancelAll();
      await (await mirror).close();
    },
  };
}

/** Handlers that wait for those that are still being made. */
function waitFor<N extends IpcCallName>(names: readonly N[], made: Promise<Pick<Handlers, N>>): Pick<Handlers, N> {
  const wait = <M extends N>(name: M): Handlers[M] => (async (input: IpcInput<M>, context: IpcContext) => (await made)[name](input, context)) as Handlers[M];
  return Object.fromEntries(names.map((name) => [name, wait(name)])) as Pick<Handlers, N>;
}

function openMirrorOf({ electron: { app }, paths, settings, notify }: LibraryPartsNeeds, file: string): Promise<MirrorService> {
  return openMirror({
    file,
    threadFile: paths.mirrorThread,
    backupFolder: settings.read().backupFolder ?? join(app.getPath('documents'), 'Recto Backups'),
    onNotice: notify,
  });
}

/** Files that are saved and picked, and everything as a folder. */
function createDiskHandlers({ electron: { app, shell }, paths }: LibraryPartsNeeds, dialog: FileDialog, libraryFile: string, tasks: Tasks) {
  const grants = createGrants();
  const documents = (): string => app.getPath('documents');
  return {
    ...createFileHandlers({ dialog, shell, grants, documents }),
    ...createExportHandlers({ dialog, grants, tasks, libraryFile, threadFile: paths.exportThread, documents, now: () => new Date() }),
    ...createTaskHandlers(tasks),
  };
}

/** Who is spoken to: the account's server and the providers of text, with the author's leave, and with secrets that no window sees. */
function createServerParts({ electron, paths, settings, userData, deviceName, window, notify, noteCrash }: LibraryPartsNeeds) {
  const allowedOrigins = createAllowedOrigins({ settings, askAuthor: createAskAuthor(electron.dialog, window) });
  const secrets = createSecretStore({ safeStorage: electron.safeStorage, file: join(userData, 'secrets.json'), onNotice: notify });
  const providerKeys = createProviderKeys(secrets);
  const access = createProviderAccess({ allowedOrigins, providerKeys });
  // In memory, and no page's: the rules for pages are the default session's, and so are its cookies.
  const network = electron.session.fromPartition('studio', { cache: false });
  const fetchStudio: typeof fetch = (input, init) => network.fetch(input instanceof URL ? input.href : input, init);
  const session = createSession({ secrets, fetch: fetchStudio, allowedOrigins, deviceName, now: Date.now, onTrouble: ({ message }) => notify({ kind: 'warning', message }) });
  const sockets = createEventSockets(session, WebSocket);
  return {
    answerStudio: createStudioGateway({ session, fetch: fetchStudio }),
    resumed: () => sockets.closeAll(),
    handlers: {
      ...createSecretHandlers({ secrets, providerKeys }),
      ...createSessionHandlers(session, sockets),
      ...createModelHandlers({ fetch, access }),
      ...createProcessorHandlers({
        fork: (script, args, options) => electron.utilityProcess.fork(script, args, options),
        createChannel: () => new electron.MessageChannelMain(),
        entryFile: paths.processorHost,
        access,
        onCrash: ({ exitCode }) => noteCrash(`A process of the processors stopped (${exitCode})`),
        env: process.env,
      }),
    },
  };
}
