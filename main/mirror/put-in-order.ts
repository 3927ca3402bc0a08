import type { Notice } from '#schemas/ipc.ts';
import { checkLibrary } from './check-library.ts';

export interface PutInOrderOptions {
  backupFolder: string;
  now: Date;
  /** The file was found damaged already. */
  distrusted: boolean;
}

export function putLibraryInOrder(path: string, options: PutInOrderOptions): { notices: Notice[]; rowsUnchecked: boolean } {
  void options;
  checkLibrary(path, { rows: true });
  return { notices: [], rowsUnchecked: false };
}
