import type { Dialog } from 'electron';
import { RectoError } from '#schemas/errors.ts';
import type { FileDialog } from '../files/create-file-handlers.ts';

/**
 * The system's file dialogs, one at a time: a page can't bury the author under them.
 * @returns dialogs that throw RectoError rate_limited while one is open
 */
export function oneDialogAtATime(dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>): FileDialog {
  let isOpen = false;
  const show = async <T>(open: () => Promise<T>): Promise<T> => {
    if (isOpen) throw new RectoError('rate_limited', 'A dialog of Recto is open already. Close it first; nothing was changed.');
    isOpen = true;
    try {
      return await open();
    } finally {
      isOpen = false;
    }
  };
  return {
    showOpenDialog: (window, options) => show(() => dialog.showOpenDialog(window, options)),
    showSaveDialog: (window, options) => show(() => dialog.showSaveDialog(window, options)),
  };
}
