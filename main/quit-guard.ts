/**
 * The window closes when its words are stored, not before. Its page is told to save (event `flush`) and answers
 * (`window.flushed`); where it can't, or takes long, the author is asked.
 */
import type { Handlers } from './ipc.ts';

type Flushed = Parameters<Handlers['window.flushed']>[0];

/** What the author says when words may be unsaved. */
export type QuitAnswer = 'wait' | 'close';

export interface QuitParts {
  /** False: there is no page that could hold words (not there yet, or stopped). */
  hasPage(): boolean;
  flush(flushId: number): void;
  /** Nobody can type in it from now on. */
  hide(): void;
  /** It stays after all. */
  show(): void;
  /** A native question; `reason` is a sentence. */
  ask(reason: string): Promise<QuitAnswer>;
  /** All is stored, or the author let it go: close what is open on the disk, and end. */
  end(): Promise<void>;
  onProblem(thrown: unknown): void;
  /** 10 s. */
  timeoutMs?: number;
}

export interface QuitGuard {
  /** Begins to close, once; more calls change nothing. With `mayAsk` false (the system is going down) nobody is asked. */
  begin(options?: { mayAsk: boolean }): void;
  flushed(answer: Flushed): void;
  /** The page stopped: it will not answer any more. */
  pageGone(): void;
  /** Nothing holds the window any more. */
  readonly isOver: boolean;
}

const NO_ANSWER = 'Recto’s page does not answer, so it can’t be said that the last words are stored. Everything that was ‘Saved’ is safe.';

export function createQuitGuard({ hasPage, flush, hide, show, ask, end, onProblem, timeoutMs = 10_000 }: QuitParts): QuitGuard {
  let state: 'open' | 'closing' | 'over' = 'open';
  let flushId = 0;
  let settle: ((answer: Flushed | null) => void) | null = null;

  const flushOnce = (): Promise<Flushed | null> => {
    flushId += 1;
    const answer = new Promise<Flushed | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), timeoutMs);
      settle = (given) => {
        clearTimeout(timer);
        resolve(given);
      };
    });
    flush(flushId);
    return answer;
  };

  /** Keys are heard while the page answers and until the window is gone: those of that moment are stored, too. */
  const flushAll = async (mayAsk: boolean): Promise<Flushed | null> => {
    const first = await flushOnce();
    if (!first?.saved || !hasPage()) return first;
    hide();
    const last = await flushOnce();
    if (!last?.saved && mayAsk && hasPage()) show();
    return last;
  };

  const close = async (mayAsk: boolean): Promise<void> => {
    while (hasPage()) {
      const answer = await flushAll(mayAsk);
      if (answer?.saved || !mayAsk || !hasPage()) break;
      const reason = answer ? (answer.message ?? 'Some of your last words could not be stored. Everything that was ‘Saved’ is safe.') : NO_ANSWER;
      if ((await ask(reason)) === 'close') break;
    }
    state = 'over';
    await end();
  };

  return {
    begin({ mayAsk } = { mayAsk: true }) {
      if (state !== 'open') return;
      state = 'closing';
      close(mayAsk).catch((thrown: unknown) => {
        // Nobody could be asked: the words stay, and closing can be tried again.
        state = 'open';
        onProblem(thrown);
      });
    },
    flushed(answer) {
      if (answer.flushId === flushId) settle?.(answer);
    },
    pageGone() {
      settle?.(null);
    },
    get isOver() {
      return state === 'over';
    },
  };
}
