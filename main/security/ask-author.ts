/** The native dialog behind a question. */
import type { BrowserWindow, Dialog } from 'electron';
import type { AskAuthor } from './allowed-origins.ts';

const YES = 1;

/** @param window the one that the dialog belongs to; null: it stands alone */
export function createAskAuthor(dialog: Pick<Dialog, 'showMessageBox'>, window: () => BrowserWindow | null): AskAuthor {
  return async ({ message, detail, yes, no, isWarning }) => {
    const options = {
      type: isWarning ? ('warning' as const) : ('question' as const),
      message,
      detail,
      buttons: [no, yes],
      // No: the author may be typing when a page has this asked, and Enter must not answer it.
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    };
    const owner = window();
    const { response } = await (owner ? dialog.showMessageBox(owner, options) : dialog.showMessageBox(options));
    return response === YES;
  };
}
