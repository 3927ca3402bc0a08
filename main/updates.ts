/** Newer versions: looked for when the author asks, where the packager or the author says, and fetched only on a yes. */
import type { AppUpdater } from 'electron-updater';
import { RectoError } from '#schemas/errors.ts';
import type { IpcOutput } from '#schemas/ipc.ts';
import { isLoopback } from '#schemas/server-address.ts';

export type Updater = Pick<AppUpdater, 'autoDownload' | 'autoInstallOnAppQuit' | 'updateConfigPath' | 'setFeedURL' | 'checkForUpdates' | 'downloadUpdate'>;

export interface UpdateParts {
  isPackaged: boolean;
  /** The setting; it goes before what the package says. */
  updatesUrl(): string | undefined;
  /** Whether app-update.yml is beside the packaged program. */
  hasPackagedFeed(): boolean;
  /** Writes what a package says of where to look, for a package that says nothing: electron-updater fetches by such a file alone. @returns its path */
  writeFeed(url: string): string;
  /** Loads electron-updater: only when there is where to ask. */
  loadUpdater(): Promise<Updater>;
}

export interface Updates {
  /** @throws RectoError configuration (the address), unavailable (no answer, or none that can be read) */
  check(): Promise<IpcOutput<'updates.check'>>;
  /** After the author said yes; it is installed when the program ends. @throws RectoError unavailable */
  download(): Promise<void>;
}

export function createUpdates(parts: UpdateParts): Updates {
  const open = async (): Promise<Updater> => {
    const url = parts.updatesUrl();
    if (url !== undefined) checkAddress(url);
    const updater = await parts.loadUpdater();
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = false;
    if (url === undefined) return updater;
    // Who must have signed what comes stands in the package's own file, so that one stays where it is there.
    if (parts.hasPackagedFeed()) updater.setFeedURL({ provider: 'generic', url });
    else updater.updateConfigPath = parts.writeFeed(url);
    return updater;
  };
  return {
    async check() {
      if (!parts.isPackaged || (parts.updatesUrl() === undefined && !parts.hasPackagedFeed())) return { state: 'off' };
      const updater = await open();
      const found = await updater.checkForUpdates().catch((cause: unknown) => {
        throw new RectoError('unavailable', 'It could not be seen whether there is a newer Recto. Yours works on as it is; try again later.', { cause });
      });
      return found?.isUpdateAvailable ? { state: 'available', version: found.updateInfo.version } : { state: 'current' };
    },
    async download() {
      const updater = await open();
      // Before it is fetched: only then does electron-updater make ready to install it.
      updater.autoInstallOnAppQuit = true;
      await updater.downloadUpdate().catch((cause: unknown) => {
        throw new RectoError('unavailable', 'The newer Recto could not be fetched. Yours works on as it is; try again later.', { cause });
      });
    },
  };
}

/** What electron-builder packs as app-update.yml; YAML takes JSON as it is. */
export function formatFeed(url: string): string {
  return `${JSON.stringify({ provider: 'generic', url, updaterCacheDirName: 'recto-updater' })}\n`;
}

/** A program that comes over an open line is anybody's program. */
function checkAddress(url: string): void {
  if (URL.canParse(url) && (new URL(url).protocol === 'https:' || isLoopback(url))) return;
  throw new RectoError('configuration', '“updatesUrl” in Recto’s settings must be an https:// address. Nothing was fetched.');
}
