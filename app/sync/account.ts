/** Who is signed in on this device. */
import { BehaviorSubject, type Observable } from 'rxjs';
import { RectoError } from '#schemas/errors.ts';
import { notRecto } from '#schemas/read-reply.ts';
import { hostOf } from '#schemas/server-address.ts';
import { isFields } from '../domain/merge-values.ts';
import type { Credentials, Platform, StudioConnection } from '../ports.ts';
import type { Session } from '../recto-app.ts';
import type { LocalState } from './sync-types.ts';

export interface Account {
  readonly session$: Observable<Session | null>;
  readonly session: Session | null;
  /** Null: nobody is signed in. The same one for the same session. */
  readonly connection: StudioConnection | null;
  /** @throws RectoError registration_closed, already_exists, schema_violation, rate_limited, network, protocol, malformed, cancelled */
  signUp(credentials: Credentials): Promise<Session>;
  /** @throws RectoError wrong_credentials, rate_limited, network, protocol, malformed, cancelled */
  signIn(credentials: Credentials): Promise<Session>;
  /** Forgets the session here, and on the server where it can be reached. */
  signOut(): Promise<void>;
}

const SESSION_KEY = 'session';

/** @param state the device's: which library is opened depends on it */
export async function openAccount({ studio }: Pick<Platform, 'studio'>, state: LocalState): Promise<Account> {
  const session$ = new BehaviorSubject(readSession(await state.get(SESSION_KEY)));
  let connection = session$.value && studio.connect(session$.value);
  studio.resume(session$.value);

  async function enter(how: 'register' | 'login', credentials: Credentials): Promise<Session> {
    const session = await studio.enter(how, credentials).catch((thrown: unknown) => {
      throw explain(thrown, credentials.server.trim());
    });
    await state.set(SESSION_KEY, session);
    connection = studio.connect(session);
    session$.next(session);
    return session;
  }

  return {
    session$,
    get session() {
      return session$.value;
    },
    get connection() {
      return connection;
    },
    signUp: (credentials) => enter('register', credentials),
    signIn: (credentials) => enter('login', credentials),
    signOut: async () => {
      const session = session$.value;
      await state.set(SESSION_KEY, null);
      connection = null;
      session$.next(null);
      if (session) await studio.leave(session);
    },
  };
}

function readSession(value: unknown): Session | null {
  if (!isFields(value)) return null;
  const { server, email, userId } = value;
  return typeof server === 'string' && typeof email === 'string' && typeof userId === 'string' ? { server, email, userId } : null;
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
  if (error.code === 'registration_closed') return say(`${hostOf(server)} takes new accounts by invitation only. Ask whoever runs it for one.`);
  if (error.code === 'not_found') return notRecto(server, error);
  return error;
}
