/**
 * The one way from a window into this program. Raw ipcMain is used nowhere else: each call's sender and input are
 * checked here, and what a handler throws goes back as its problem.
 */
import type { BrowserWindow, IpcMain } from 'electron';
import { RectoError } from '#schemas/errors.ts';
import { IPC_CALL_CHANNEL, IPC_EVENT_CHANNEL, IPC_MAX_SIZE, type IpcAnswer, type IpcCallName, type IpcEventName, type IpcEvents, type IpcHandlers, type IpcInput } from '#schemas/ipc.ts';
import { IPC_VALIDATORS } from '#schemas/generated/ipc-catalogue.ts';
import { measureMessage } from './ipc-size.ts';
import { isOwnSender, type Sender } from './security/check-sender.ts';

/** Who calls. */
export interface IpcContext {
  readonly window: BrowserWindow;
  send<N extends IpcEventName>(name: N, data: IpcEvents[N]): void;
}

export type Handlers = IpcHandlers<IpcContext>;

export interface IpcParts {
  ipcMain: Pick<IpcMain, 'handle'>;
  /** The one window; null: there is none now. */
  window(): BrowserWindow | null;
  /** Gets what a handler threw that was no RectoError: a defect, which belongs in a report. */
  onDefect(call: string, thrown: unknown): void;
}

/** Inputs that hold bytes, which JSON Schema has no word for. */
const BYTES: Partial<Record<IpcCallName, { field: string; maxBytes: number }>> = {
  'files.save-write': { field: 'bytes', maxBytes: 4 * 1024 * 1024 },
};

/** From now on the window's calls are answered. Problems: forbidden (foreign sender), malformed (unknown call, wrong input), too_large. */
export function registerIpc(handlers: Handlers, parts: IpcParts): void {
  parts.ipcMain.handle(IPC_CALL_CHANNEL, (event, name: unknown, input: unknown) => answer(handlers, parts, event, name, input));
}

/** Tells the window. What a window that is going can't hear is dropped: nothing here is the only carrier of a change. */
export function sendEvent<N extends IpcEventName>(window: BrowserWindow | null, name: N, data: IpcEvents[N]): void {
  if (!window || window.isDestroyed() || window.webContents.isDestroyed()) return;
  window.webContents.send(IPC_EVENT_CHANNEL, { name, data });
}

async function answer(handlers: Handlers, parts: IpcParts, event: Sender, name: unknown, input: unknown): Promise<IpcAnswer<IpcCallName>> {
  try {
    const window = parts.window();
    if (!window || !isOwnSender(event, window.webContents)) throw new RectoError('forbidden', 'This call came from a page that may not make it.');
    if (!isCallName(name)) throw new RectoError('malformed', 'There is no call of this name.');
    const value = await callHandler(handlers, name, input, { window, send: (eventName, data) => sendEvent(window, eventName, data) });
    return { ok: true, value };
  } catch (thrown) {
    if (!(thrown instanceof RectoError)) parts.onDefect(typeof name === 'string' ? name : typeof name, thrown);
    return { ok: false, error: RectoError.from(thrown, 'internal', 'Recto could not do this because of a fault of its own. What was saved is safe; try it again.').toProblem() };
  }
}

async function callHandler<N extends IpcCallName>(handlers: Handlers, name: N, input: unknown, context: IpcContext) {
  checkInput(name, input);
  return handlers[name](input as IpcInput<N>, context);
}

function isCallName(name: unknown): name is IpcCallName {
  return typeof name === 'string' && Object.hasOwn(IPC_VALIDATORS, name);
}

/** @throws RectoError malformed, too_large */
export function checkInput(name: IpcCallName, input: unknown): void {
  const size = measureMessage(input, IPC_MAX_SIZE);
  if (size === 'unfit') throw new RectoError('malformed', `The input of ${name} holds something that is no plain data.`);
  if (size === 'too-large') throw new RectoError('too_large', `The input of ${name} is longer than ${IPC_MAX_SIZE} characters.`);
  const validate = IPC_VALIDATORS[name];
  if (!validate(input)) {
    const errors = (validate.errors ?? []).map(({ instancePath, message }) => ({ path: instancePath, message: message ?? 'does not fit' }));
    throw new RectoError('malformed', `The input of ${name} does not fit its schema.`, { errors });
  }
  checkBytes(name, input);
}

function checkBytes(name: IpcCallName, input: unknown): void {
  const rule = BYTES[name];
  if (!rule) return;
  const bytes = (input as Record<string, unknown>)[rule.field];
  if (!(bytes instanceof Uint8Array)) throw new RectoError('malformed', `The input of ${name} does not fit its schema.`, { errors: [{ path: `/${rule.field}`, message: 'must be a Uint8Array' }] });
  if (bytes.byteLength > rule.maxBytes) throw new RectoError('too_large', `At most ${rule.maxBytes} bytes go in one ${name}.`);
}
