/** The account's server by way of the program, which alone has its address and the tokens: this window asks its own origin. */
import type { Studio, StudioConnection, StudioSocketListener } from '#app/ports.ts';
import { unreachable } from '#schemas/read-reply.ts';
import { ACCOUNT_HEADER, accountHeader, STUDIO_GATEWAY, type AccountName, type SocketEvent } from '#schemas/ipc.ts';
import type { CallMain, ListenToMain } from './desktop-bridge.ts';

export interface DesktopStudioParts {
  call: CallMain;
  on: ListenToMain;
  /** What `secrets.status` says. */
  persistent: boolean;
  /** Of this window, whose origin the program answers. */
  fetch?: typeof fetch;
}

export function createDesktopStudio({ call, on, persistent, fetch: fetchHere = (input, init) => fetch(input, init) }: DesktopStudioParts): Studio {
  const sockets = createSockets(call, on);
  return {
    persistent,
    // Where even this is not heard the requests are not either, and say so; a session of nobody's is left at the next start.
    resume: (session) => void call('session.resume', { account: session && nameOf(session) }).catch(() => undefined),
    enter: (how, { server, email, password, invitation }) => call('session.enter', { how, server, email, password, ...(invitation !== undefined && { invitation }) }),
    requestReset: async ({ server, email }) => void (await call('session.request-reset', { server, email })),
    leave: async () => void (await call('session.leave', {})),
    connect: (session) => connect(nameOf(session), sockets, fetchHere),
  };
}

const nameOf = ({ server, userId }: AccountName): AccountName => ({ server, userId });

function connect(account: AccountName, sockets: Sockets, fetchHere: typeof fetch): StudioConnection {
  return {
    fetch: async (path, { headers, ...init }) => {
      try {
        return await fetchHere(STUDIO_GATEWAY + path, { ...init, headers: { ...headers, [ACCOUNT_HEADER]: accountHeader(account) }, cache: 'no-store', credentials: 'omit', redirect: 'error' });
      } catch (thrown) {
        throw unreachable(account.server, thrown);
      }
    },
    openSocket: async (listener) => {
      const socketId = await sockets.open(account, listener);
      return { send: (text) => sockets.send(socketId, text), close: () => sockets.close(socketId) };
    },
  };
}

interface Sockets {
  open(account: AccountName, listener: StudioSocketListener): Promise<number>;
  send(socketId: number, text: string): void;
  close(socketId: number): void;
}

function createSockets(call: CallMain, on: ListenToMain): Sockets {
  const listeners = new Map<number, StudioSocketListener>();
  /** What overtook the answer to the call that opened its socket. */
  const early = new Map<number, SocketEvent[]>();
  let opening = 0;

  const tell = (listener: StudioSocketListener, { socketId, kind, text, code }: SocketEvent): void => {
    if (kind === 'message' && text !== undefined) listener.onMessage(text);
    if (kind !== 'close') return;
    listeners.delete(socketId);
    listener.onClose(code ?? 1006);
  };
  on('socket', (event) => {
    const listener = listeners.get(event.socketId);
    if (listener) tell(listener, event);
    else if (opening > 0) early.set(event.socketId, [...(early.get(event.socketId) ?? []), event]);
  });
  // A socket that is gone says so by its close: what is sent to it meanwhile is lost with it.
  const ignoreGone = (): void => undefined;

  return {
    open: async (account, listener) => {
      opening += 1;
      try {
        const { socketId } = await call('session.open-socket', account);
        listeners.set(socketId, listener);
        // After whoever waits for the socket has it.
        const waiting = early.get(socketId) ?? [];
        if (waiting.length > 0) setTimeout(() => waiting.forEach((event) => tell(listener, event)));
        early.delete(socketId);
        return socketId;
      } finally {
        opening -= 1;
        if (opening === 0) early.clear();
      }
    },
    send: (socketId, text) => void call('session.send', { socketId, text }).catch(ignoreGone),
    close: (socketId) => void call('session.close-socket', { socketId }).catch(ignoreGone),
  };
}
