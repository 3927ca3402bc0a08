/** A session held by the app itself: the access token in memory, the refresh token in the secret store. For a browser's tab, which has nobody else to hold it. */
import { RectoError } from '#schemas/errors.ts';
import type { AuthSession } from '#schemas/generated/types.ts';
import { EVENTS_PATH, ROUTES } from '#schemas/http.ts';
import { notRecto, unreachable } from '#schemas/read-reply.ts';
import { normalizeServer } from '#schemas/server-address.ts';
import { isFields } from '../domain/merge-values.ts';
import type { Clock, SecretStore, Studio, StudioConnection, StudioRequest, StudioSocket, StudioSocketListener } from '../ports.ts';
import { createApiClient, type ApiClient } from './http-client.ts';

/** A network that leads to any server, so that tests can cut it. */
export interface HttpNetwork {
  fetch: typeof fetch;
  WebSocket: typeof WebSocket;
}

export interface HttpStudioParts {
  network: HttpNetwork;
  secrets: SecretStore;
  deviceName: string;
  clock: Clock;
}

const REFRESH_TOKEN = 'refresh-token';

export function createHttpStudio(parts: HttpStudioParts): Studio {
  const { secrets, deviceName } = parts;
  /** Of the session that was entered in this window's life: it needs no renewal at once. */
  let fresh: { server: string; userId: string; session: AuthSession } | null = null;
  return {
    persistent: secrets.persistent,
    // Tabs share the session: what another one does with it at this moment is none of this one's business.
    resume: () => undefined,
    enter: async (how, { server: written, email: writtenEmail, password, invitation }) => {
      const [server, email] = [normalizeServer(written), writtenEmail.trim()];
      const body = JSON.stringify({ email, password, device_name: deviceName, ...(how === 'register' && invitation && { invitation }) });
      const reply = await createOpenClient(parts, server)({ method: 'POST', path: ROUTES[how].path, body });
      if (!isAuthSession(reply)) throw notRecto(server);
      await secrets.set(REFRESH_TOKEN, reply.refresh_token);
      fresh = { server, userId: reply.user_id, session: reply };
      return { server, email, userId: reply.user_id };
    },
    leave: async ({ server }) => {
      const refreshToken = await secrets.get(REFRESH_TOKEN);
      fresh = null;
      await secrets.delete(REFRESH_TOKEN);
      if (refreshToken === null) return;
      // Offline the server learns nothing: the token then ends by its age.
      await createOpenClient(parts, server)({ method: 'POST', path: ROUTES.logout.path, body: JSON.stringify({ refresh_token: refreshToken }) }).catch(() => undefined);
    },
    requestReset: async ({ server: written, email }) => {
      const server = normalizeServer(written);
      await createOpenClient(parts, server)({ method: 'POST', path: ROUTES.requestPasswordReset.path, body: JSON.stringify({ email: email.trim() }) });
    },
    reset: async ({ server, token, password }) => {
      const reply = await createOpenClient(parts, server)({ method: 'POST', path: ROUTES.resetPassword.path, body: JSON.stringify({ token, password }) });
      if (!isFields(reply) || typeof reply['email'] !== 'string') throw notRecto(server);
      return { email: reply['email'] };
    },
    connect: ({ server, userId }) => {
      const first = fresh?.server === server && fresh.userId === userId ? fresh.session : null;
      return connect(parts, server, createTokens(parts, server, first));
    },
  };
}

/** Requests with no token. */
function createOpenClient({ network }: HttpStudioParts, server: string): ApiClient {
  return createApiClient({ fetch: (path, init) => reach(network, server, path, init) }, server);
}

/** @throws RectoError network, cancelled */
async function reach(network: Pick<HttpNetwork, 'fetch'>, server: string, path: string, init: StudioRequest): Promise<Response> {
  try {
    return await network.fetch(server + path, init);
  } catch (thrown) {
    throw unreachable(server, thrown);
  }
}

