import type { WebContents } from 'electron';
import { RectoError } from '#schemas/errors.ts';

/** Electron's word for a dialog that was closed. */
const CLOSED = /cancel/i;

/**
 * The system's own dialog, on what the page shows to paper.
 * @returns false: the author closed it
 * @throws RectoError unavailable: no printer, or it failed
 */
export function printPage(contents: Pick<WebContents, 'print'>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    contents.print({ silent: false, printBackground: false }, (success, reason) => {
      if (success) resolve(true);
      else if (reason === '' || CLOSED.test(reason)) resolve(false);
      else reject(new RectoError('unavailable', `It could not be printed (${reason}). Your words are as they were; see that a printer is set up, and try again.`));
    });
  });
}
