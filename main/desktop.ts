/** The program: what is started, in which order, and how it ends. main.ts hands in Electron and where the files are. */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LINK_SCHEME } from '#schemas/ipc.ts';
import { findArguments, parseArguments, readHandedOver, type OpenRequest, type StartArguments } from './arguments.ts';
import { createCrashReports, type CrashReports } from './crash-reports.ts';
import type { Electron } from './electron-parts.ts';
import type { System } from './menu-keys.ts';
import { runProgram } from './program.ts';
import { mayMakeSandbox, NO_SANDBOX } from './security/require-sandbox.ts';
import { secureApp } from './security/secure-app.ts';
import { APP_SCHEME } from './security/serve-app.ts';
import { fetchNoDictionaries } from './spelling.ts';

/** Where the built files are. */
export interface DesktopPaths {
  rendererFolder: string;
  preload: string;
  mirrorThread: string;
  exportThread: string;
  processorHost: string;
  /** Documents for whoever uses the program; it need not be there. */
  guides: string;
  /** The window's icon, where the system has none of a package; it need not be there. */
  icon: string;
}

/** electron-builder.yml says the same, and a test compares the two. */
export const APP_ID = 'app.recto.desktop';

const SYSTEMS: Readonly<Record<string, System>> = { darwin: 'macOS', win32: 'Windows' };

/**
 * Everything that must be said before the app is ready is said before this returns; the rest follows by itself. A program
 * that runs already gets what this one was started with, and this one ends.
 */
export function startDesktop(electron: Electron, paths: DesktopPaths): void {
  const { app } = electron;
  if (!mayMakeSandbox(app.commandLine)) {
    electron.dialog.showErrorBox('Recto could not start', NO_SANDBOX);
    app.exit(1);
    return;
  }
  const system = SYSTEMS[process.platform] ?? 'Linux';
  const reports = createCrashReports({ folder: join(app.getPath('userData'), 'crash-reports'), version: app.getVersion(), system, now: () => new Date() });
  const given: StartArguments = { arguments: findArguments(process.argv, app.isPackaged), folder: process.cwd() };
  if (!app.requestSingleInstanceLock({ ...given })) {
    app.exit(0);
    return;
  }
  keepCrashReports(electron, reports);
  electron.protocol.registerSchemesAsPrivileged([APP_SCHEME]);
  secureApp(app);
  fetchNoDictionaries(app);
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
  // As the installer's shortcuts have it (appId): else Windows shows the running program beside its pinned one. Others have no such call.
  if (system === 'Windows') app.setAppUserModelId(APP_ID);
  const requests = collectOpenRequests(electron, given);
  app
    .whenReady()
    .then(() => runProgram({ electron, paths, system, deviceName: hostname(), reports, requests }))
    .catch((thrown: unknown) => {
      const name = reports.write('The program could not start', thrown);
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      electron.dialog.showErrorBox('Recto could not start', `${detail}\n\nYour library is as it was.${name ? ` What went wrong is described in ${join(reports.folder, name)}.` : ''}`);
      app.exit(1);
    });
}

/** What was asked to be opened since the start; who takes it over gets what comes later, too. */
export interface RequestSource {
  /** `again`: another start, or the system, asks while the program runs. */
  listen(listener: (requests: readonly OpenRequest[], again: boolean) => void): void;
}

function collectOpenRequests({ app }: Electron, given: StartArguments): RequestSource {
  let waiting: OpenRequest[] = parseArguments(given);
  let heard: ((requests: readonly OpenRequest[], again: boolean) => void) | null = null;
  const add = (requests: OpenRequest[]): void => {
    if (heard) heard(requests, true);
    else waiting.push(...requests);
  };
  // A Mac says so by events, which can come before the app is ready.
  app.on('open-url', (event, link) => {
    event.preventDefault();
    add([{ kind: 'link', link }]);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    add([{ kind: 'path', path }]);
  });
  app.on('second-instance', (_event, argv, folder, data) => {
    // Chromium reorders a command line on its way; what the other one handed over is as it was.
    add(parseArguments(readHandedOver(data) ?? { arguments: findArguments(argv, app.isPackaged), folder }));
  });
  return {
    listen(listener) {
      heard = listener;
      const first = waiting;
      waiting = [];
      listener(first, false);
    },
  };
}

/** Native crashes as well as those of this program are described on this computer, and sent nowhere. */
function keepCrashReports({ app, crashReporter }: Electron, reports: CrashReports): void {
  try {
    mkdirSync(reports.folder, { recursive: true });
    app.setPath('crashDumps', reports.folder);
  } catch (thrown) {
    console.error('Crash reports can’t be kept:', thrown);
  }
  crashReporter.start({ uploadToServer: false, compress: false });
  process.on('uncaughtException', (thrown) => reports.write('The program met an error that nothing handled', thrown));
  process.on('unhandledRejection', (thrown) => reports.write('The program met a rejection that nothing handled', thrown));
}
