/** Who is signed in on this device, and the tokens of the session. The password is never kept. */
import { BehaviorSubject, type Observable } from 'rxjs';
import { RectoError } from '#schemas/errors.ts';
import type { AuthSession } from '#schemas/generated/types.ts';
import { ROUTES } from '#schemas/http.ts';
import { isFields } from '../domain/merge-values.ts';
import type { Platform } from '../ports.ts';
import type { Session } from '../recto-app.ts';
import { createApiClient, hostOf, notRecto } from './http-client.ts';
import type { LocalState, TokenSource } from './sync-types.ts';

export interface Credentials {
  /** As a person writes it: with or without https://. */
  server: string;
  email: string;
  password: string;
}

export interface Account {
  readonly session$: Observable<Session | null>;
  readonly session: Session | null;
  /** Null: nobody is signed in. The same tokens for the same session. */
  readonly tokens: TokenSource | null;
  /** @throws RectoError registration_closed, already_exists, schema_violation, rate_limited, network, protocol */
  signUp(credentials: Credentials): Promise<Session>;
  /** @throws RectoError wrong_credentials, rate_limited, network, protocol */
  signIn(credentials: Credentials): Promise<Session>;
  /** Forgets the session here, and on the server where it can be reached. */
  signOut(): Promise<void>;
}

type AccountPlatform = Pick<Platform, 'network' | 'secrets' | 'deviceName' | 'clock'>;

const SESSION_KEY = 'session';
const REFRESH_TOKEN = 'refresh-token';

/** @param state the device's: which library is opened depends on it */
export async function openAccount(platform: AccountPlatform, state: LocalState): Promise<Account> {
  const session$ = new BehaviorSubject(readSession(await state.get(SESSION_KEY)));
  let tokens = session$.value ? createTokens(platform, session$.value.server) : null;

  async function enter(path: string, { server: written, email, password }: Credentials): Promise<Session> {
    const server = normalizeServer(written);
    const body = JSON.stringify({ email: email.trim(), password, device_name: platform.deviceName });
    const reply = await createApiClient(platform.network, server)({ method: 'POST', path, body }).catch((thrown: unknown) => {
      throw explain(thrown, server);
    });
    if (!isAuthSession(reply)) throw notRecto(server);
    const session: Session = { server, email: email.trim(), userId: reply.user_id };
    await platform.secrets.set(REFRESH_TOKEN, reply.refresh_token);
    await state.set(SESSION_KEY, session);
    tokens = createTokens(platform, server, reply);
    session$.next(session);
    return session;
  }

  return {
    session$,
    get session() {
      return session$.value;
    },
    get tokens() {
      return tokens;
    },
    signUp: (credentials) => enter(ROUTES.register.path, credentials),
    signIn: (credentials) => enter(ROUTES.login.path, credentials),
    signOut: async () => {
      const session = session$.value;
      const refreshToken = await platform.secrets.get(REFRESH_TOKEN);
      await state.set(SESSION_KEY, null);
      await platform.secrets.delete(REFRESH_TOKEN);
      tokens = null;
      session$.next(null);
      if (!session || refreshToken === null) return;
      // Offline the server learns nothing: the token then ends by its age.
      await createApiClient(platform.network, session.server)({ method: 'POST', path: ROUTES.logout.path, body: JSON.stringify({ refresh_token: refreshToken }) }).catch(() => undefined);
    },
  };
}

/** A little before its time, so that a request that is under way is not refused. */
const EXPIRY_MARGIN_MS = 30_000;

function createTokens(platform: AccountPlatform, server: string, first?: AuthSession): TokenSource {
  const request = createApiClient(platform.network, server);
  let current = first ? toToken(first, platform.clock.now()) : null;
  let renewal: Promise<string> | null = null;

  async function refresh(): Promise<string> {
    const refreshToken = await platform.secrets.get(REFRESH_TOKEN);
    if (refreshToken === null) throw new RectoError('unauthenticated', 'Sign in to sync.');
    const reply = await request({ method: 'POST', path: ROUTES.refresh.path, body: JSON.stringify({ refresh_token: refreshToken }) });
    if (!isAuthSession(reply)) throw notRecto(server);
    await platform.secrets.set(REFRESH_TOKEN, reply.refresh_token);
    current = toToken(reply, platform.clock.now());
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
    accessToken: () => (current && current.goodUntil > platform.clock.now() ? Promise.resolve(current.text) : renewOnce()),
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

function readSession(value: unknown): Session | null {
  if (!isFields(value)) return null;
  const { server, email, userId } = value;
  return typeof server === 'string' && typeof email === 'string' && typeof userId === 'string' ? { server, email, userId } : null;
}

/**
 * What a person writes as an address, as an origin without a slash at its end.
 * @throws RectoError malformed
 */
export function normalizeServer(written: string): string {
  const text = written.trim().replace(/\/+$/, '');
  const isLocal = /^(localhost|127\.|\[::1\])/.test(text);
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  if (text === '' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new RectoError('malformed', 'Write the server’s address, such as https://recto.example.org.');
  }
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '');
}

/** What a person can do about it. */
function explain(thrown: unknown, server: string): RectoError {
  const error = RectoError.from(thrown, 'network');
  const say = (message: string): RectoError =>
    new RectoError(error.code, message, { cause: error, ...(error.errors && { errors: error.errors }), ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }) });
  if (error.code === 'wrong_credentials') return say('The email or the password is wrong. Nothing on this device has changed.');
  if (error.code === 'rate_limited') {
    const seconds = Math.ceil((error.retryAfterMs ?? 60_000) / 1000);
    return say(`Too many tries. Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} and try again.`);
  }
  if (error.code === 'already_exists') return say(`There is an account for this email on ${hostOf(server)}. Sign in instead.`);
  if (error.code === 'registration_closed') return say(`${hostOf(server)} takes no new accounts. Ask whoever runs it for one.`);
  if (error.code === 'not_found') return notRecto(server, error);
  return error;
}
