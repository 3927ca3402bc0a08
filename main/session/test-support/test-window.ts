/** A window as far as the session's handlers look at one: its page goes when a test says so, and its events are kept. */
import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import type { SocketEvent } from '#schemas/ipc.ts';
import type { IpcContext } from '../../ipc.ts';

export interface TestWindow {
  readonly context: IpcContext;
  readonly window: BrowserWindow;
  readonly events: SocketEvent[];
  /** Another page comes, a part of this page is looked at, the page crashes, the window is closed. */
  happen(what: 'reload' | 'go to a heading' | 'load a frame' | 'crash' | 'close'): void;
  /** How many wait for something to happen. */
  listeners(): number;
}

export function createTestWindow(): TestWindow {
  const webContents = new EventEmitter();
  const window = { webContents } as unknown as BrowserWindow;
  const events: SocketEvent[] = [];
  return {
    window,
    events,
    context: { window, send: (name, data) => void (name === 'socket' && events.push(data as SocketEvent)) },
    happen: (what) => {
      if (what === 'crash') webContents.emit('render-process-gone', {}, {});
      else if (what === 'close') webContents.emit('destroyed');
      else webContents.emit('did-start-navigation', { isMainFrame: what !== 'load a frame', isSameDocument: what === 'go to a heading' });
    },
    listeners: () => webContents.eventNames().reduce((sum, name) => sum + webContents.listenerCount(name), 0),
  };
}