/** Close codes of the private range (RFC 6455 §7.4.2) that speak of the token. */
const TOKEN_REFUSED: ReadonlySet<number> = new Set([4401, 4403, 4419]);

function connect({ network }: HttpStudioParts, server: string, tokens: TokenSource): StudioConnection {
  const send = (path: string, init: StudioRequest, token: string): Promise<Response> =>
    reach(network, server, path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  /** The one that the last socket was closed over. */
  let refused: string | null = null;
  return {
    fetch: async (path, init) => {
      const token = await tokens.accessToken();
      const response = await send(path, init, token);
      if (response.status !== 401) return response;
      await response.body?.cancel();
      return await send(path, init, await tokens.renew(token));
    },
    openSocket: async (listener) => {
      const token = refused === null ? await tokens.accessToken() : await tokens.renew(refused);
      refused = null;
      return openSocket(network, server, token, {
        ...listener,
        onClose: (code) => {
          if (TOKEN_REFUSED.has(code)) refused = token;
          listener.onClose(code);
        },
      });
    },
  };
}

function openSocket({ WebSocket }: Pick<HttpNetwork, 'WebSocket'>, server: string, token: string, listener: StudioSocketListener): StudioSocket {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${EVENTS_PATH}`);
  socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'auth', token })));
  socket.addEventListener('message', ({ data }: MessageEvent) => {
    if (typeof data === 'string') listener.onMessage(data);
  });
  // An error is always followed by a close.
  socket.addEventListener('close', ({ code }: CloseEvent) => listener.onClose(code));
  return { send: (text) => socket.send(text), close: () => socket.close() };
}

/** Tokens of one session. */
interface TokenSource {
  /** A token that was good a moment ago. @throws RectoError unauthenticated: sign in again · network */
  accessToken(): Promise<string>;
  /** The server said 401 to this token: one refresh for all who ask. @throws as accessToken */
  renew(refused: string): Promise<string>;
}

/** A little before its time, so that a request that is under way is not refused. */
const EXPIRY_MARGIN_MS = 30_000;

function createTokens(parts: HttpStudioParts, server: string, first: AuthSession | null): TokenSource {
  const { clock, secrets } = parts;
  let current = first && toToken(first, clock.now());
  let renewal: Promise<string> | null = null;

  async function refresh(): Promise<string> {
    const refreshToken = await secrets.get(REFRESH_TOKEN);
    if (refreshToken === null) throw new RectoError('unauthenticated', 'Sign in to sync.');
    const reply = await createOpenClient(parts, server)({ method: 'POST', path: ROUTES.refresh.path, body: JSON.stringify({ refresh_token: refreshToken }) });
    if (!isAuthSession(reply)) throw notRecto(server);
    // Somebody signed out, or in as another, while the server answered.
    if ((await secrets.get(REFRESH_TOKEN)) !== refreshToken) throw new RectoError('unauthenticated', 'Sign in to sync.');
    await secrets.set(REFRESH_TOKEN, reply.refresh_token);
    current = toToken(reply, clock.now());
    return current.text;
  }

  /** One for all who ask: the server ends a session whose refresh token comes twice. */
  function renewOnce(): Promise<string> {
    renewal ??= refresh().finally(() => {
      renewal = null;
    });
    return renewal;
  }

  return {
    accessToken: () => (current && current.goodUntil > clock.now() ? Promise.resolve(current.text) : renewOnce()),
    renew: (refused) => (current && current.text !== refused ? Promise.resolve(current.text) : renewOnce()),
  };
}

function toToken(session: AuthSession, now: number): { text: string; goodUntil: number } {
  const life = session.expires_in * 1000;
  return { text: session.access_token, goodUntil: now + Math.max(life / 2, life - EXPIRY_MARGIN_MS) };
}

function isAuthSession(value: unknown): value is AuthSession {
  return isFields(value) && ['user_id', 'access_token', 'refresh_token'].every((key) => typeof value[key] === 'string') && typeof value['expires_in'] === 'number';
}
