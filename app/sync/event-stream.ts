/**
 * The socket that says what changed. It is never the only carrier: after each (re)connection and after any gap the
 * device pulls.
 */
import type { SocketEvent, SocketRequest, SyncChangedEvent } from '#schemas/generated/types.ts';
import { EVENTS_PATH } from '#schemas/http.ts';
import type { Network } from '../ports.ts';
import type { Backoff } from './backoff.ts';
import type { TokenSource } from './sync-types.ts';

export interface EventStreamOptions {
  server: string;
  network: Pick<Network, 'WebSocket'>;
  tokens: TokenSource;
  backoff: Backoff;
  onChanged(data: SyncChangedEvent['data']): void;
  onResync(): void;
  /** With the server's epoch, where it says it. */
  onOpen(epoch: string | null): void;
  /** The socket is gone, or could not be opened. */
  onLost(): void;
  /** No token is to be had: the author has to sign in. Nothing more is tried. */
  onSignedOut(thrown: unknown): void;
}

export interface EventStream {
  /** The epoch that the server named when the socket opened. */
  readonly epoch: string | null;
  close(): void;
}

/** Close codes of the private range (RFC 6455 §7.4.2) that speak of the token. */
const TOKEN_REFUSED: ReadonlySet<number> = new Set([4401, 4403, 4419]);

/** Opens a socket and another one whenever it is lost, until closed. */
export function openEventStream(options: EventStreamOptions): EventStream {
  const { server, network, tokens, backoff } = options;
  const stopped = new AbortController();
  const state = { epoch: null as string | null, socket: null as WebSocket | null };

  /** One socket's life. @returns its close code */
  function run(token: string): Promise<number> {
    return new Promise((resolve) => {
      const socket = new network.WebSocket(`${server.replace(/^http/, 'ws')}${EVENTS_PATH}`);
      state.socket = socket;
      const send = (request: SocketRequest): void => socket.send(JSON.stringify(request));
      socket.addEventListener('open', () => send({ type: 'auth', token }));
      socket.addEventListener('message', (message: MessageEvent) => {
        const event = readEvent(message.data);
        if (event?.type === 'ready') {
          state.epoch = textOf(event.data['epoch']);
          backoff.reset();
          send({ type: 'sync' });
          options.onOpen(state.epoch);
        } else if (event?.type === 'sync.changed') {
          options.onChanged(event.data);
        } else if (event?.type === 'sync.resync') {
          options.onResync();
        }
      });
      // An error is always followed by a close.
      socket.addEventListener('close', (event: CloseEvent) => resolve(event.code));
    });
  }

  async function keepOpen(): Promise<void> {
    let refused: string | null = null;
    while (!stopped.signal.aborted) {
      try {
        const token: string = refused === null ? await tokens.accessToken() : await tokens.renew(refused);
        if (stopped.signal.aborted) return;
        const code = await run(token);
        refused = TOKEN_REFUSED.has(code) ? token : null;
      } catch (thrown) {
        if (isSignedOut(thrown)) {
          options.onSignedOut(thrown);
          return;
        }
        // The network is away for the token too.
        refused = null;
      }
      state.socket = null;
      if (stopped.signal.aborted) return;
      options.onLost();
      if (refused === null) await backoff.wait(stopped.signal);
    }
  }

  void keepOpen();
  return {
    get epoch() {
      return state.epoch;
    },
    close: () => {
      stopped.abort();
      state.socket?.close();
    },
  };
}

export function isSignedOut(thrown: unknown): boolean {
  return thrown instanceof Error && 'status' in thrown && thrown.status === 401;
}

function readEvent(data: unknown): SocketEvent | null {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(data) as SocketEvent;
  } catch {
    // Not ours: a proxy's noise. The next pull has whatever it may have been about.
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
