/**
 * What a window asks of the program around it: a call a line, from its name to what goes in and what comes out. A
 * desktop window carries the calls over IPC; the browser's platform answers those it can with what a browser has.
 */
import type { Problem } from './generated/types.ts';

/** A file on its way to or from a disk. */
export interface FileContent {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

export interface IpcCalls {
  'secrets.get': { input: { name: string }; output: string | null };
  'secrets.set': { input: { name: string; value: string }; output: null };
  'secrets.delete': { input: { name: string }; output: null };
  /** Answers where it is, as a sentence's end: 'in your downloads'. */
  'files.save': { input: FileContent; output: string };
  /** Opens a page in the person's own browser. */
  'links.open': { input: { url: string }; output: null };
}

export type IpcCallName = keyof IpcCalls;
export type IpcInput<N extends IpcCallName> = IpcCalls[N]['input'];
export type IpcOutput<N extends IpcCallName> = IpcCalls[N]['output'];

/**
 * How a call ends: only what is in a message survives the way between processes, so an error travels as its problem.
 *
 * @public for the desktop's bridge
 */
export type IpcAnswer<N extends IpcCallName> = { ok: true; value: IpcOutput<N> } | { ok: false; error: Problem };
