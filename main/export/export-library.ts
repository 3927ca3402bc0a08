/** Export everything from a library's file to a folder, which is written under another name and renamed when all of it is there. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExportOptions, ExportReport } from '#processors/contract/library-source.ts';
import { writeLibrary } from '#processors/library-export/write-library.ts';
import { openExportFolder } from './export-folder.ts';
import { openLibraryReader } from './library-reader.ts';

export interface ExportRequest {
  /** A library's file, or a backup. */
  from: string;
  /** The folder to make. */
  out: string;
}

/**
 * @throws RectoError file_unreadable, storage_damaged, storage_newer, storage_locked, file_unwritable, storage_full, cancelled:
 * nothing is left at `out` then
 */
export async function exportLibrary({ from, out }: ExportRequest, options: ExportOptions): Promise<ExportReport> {
  const reader = openLibraryReader(from);
  try {
    const folder = await openExportFolder(out);
    try {
      // A word from outside, such as that it is cancelled, is heard between two blobs.
      const report = await writeLibrary(reader, folder, { ...options, pause: () => nextTurn() });
      await folder.finish();
      return { ...report, files: folder.files };
    } catch (thrown) {
      await folder.discard();
      throw thrown;
    }
  } finally {
    reader.close();
  }
}
