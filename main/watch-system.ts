/** The computer sleeps, wakes, and goes down: the words are stored first, and nobody is asked when there is nobody to answer. */
import type { BrowserWindow } from 'electron';
import type { Electron } from './electron-parts.ts';
import type { QuitGuard } from './quit-guard.ts';

export interface SystemParts {
  electron: Pick<Electron, 'app' | 'powerMonitor'>;
  window: BrowserWindow;
  quitGuard: QuitGuard;
  onResume(): void;
}

interface Holdable {
  preventDefault(): void;
}

export function watchSystem({ electron: { app, powerMonitor }, window, quitGuard, onResume }: SystemParts): void {
  const hold = (event: Holdable, mayAsk: boolean): void => {
    if (quitGuard.isOver) return;
    event.preventDefault();
    quitGuard.begin({ mayAsk });
  };
  window.on('close', (event) => hold(event, true));
  app.on('before-quit', (event) => hold(event, true));
  // Windows ends its session; Linux and macOS go down.
  window.on('query-session-end', (event) => hold(event, false));
  window.on('session-end', () => quitGuard.begin({ mayAsk: false }));
  // The event is there at run time, though its type has none.
  powerMonitor.on('shutdown', ((event?: Holdable) => hold(event ?? { preventDefault: () => undefined }, false)) as () => void);
  powerMonitor.on('resume', onResume);
  // One window is the program, on a Mac too.
  app.on('window-all-closed', () => app.quit());
}
