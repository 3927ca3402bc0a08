/**
 * The socket that says what changed. It is never the only carrier: after each (re)connection and after any gap the
 * device pulls.
 */
import type { SocketEvent, SocketRequest, SyncChangedEvent } from '#schemas/generated/types.ts';
import type { StudioConnection, StudioSocket } from '../ports.ts';
import type { Backoff } from './backoff.ts';

export interface EventStreamOptions {
  connection: Pick<StudioConnection, 'openSocket'>;
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

/** Opens a socket and another one whenever it is lost, until closed. */
export function openEventStream(options: EventStreamOptions): EventStream {
  const { connection, backoff } = options;
  const stopped = new AbortController();
  const state = { epoch: null as string | null, socket: null as StudioSocket | null };

  function receive(text: string): void {
    const event = readEvent(text);
    if (event?.type === 'ready') {
      state.epoch = textOf(event.data['epoch']);
      backoff.reset();
      state.socket?.send(JSON.stringify({ type: 'sync' } satisfies SocketRequest));
      options.onOpen(state.epoch);
    } else if (event?.type === 'sync.changed') {
      options.onChanged(event.data);
    } else if (event?.type === 'sync.resync') {
      options.onResync();
    }
  }

  /** One socket's life. */
  async function run(): Promise<void> {
    const life = { end: (): void => undefined };
    const ended = new Promise<void>((resolve) => {
      life.end = resolve;
    });
    state.socket = await connection.openSocket({ onMessage: receive, onClose: () => life.end() });
    if (stopped.signal.aborted) state.socket.close();
    await ended;
  }

  async function keepOpen(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await run();
      } catch (thrown) {
        if (isSignedOut(thrown)) {
          options.onSignedOut(thrown);
          return;
        }
        // The network is away: tried again.
      }
      state.socket = null;
      if (stopped.signal.aborted) return;
      options.onLost();
      await backoff.wait(stopped.signal);
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

function isSignedOut(thrown: unknown): boolean {
  return thrown instanceof Error && 'status' in thrown && thrown.status === 401;
}

function readEvent(text: string): SocketEvent | null {
  try {
    return JSON.parse(text) as SocketEvent;
  } catch {
    // Not ours: a proxy's noise. The next pull has whatever it may have been about.
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
