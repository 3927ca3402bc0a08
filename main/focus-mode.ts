import type { BrowserWindow } from 'electron';

export interface FocusMode {
  /** Full screen and no menu bar; off puts back what was there. */
  set(on: boolean): void;
  /** Whether the window is full because of it: that is not how it opens the next time. */
  readonly isOn: boolean;
}

export function createFocusMode(window: Pick<BrowserWindow, 'isFullScreen' | 'setFullScreen' | 'setMenuBarVisibility'>): FocusMode {
  let wasFull: boolean | null = null;
  return {
    get isOn() {
      return wasFull !== null;
    },
    set(on) {
      if (on === (wasFull !== null)) return;
      if (on) {
        wasFull = window.isFullScreen();
        window.setFullScreen(true);
      } else {
        window.setFullScreen(wasFull ?? false);
        wasFull = null;
      }
      window.setMenuBarVisibility(!on);
    },
  };
}
