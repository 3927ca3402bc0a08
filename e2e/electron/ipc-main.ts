import { EventEmitter } from 'node:events';
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { throwOnMissing } from './stand-in.ts';

type Handler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;

/** Listeners and handlers by channel: ipcMain's, and those of each page's own `ipc`. */
export class IpcMainStandIn extends EventEmitter implements Pick<IpcMain, 'handle' | 'handleOnce' | 'removeHandler'> {
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, listener: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, listener);
  }

  handleOnce(channel: string, listener: Handler): void {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel);
      return listener(event, ...args);
    });
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  /** The handler of a channel, where there is one here. */
  findHandler(channel: string): Handler | undefined {
    return this.#handlers.get(channel);
  }
}
Object.setPrototypeOf(IpcMainStandIn.prototype, throwOnMissing('ipcMain', EventEmitter.prototype));

export const ipcMain = new IpcMainStandIn();
