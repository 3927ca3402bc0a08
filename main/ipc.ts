/**
 * The one way from a window into this program. Raw ipcMain is used nowhere else: each call's sender and input are
 * checked here, and what a handler throws goes back as its problem.
 */
import type { BrowserWindow } from 'electron';
import type { IpcEventName, IpcEvents, IpcHandlers } from '#schemas/ipc.ts';

/** Who calls. */
export interface IpcContext {
  readonly window: BrowserWindow;
  send<N extends IpcEventName>(name: N, data: IpcEvents[N]): void;
}

export type Handlers = IpcHandlers<IpcContext>;
