/** What the program says by itself in dialogs of the system: where a page can't say it, or may not. */
import type { BrowserWindow, Dialog, MessageBoxOptions } from 'electron';
import type { QuitAnswer } from './quit-guard.ts';

export interface NativeQuestions {
  /** Before words may be lost. */
  askToClose(reason: string): Promise<QuitAnswer>;
  /** A page that stops again and again. */
  askAfterCrashes(): Promise<'open' | 'reports' | 'quit'>;
  /** A page that hangs; taken back by itself when it goes on. */
  askWhileHanging(signal: AbortSignal): Promise<'wait' | 'restart'>;
  /** A newer version is there. */
  askToUpdate(version: string): Promise<boolean>;
  tell(message: string, detail?: string): Promise<void>;
}

export function createNativeQuestions(dialog: Pick<Dialog, 'showMessageBox'>, window: () => BrowserWindow | null): NativeQuestions {
  const show = async (options: MessageBoxOptions): Promise<number> => {
    const owner = window();
    const { response } = await (owner && !owner.isDestroyed() ? dialog.showMessageBox(owner, options) : dialog.showMessageBox(options));
    return response;
  };
  /** `buttons`: the first is what Enter and Escape mean, and it loses nothing. */
  const choose = async <T>(options: Omit<MessageBoxOptions, 'buttons'>, buttons: readonly (readonly [T, string])[]): Promise<T> => {
    const response = await show({ ...options, buttons: buttons.map(([, label]) => label), defaultId: 0, cancelId: 0, noLink: true });
    return (buttons[response] ?? buttons[0]!)[0];
  };
  return {
    askToClose: (reason) =>
      choose<QuitAnswer>({ type: 'warning', message: 'Not everything is saved yet.', detail: reason }, [
        ['wait', 'Keep Waiting'],
        ['close', 'Close Anyway'],
      ]),
    askAfterCrashes: () =>
      choose<'open' | 'reports' | 'quit'>({ type: 'error', message: 'Recto’s window stops again and again.', detail: 'Everything that was ‘Saved’ is safe in the library file. What went wrong is described in the crash reports on this computer.' }, [
        ['open', 'Open Again'],
        ['reports', 'Show Crash Reports'],
        ['quit', 'Quit'],
      ]),
    askWhileHanging: (signal) =>
      choose<'wait' | 'restart'>(
        { type: 'warning', message: 'Recto’s window does not answer.', detail: 'Everything that was ‘Saved’ is safe. Waiting loses nothing; a restart of the window can lose what was typed in the last two seconds.', signal },
        [
          ['wait', 'Wait'],
          ['restart', 'Restart the Window'],
        ],
      ),
    askToUpdate: (version) =>
      choose<boolean>({ type: 'question', message: `Recto ${version} is there.`, detail: 'It can be fetched now and is installed when Recto closes. Your books are not touched.' }, [
        [false, 'Not Now'],
        [true, 'Fetch It'],
      ]),
    async tell(message, detail) {
      await show({ type: 'info', message, ...(detail !== undefined && { detail }), buttons: ['OK'], noLink: true });
    },
  };
}
