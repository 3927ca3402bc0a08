import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describePlace, type FileDialog } from '../files/create-file-handlers.ts';
import type { Grants } from '../files/grants.ts';
import type { Handlers } from '../ipc.ts';
import type { Tasks } from '../tasks.ts';
import { exportInThread } from './export-in-thread.ts';

export interface ExportParts {
  dialog: FileDialog;
  grants: Grants;
  tasks: Tasks;
  /** The library's file. */
  libraryFile: string;
  /** export-thread, as it was built. */
  threadFile: string;
  /** Where the dialog opens, such as the author's documents. */
  documents(): string;
  now(): Date;
}

/** A folder with all that the author wrote, made beside the work that goes on. */
export function createExportHandlers({ dialog, grants, tasks, libraryFile, threadFile, documents, now }: ExportParts): Pick<Handlers, 'export.everything'> {
  return {
    async 'export.everything'({ taskId }, { window, send }) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Export everything',
        message: 'A new folder with all your books is made in the one that you choose.',
        buttonLabel: 'Export here',
        defaultPath: documents(),
        properties: ['openDirectory', 'createDirectory'],
      });
      const [parent] = filePaths;
      if (canceled || parent === undefined) return null;
      const out = await findFreeName(parent, `Recto export ${localDay(now())}`);
      const { books, files } = await tasks.run(taskId, (signal) =>
        exportInThread(threadFile, { from: libraryFile, out }, { signal, onProgress: ({ done, total }) => send('progress', { taskId, done, total }) }),
      );
      return { place: describePlace(out), grant: grants.grant(out), books, files };
    },
  };
}

function localDay(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

async function findFreeName(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? name : `${name} (${number})`);
    if (!(await stat(path).catch(() => null))) return path;
  }
}
