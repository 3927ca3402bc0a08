/** Only our own window's own page is listened to: no frame inside of it, no other page, no other origin. */
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { APP_ORIGIN } from '#schemas/ipc.ts';

export type Sender = Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>;

/** Whether a URL is one of the app's own pages. */
export function isAppUrl(url: string): boolean {
  return URL.canParse(url) && originOf(new URL(url)) === APP_ORIGIN;
}

/** `URL.origin` is 'null' for a scheme that Node doesn't know. */
function originOf(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

/** @param own the contents of the one window; null: there is none now */
export function isOwnSender(event: Sender, own: WebContents | null): boolean {
  // A frame is null when it was gone before its message was read.
  const { sender, senderFrame } = event;
  return own !== null && sender === own && senderFrame !== null && senderFrame.parent === null && isAppUrl(senderFrame.url);
}
