/**
 * The account's session: the server's address, the refresh token and the access token are here and nowhere else. A
 * window names an account, and gets answers; it never gets a token.
 */
import { RectoError } from '#schemas/errors.ts';
import type { AuthSession } from '#schemas/generated/types.ts';
import { validateAuthSession } from '#schemas/generated/validators.js';
import { ROUTES } from '#schemas/http.ts';
import type { AccountName, IpcInput, IpcOutput } from '#schemas/ipc.ts';
import { notRecto, readReply } from '#schemas/read-reply.ts';
import { hostOf, normalizeServer } from '#schemas/server-address.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#schemas/version.ts';
import type { AllowedOrigins } from '../security/allowed-origins.ts';
import { askServer } from './ask-server.ts';
import { createHeldSession, type Held, type HeldSession, type SessionSecrets } from './held-session.ts';

export interface SessionParts {
  /** The system's keychain, or what stands in for it until the program ends. */
  secrets: SessionSecrets;
  /**
   * Of a network session that no page shares: the default one's requests are under the rules for pages, and its cookies
   * are theirs.
   */
  fetch: typeof fetch;
  allowedOrigins: Pick<AllowedOrigins, 'allow'>;
  /** How this computer is called in the account's list of devices. */
  deviceName: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Gets what the author should know and nobody waits for. */
  onTrouble(error: RectoError): void;
}

/** Where a request goes, and with which token. */
export interface Access {
  server: string;
  token: string;
}

export interface Session {
  /**
   * Asks the author for a server that is new here, then makes an account there or signs in.
   * @throws RectoError malformed, cancelled (the author said no), network, protocol, or the code of the server's problem
   */
  enter(input: IpcInput<'session.enter'>): Promise<IpcOutput<'session.enter'>>;
  /** Forgets the session here, then on its server where that can be reached. */
  leave(): Promise<void>;
  /**
   * Asks the author for a server that is new here, then has it mail a link that sets a new password.
   * @throws RectoError malformed, cancelled (the author said no), network, protocol, or the code of the server's problem
   */
  requestReset(input: IpcInput<'session.request-reset'>): Promise<void>;
  /** The window starts with this account's library: a session of anyone else is left. */
  resume(account: AccountName | null): Promise<void>;
  /** @throws RectoError unauthenticated (nobody is signed in, or another), network, protocol */
  authorize(account: AccountName): Promise<Access>;
  /** The server refused this token: one renewal for all who ask. @throws RectoError as authorize */
  renew(account: AccountName, refused: string): Promise<Access>;
  /** Called when a session ends, whoever ended it. */
  onEnd(listener: () => void): void;
}

/** How long a server may take to answer about the session. */
const PATIENCE_MS = 60_000;
/** How long it may take to hear that one is over. */
const LAST_WORD_MS = 10_000;
/** A little before its time, so that a request that is under way is not refused. */
const EXPIRY_MARGIN_MS = 30_000;

export function createSession(parts: SessionParts): Session {
  return new KeptSession(parts);
}

class KeptSession implements Session {
  readonly #parts: SessionParts;
  readonly #held: HeldSession;
  readonly #endListeners: (() => void)[] = [];
  #access: { refreshToken: string; token: string; goodUntil: number } | null = null;
  #renewal: Promise<Access> | null = null;
  /** Entering and leaving come one after the other: of a sign-in that is under way nothing is left by a leave behind it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#held = createHeldSession(parts.secrets);
  }

  enter({ how, server: written, email: writtenEmail, password, invitation }: IpcInput<'session.enter'>): Promise<IpcOutput<'session.enter'>> {
    return this.#inTurn(async () => {
      const [server, email] = [await this.#allow(written), writtenEmail.trim()];
      const before = await this.#held.read();
      const opened = await this.#ask(server, ROUTES[how].path, { email, password, device_name: this.#parts.deviceName, ...(how === 'register' && invitation !== undefined && { invitation }) });
      await this.#hold({ server, email, userId: opened.user_id, refreshToken: opened.refresh_token });
      this.#keepAccess(opened);
      if (before) this.#tellEnd();
      // Its server may be away, and the author waits for the other one.
      if (before) void this.#revoke(before);
      return { server, email, userId: opened.user_id };
    });
  }

  async leave(): Promise<void> {
    const left = await this.#inTurn(() => this.#forget());
    if (left) await this.#revoke(left);
  }

  async requestReset({ server: written, email }: IpcInput<'session.request-reset'>): Promise<void> {
    const server = await this.#allow(written);
    await readReply(await this.#post(server, ROUTES.requestPasswordReset.path, { email: email.trim() }), server);
  }

  resume(account: AccountName | null): Promise<void> {
    return this.#inTurn(async () => {
      const held = await this.#held.read();
      if (!held || isOf(held, account)) return;
      await this.#forget();
      // The window starts; it waits for no server.
      void this.#revoke(held);
    });
  }

  async authorize(account: AccountName): Promise<Access> {
    const { server, refreshToken } = await this.#require(account);
    const access = this.#access;
    if (access?.refreshToken === refreshToken && access.goodUntil > this.#parts.now()) return { server, token: access.token };
    return await this.#renewOnce(account);
  }

  async renew(account: AccountName, refused: string): Promise<Access> {
    const { server, refreshToken } = await this.#require(account);
    const access = this.#access;
    if (access?.refreshToken === refreshToken && access.token !== refused) return { server, token: access.token };
    return await this.#renewOnce(account);
  }

  onEnd(listener: () => void): void {
    this.#endListeners.push(listener);
  }

  /** @returns the address as it is kept. @throws RectoError malformed, cancelled */
  async #allow(written: string): Promise<string> {
    const server = normalizeServer(written);
    if (await this.#parts.allowedOrigins.allow(server, 'sync')) return server;
    throw new RectoError('cancelled', `Recto was not allowed to connect to ${hostOf(server)}. Nothing has changed, and nothing was sent.`);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** @param only the one with this refresh token; else whichever is there. @returns what was there */
  async #forget(only?: string): Promise<Held | null> {
    const held = await this.#held.read();
    if (only !== undefined && held?.refreshToken !== only) return null;
    this.#access = null;
    await this.#hold(null);
    this.#tellEnd();
    return held;
  }

