/** A page that stops is opened again; one that hangs is the author's to wait for. Its words are in the library file. */
import type { BrowserWindow } from 'electron';
import type { Notice } from '#schemas/ipc.ts';
import type { CrashLoop } from './crash-loop.ts';
import type { NativeQuestions } from './native-questions.ts';

export interface WatchParts {
  window: BrowserWindow;
  questions: Pick<NativeQuestions, 'askAfterCrashes' | 'askWhileHanging'>;
  crashLoop: CrashLoop;
  /** True: the window is going anyway. */
  isClosing(): boolean;
  /** The page is gone: nothing reaches it, and it answers nothing. */
  onGone(reason: string): void;
  notify(notice: Notice): void;
  load(): Promise<void>;
  showCrashReports(): void;
  quit(): void;
  onProblem(thrown: unknown): void;
}

const AGAIN = 'Recto’s window stopped and was opened again. Everything that was ‘Saved’ is there; look at the last sentence you typed.';

export function watchPage(parts: WatchParts): void {
  const { window } = parts;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    parts.onGone(reason);
    if (!parts.isClosing()) comeBack(parts).catch(parts.onProblem);
  });
  watchHanging(parts);
}

async function comeBack(parts: WatchParts): Promise<void> {
  // Electron may say so from within the end of the process, where a page that is loaded takes the program down (electron#51900).
  await new Promise((resolve) => setImmediate(resolve));
  if (parts.window.isDestroyed()) return undefined;
  if (parts.crashLoop.next() === 'ask') {
    const answer = await parts.questions.askAfterCrashes();
    if (answer === 'quit') return parts.quit();
    if (answer === 'reports') parts.showCrashReports();
  }
  parts.notify({ kind: 'warning', message: AGAIN });
  await parts.load();
}

function watchHanging({ window, questions, isClosing, onProblem }: WatchParts): void {
  let asking: AbortController | null = null;
  window.on('unresponsive', () => {
    if (asking || isClosing()) return;
    const question = new AbortController();
    asking = question;
    questions
      .askWhileHanging(question.signal)
      .then((answer) => {
        asking = null;
        // It goes as one that stopped, and comes back as such.
        if (answer === 'restart' && !question.signal.aborted && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
      })
      .catch(onProblem);
  });
  window.on('responsive', () => asking?.abort());
}
