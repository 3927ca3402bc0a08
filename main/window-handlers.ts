/** The calls that are about the window and the program, not about what is in it. */
import type { IpcInput, StartInformation } from '#schemas/ipc.ts';
import type { FocusMode } from './focus-mode.ts';
import type { Handlers } from './ipc.ts';
import type { Notices } from './notices.ts';
import type { OpenRequests } from './open-requests.ts';
import { printPage } from './print.ts';
import type { QuitGuard } from './quit-guard.ts';
import type { Updates } from './updates.ts';

export type WindowCalls = 'app.start' | 'window.ready' | 'window.flushed' | 'window.set-focus-mode' | 'window.print' | 'menu.set-context' | 'updates.check';

export interface WindowHandlerParts {
  /** The library's file is open, and what was found of it is told. */
  opened: Promise<void>;
  start: Omit<StartInformation, 'notices'>;
  notices: Notices;
  openRequests: OpenRequests;
  quitGuard: QuitGuard;
  focusMode(): FocusMode;
  updates: Updates;
  /** A page is starting: the one before is gone. */
  onStart(): void;
  /** Its screens are there: from now on it may hold words. */
  onReady(): void;
  onContext(context: IpcInput<'menu.set-context'>): void;
}

export function createWindowHandlers(parts: WindowHandlerParts): Pick<Handlers, WindowCalls> {
  return {
    async 'app.start'() {
      parts.onStart();
      parts.openRequests.hold();
      await parts.opened;
      return { ...parts.start, notices: parts.notices.take() };
    },
    'window.ready'() {
      parts.onReady();
      parts.openRequests.ready();
      return null;
    },
    'window.flushed'(answer) {
      parts.quitGuard.flushed(answer);
      return null;
    },
    'window.set-focus-mode'({ on }) {
      parts.focusMode().set(on);
      return null;
    },
    'window.print': (_input, { window }) => printPage(window.webContents),
    'menu.set-context'(context) {
      parts.onContext(context);
      return null;
    },
    'updates.check': () => parts.updates.check(),
  };
}