  /** Where it can't be kept it holds until the program ends: that is no reason not to sync, or not to leave. */
  async #hold(held: Held | null): Promise<void> {
    await this.#held.write(held).catch((thrown: unknown) => {
      const message = held
        ? 'The sign-in could not be kept on this computer. Sync goes on; Recto asks you to sign in after its next start.'
        : 'You are signed out, but the sign-in that was kept on this computer could not be deleted. Recto deletes it at its next start.';
      this.#parts.onTrouble(new RectoError(RectoError.from(thrown, 'storage_failed').code, message, { cause: thrown }));
    });
  }

  #tellEnd(): void {
    for (const listener of this.#endListeners) listener();
  }

  /** Two accounts' books never meet: what is asked for one is never answered as the other. */
  async #require(account: AccountName): Promise<{ server: string; refreshToken: string }> {
    const held = await this.#held.read();
    if (!held || !isOf(held, account)) throw signInFirst();
    return held;
  }

  /** One for all who ask: the server ends a session whose refresh token comes twice. */
  #renewOnce(account: AccountName): Promise<Access> {
    this.#renewal ??= this.#renew(account).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renew(account: AccountName): Promise<Access> {
    const { server, refreshToken } = await this.#require(account);
    let opened: AuthSession;
    try {
      opened = await this.#ask(server, ROUTES.refresh.path, { refresh_token: refreshToken });
    } catch (thrown) {
      if (thrown instanceof RectoError && thrown.status === 401) await this.#forget(refreshToken);
      throw thrown;
    }
    const held = await this.#held.read();
    if (held?.refreshToken !== refreshToken) {
      // The author left while the server answered: what it answered is nobody's.
      await this.#revoke({ server, refreshToken: opened.refresh_token });
      throw signInFirst();
    }
    this.#keepAccess(opened);
    await this.#hold({ ...held, refreshToken: opened.refresh_token });
    return { server, token: opened.access_token };
  }

  #keepAccess({ refresh_token: refreshToken, access_token: token, expires_in: seconds }: AuthSession): void {
    const life = seconds * 1000;
    this.#access = { refreshToken, token, goodUntil: this.#parts.now() + Math.max(life / 2, life - EXPIRY_MARGIN_MS) };
  }

  async #ask(server: string, path: string, body: Record<string, string>): Promise<AuthSession> {
    const reply = await readReply(await this.#post(server, path, body), server);
    if (!validateAuthSession(reply)) throw notRecto(server);
    return reply;
  }

  /** Offline the server learns nothing: the token then ends by its age. */
  async #revoke({ server, refreshToken }: { server: string; refreshToken: string }): Promise<void> {
    const response = await this.#post(server, ROUTES.logout.path, { refresh_token: refreshToken }, LAST_WORD_MS).catch(() => null);
    await response?.body?.cancel();
  }

  #post(server: string, path: string, body: Record<string, string>, patienceMs = PATIENCE_MS): Promise<Response> {
    const headers = { 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) };
    return askServer(this.#parts.fetch, server, path, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(patienceMs) });
  }
}

function isOf(held: AccountName, account: AccountName | null): boolean {
  return account !== null && held.server === account.server && held.userId === account.userId;
}

const signInFirst = (): RectoError => new RectoError('unauthenticated', 'Sign in to sync.');
