/** The sockets of events that windows have open. Each is signed in here, and dies with the page that asked for it. */
import type { BrowserWindow, Event, WebContentsDidStartNavigationEventParams } from 'electron';
import { RectoError } from '#schemas/errors.ts';
import { validateSocketRequest } from '#schemas/generated/validators.js';
import { EVENTS_PATH } from '#schemas/http.ts';
import type { AccountName } from '#schemas/ipc.ts';
import type { IpcContext } from '../ipc.ts';
import type { Session } from './session.ts';

export interface EventSockets {
  /** @throws RectoError unauthenticated, network, protocol, rate_limited (this page has too many) */
  open(account: AccountName, context: IpcContext): Promise<number>;
  /** @throws RectoError not_found, malformed (no request that a window may make) */
  send(socketId: number, text: string, window: BrowserWindow): void;
  close(socketId: number, window: BrowserWindow): void;
  /** The computer woke up: what was connected before may hang for minutes. Windows open others. */
  closeAll(): void;
}

interface OpenSocket {
  socket: WebSocket;
  window: BrowserWindow;
}

/** Close codes of the private range (RFC 6455 §7.4.2) that speak of the token. */
const TOKEN_REFUSED: ReadonlySet<number> = new Set([4401, 4403, 4419]);
/** A page has one for its sync; for a moment, after a lost one, two. */
const MAX_SOCKETS = 4;

export function createEventSockets(session: Pick<Session, 'authorize' | 'renew' | 'onEnd'>, SocketClass: typeof WebSocket): EventSockets {
  const sockets = new Map<number, OpenSocket>();
  let opened = 0;
  /** The token that the last socket was closed over. */
  let refused: string | null = null;

  const find = (socketId: number, window: BrowserWindow): WebSocket => {
    const found = sockets.get(socketId);
    if (found?.window !== window) throw new RectoError('not_found', 'This socket is closed.');
    return found.socket;
  };
  const closeAll = (): void => {
    for (const { socket } of sockets.values()) socket.close();
  };
  session.onEnd(closeAll);

  function start(socketId: number, token: string, socket: WebSocket, { window, send }: IpcContext): void {
    sockets.set(socketId, { socket, window });
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ type: 'auth', token }));
      send('socket', { socketId, kind: 'open' });
    });
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') send('socket', { socketId, kind: 'message', text: data });
    });
    // An error is always followed by a close.
    socket.addEventListener('close', ({ code }) => {
      sockets.delete(socketId);
      if (TOKEN_REFUSED.has(code)) refused = token;
      send('socket', { socketId, kind: 'close', code });
    });
  }

  return {
    open: async (account, context) => {
      const page = watchPage(context.window);
      try {
        if ([...sockets.values()].filter(({ window }) => window === context.window).length >= MAX_SOCKETS) {
          throw new RectoError('rate_limited', 'This window has its sockets already.', { retryAfterMs: 1000 });
        }
        const { server, token } = await (refused === null ? session.authorize(account) : session.renew(account, refused));
        refused = null;
        if (page.isGone) throw new RectoError('cancelled', 'The window is gone.');
        opened += 1;
        const socketId = opened;
        const socket = new SocketClass(`${server.replace(/^http/, 'ws')}${EVENTS_PATH}`);
        start(socketId, token, socket, context);
        page.onGone(() => socket.close());
        socket.addEventListener('close', () => page.forget());
        return socketId;
      } catch (thrown) {
        page.forget();
        throw thrown;
      }
    },
    send: (socketId, text, window) => {
      const socket = find(socketId, window);
      checkRequest(text);
      if (socket.readyState !== SocketClass.OPEN) throw new RectoError('not_found', 'This socket is not open.');
      socket.send(text);
    },
    close: (socketId, window) => {
      if (sockets.get(socketId)?.window === window) find(socketId, window).close();
    },
    closeAll,
  };
}

/** Signing in is not a window's. @throws RectoError malformed */
function checkRequest(text: string): void {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch (cause) {
    throw new RectoError('malformed', 'A message on this socket is a JSON text.', { cause });
  }
  if (!validateSocketRequest(request) || request.type === 'auth') throw new RectoError('malformed', 'A window sends subscribe or sync on this socket.');
}

interface PageWatch {
  readonly isGone: boolean;
  onGone(listener: () => void): void;
  forget(): void;
}

/** Until the page that is in the window now is gone: closed, crashed, or replaced by another. */
function watchPage({ webContents }: BrowserWindow): PageWatch {
  const state = { isGone: false, listener: (): void => undefined };
  const end = (): void => {
    state.isGone = true;
    state.listener();
  };
  const onNavigation = ({ isMainFrame, isSameDocument }: Event<WebContentsDidStartNavigationEventParams>): void => {
    if (isMainFrame && !isSameDocument) end();
  };
  webContents.on('did-start-navigation', onNavigation);
  webContents.on('render-process-gone', end);
  webContents.on('destroyed', end);
  return {
    get isGone() {
      return state.isGone;
    },
    onGone: (listener) => {
      state.listener = listener;
    },
    forget: () => {
      webContents.off('did-start-navigation', onNavigation);
      webContents.off('render-process-gone', end);
      webContents.off('destroyed', end);
    },
  };
}
