import { WebSocket, type RawData } from 'ws';
import { v7 as newId } from 'uuid';
import { toFieldErrors } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { SocketEvent, SocketRequest } from '#schemas/generated/types.ts';
import { validateSocketRequest } from '#schemas/generated/validators.js';
import type { Identity } from '../accounts/access-tokens.ts';
import { matchesSubscription } from './patterns.ts';
import { RESYNC, type SocketHub } from './socket-hub.ts';

/** Why the server closes a socket. The private range of RFC 6455 §7.4.2; 4401 and 4408 as their HTTP statuses. */
export const CLOSE_CODES = {
  going_away: 1001,
  unauthenticated: 4401,
  session_ended: 4403,
  auth_timeout: 4408,
  token_expired: 4419,
  too_many_messages: 4429,
} as const;

export interface EventSocket {
  readonly id: string;
  readonly deviceId: string | undefined;
  /** It asked for sync.changed. */
  readonly syncs: boolean;
  wants(subject: string): boolean;
  send(text: string): void;
  end(reason: keyof typeof CLOSE_CODES): void;
}

export interface EventSocketOptions {
  socket: WebSocket;
  hub: SocketHub;
  authenticate(token: string): Promise<Identity>;
  now(): number;
  /** An error that is not the client's. */
  onFailure(error: unknown): void;
  authTimeoutMs?: number;
  /** Between two looks at whether the client is there, and its session still is. */
  heartbeatMs?: number;
}

const AUTH_TIMEOUT_MS = 10_000;
const PING_MS = 30_000;
/** More than this waits for a slow reader: nothing is added until it has read, and then it is told to pull. */
const MAX_BUFFERED = 1024 * 1024;
/** In each window: messages that are understood or not, and errors that are answered. */
const WINDOW_MS = 10_000;
const MAX_MESSAGES = 200;
const MAX_ERRORS = 20;

/**
 * Serves one client of GET /api/v1/events: its first message signs it in, the others say what it wants. Text that is
 * no request gets an error event, and the socket stays open.
 */
