import type { Shell } from 'electron';
import type { FileDialog } from '../files/create-file-handlers.ts';
import type { Handlers } from '../ipc.ts';
import type { SettingsFile } from '../settings.ts';
import { LIBRARY_EXTENSION } from './backup-names.ts';
import type { BackupService } from './backup-service.ts';

type BackupCalls =
  | 'backups.list' | 'backups.take' | 'backups.choose-folder' | 'backups.open-file' | 'backups.inspect' | 'backups.read-book' | 'backups.reveal';

export interface BackupHandlerParts {
  mirror: { readonly backups: BackupService };
  dialog: Pick<FileDialog, 'showOpenDialog'>;
  shell: Pick<Shell, 'showItemInFolder'>;
  settings: Pick<SettingsFile, 'change'>;
  /** A path as a person reads it. */
  namePath(path: string): string;
}

/** The restore screen's calls. A path never comes from the window: it names a backup by its id, and main asks for files. */
export function createBackupHandlers({ mirror: { backups }, dialog, shell, settings, namePath }: BackupHandlerParts): Pick<Handlers, BackupCalls> {
  return {
    async 'backups.list'() {
      const list = await backups.list();
      return { ...list, folder: namePath(list.folder) };
    },
    'backups.take': ({ reason }) => backups.take(reason),
    async 'backups.choose-folder'(_input, { window }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Where Backups Go', buttonLabel: 'Use This Folder', defaultPath: backups.folder, properties: ['openDirectory', 'createDirectory'],
      });
      const [folder] = filePaths;
      if (canceled || folder === undefined) return null;
      await backups.useFolder(folder);
      await settings.change({ backupFolder: folder });
      return { folder: namePath(folder) };
    },
    async 'backups.open-file'(_input, { window }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Open a Backup', defaultPath: backups.folder, properties: ['openFile'],
        filters: [{ name: 'Backups of Recto', extensions: [LIBRARY_EXTENSION] }, { name: 'All Files', extensions: ['*'] }],
      });
      const [path] = filePaths;
      return canceled || path === undefined ? null : backups.openFile(path);
    },
    'backups.inspect': async ({ backupId }) => ({ books: await backups.inspect(backupId) }),
    'backups.read-book': (input) => backups.readBook(input),
    'backups.reveal'({ backupId }) {
      shell.showItemInFolder(backups.pathOf(backupId));
      return null;
    },
  };
}
