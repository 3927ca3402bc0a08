import { startTimer } from '#processors/contract/timers.ts';
import { RectoError } from '#schemas/errors.ts';
import type { SocketRequest } from '#schemas/generated/types.ts';
import type { StudioConnection, StudioSocket } from '../ports.ts';
import { readEvent, type CarrierListener, type EventCarrier, type OpenCarrier } from './event-carrier.ts';

/** What is asked for, beside the changes of blobs. */
const PATTERNS = ['blob.derived', 'processor.*'];

/** A connection that is open and says nothing, as through a proxy that knows no sockets, would be waited for without end. */
const READY_WITHIN_MS = 10_000;

/** The API's socket of events. */
export function createSocketCarrier(connection: Pick<StudioConnection, 'openSocket'>, readyWithinMs = READY_WITHIN_MS): EventCarrier {
  return { open: (listener) => openSocket(connection, listener, readyWithinMs) };
}

async function openSocket(connection: Pick<StudioConnection, 'openSocket'>, listener: CarrierListener, readyWithinMs: number): Promise<OpenCarrier> {
  const state = { socket: null as StudioSocket | null, isReady: false, isClosed: false };
  const settle = { ready: (_epoch: string | null): void => undefined, failed: (_error: RectoError): void => undefined };
  const ready = new Promise<string | null>((resolve, reject) => Object.assign(settle, { ready: resolve, failed: reject }));
  const send = (request: SocketRequest): void => state.socket?.send(JSON.stringify(request));
  state.socket = await connection.openSocket({
    onMessage: (text) => {
      const event = readEvent(text);
      if (event?.type === 'ready') {
        state.isReady = true;
        settle.ready(textOf(event.data['epoch']));
        send({ type: 'subscribe', patterns: PATTERNS });
        send({ type: 'sync' });
      } else if (event && state.isReady && !state.isClosed) {
        listener.onEvent(event);
      }
    },
    onClose: () => {
      settle.failed(new RectoError('network', 'The server closed the connection before it was ready.'));
      if (state.isReady && !state.isClosed) listener.onLost();
      state.isClosed = true;
    },
  });
  const cancelTimer = startTimer(readyWithinMs, () => {
    settle.failed(new RectoError('network', 'The server opened a connection and said nothing on it.'));
    state.isClosed = true;
    state.socket?.close();
  });
  return {
    epoch: await ready.finally(cancelTimer),
    close: () => {
      state.isClosed = true;
      state.socket?.close();
    },
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