export function serveEventSocket(options: EventSocketOptions): EventSocket {
  const { socket, hub } = options;
  const state: SocketState = { identity: undefined, token: undefined, patterns: [], syncs: false, isBehind: false, isAlive: true, messages: 0, errors: 0, windowEnd: 0 };
  const id = newId();
  let expiry: NodeJS.Timeout | undefined;

  const end = (reason: keyof typeof CLOSE_CODES): void => socket.close(CLOSE_CODES[reason], reason);
  const authDeadline = setTimeout(() => end('auth_timeout'), options.authTimeoutMs ?? AUTH_TIMEOUT_MS);
  const heartbeat = setInterval(() => {
    if (!state.isAlive) socket.terminate();
    state.isAlive = false;
    socket.ping();
    // A session may have been ended by the operator's command, of which this process hears nothing, or while the socket signed in.
    if (state.token !== undefined) options.authenticate(state.token).catch((error: unknown) => (error instanceof RectoError ? end(error.code === 'token_expired' ? 'token_expired' : 'session_ended') : options.onFailure(error)));
  }, options.heartbeatMs ?? PING_MS);

  const send = (text: string): void => {
    if (socket.readyState !== WebSocket.OPEN || state.isBehind) return;
    if (socket.bufferedAmount > MAX_BUFFERED) {
      // RFC 6455 has no flow control: what a slow reader doesn't take would pile up here.
      state.isBehind = true;
      return;
    }
    socket.send(text, () => {
      if (!state.isBehind || socket.bufferedAmount > 0 || socket.readyState !== WebSocket.OPEN) return;
      state.isBehind = false;
      socket.send(RESYNC);
    });
  };
  const sendEvent = (event: SocketEvent): void => send(JSON.stringify(event));

  const served: EventSocket = {
    id,
    get deviceId() {
      return state.identity?.deviceId;
    },
    get syncs() {
      return state.syncs;
    },
    wants: (subject) => state.patterns.some((pattern) => matchesSubscription(pattern, subject)),
    send,
    end,
  };

  const signIn = async (token: string): Promise<void> => {
    const identity = await options.authenticate(token);
    if (state.identity && state.identity.userId !== identity.userId) throw new RectoError('forbidden', 'This socket is another user’s: open a new one.');
    if (socket.readyState !== WebSocket.OPEN) return;
    clearTimeout(authDeadline);
    clearTimeout(expiry);
    expiry = setTimeout(() => end('token_expired'), identity.expiresAt - options.now());
    state.identity = identity;
    state.token = token;
    hub.add(identity.userId, served);
    sendEvent({ type: 'ready', data: { user_id: identity.userId, connection_id: id, epoch: hub.epoch } });
  };

  const answer = async (request: SocketRequest): Promise<void> => {
    if (request.type === 'auth') {
      await signIn(request.token);
    } else if (!state.identity) {
      throw new RectoError('unauthenticated', 'The first message of a socket is {"type":"auth","token":…}.');
    } else if (request.type === 'subscribe') {
      state.patterns = request.patterns;
      sendEvent({ type: 'subscribed', data: { patterns: request.patterns } });
    } else {
      state.syncs = true;
      // What was written between the device's last pull and now is in no event: it pulls once more.
      send(RESYNC);
    }
  };

  const receive = async (data: RawData, isBinary: boolean): Promise<void> => {
    const allowance = countMessage(state, options.now());
    if (allowance === 'close') return end('too_many_messages');
    try {
      await answer(readRequest(data, isBinary));
    } catch (error) {
      if (!(error instanceof RectoError)) options.onFailure(error);
      const shown = error instanceof RectoError ? error : new RectoError('internal', 'The server failed. What is stored is safe.');
      state.errors += 1;
      if (state.errors <= MAX_ERRORS) sendEvent({ type: 'error', data: shown.toProblem() });
      // Of a server that stops, or can't read who it is: another connection may be luckier.
      if (!state.identity && shown.code === 'internal') end('going_away');
      if (!state.identity && (shown.code === 'unauthenticated' || shown.code === 'token_expired')) {
        end(shown.code === 'token_expired' ? 'token_expired' : 'unauthenticated');
      }
    }
  };

  // One message after the other: a subscribe sent right behind the auth waits for it.
  let queue = Promise.resolve();
  socket.on('message', (data, isBinary) => {
    queue = queue.then(() => receive(data, isBinary));
  });
  socket.on('pong', () => {
    state.isAlive = true;
  });
  socket.on('close', () => {
    clearTimeout(authDeadline);
    clearTimeout(expiry);
    clearInterval(heartbeat);
    if (state.identity) hub.remove(state.identity.userId, served);
  });
  return served;
}

interface SocketState {
  identity: Identity | undefined;
  /** Of the identity. */
  token: string | undefined;
  patterns: string[];
  syncs: boolean;
  /** It reads too slowly: events are left out until it has caught up. */
  isBehind: boolean;
  isAlive: boolean;
  messages: number;
  errors: number;
  windowEnd: number;
}

function countMessage(state: SocketState, now: number): 'ok' | 'close' {
  if (now >= state.windowEnd) {
    state.windowEnd = now + WINDOW_MS;
    state.messages = 0;
    state.errors = 0;
  }
  state.messages += 1;
  return state.messages > MAX_MESSAGES ? 'close' : 'ok';
}

/** @throws RectoError malformed, schema_violation */
function readRequest(data: RawData, isBinary: boolean): SocketRequest {
  let value: unknown;
  try {
    if (isBinary) throw new TypeError('binary');
    value = JSON.parse(String(data));
  } catch (error) {
    throw new RectoError('malformed', 'A message on this socket is a JSON text.', { cause: error });
  }
  if (!validateSocketRequest(value)) {
    throw new RectoError('schema_violation', 'This is no request that the socket knows: auth, subscribe or sync.', {
      errors: toFieldErrors(validateSocketRequest.errors),
    });
  }
  return value;
}
