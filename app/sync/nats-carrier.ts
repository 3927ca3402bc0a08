/**
 * A user's events straight from NATS, so that many apps are its work and not the API's. The server hands out credentials that
 * live for minutes and let their holder hear one user's subjects, nothing else. They are renewed before their time: the
 * new connection hears before the old one ends, so nothing falls between the two.
 */
import { jwtAuthenticator, wsconnect, type NatsConnection } from '@nats-io/nats-core';
import { RectoError, type ErrorCode } from '#schemas/errors.ts';
import type { EventCredentials } from '#schemas/generated/types.ts';
import { validateEventCredentials } from '#schemas/generated/validators.js';
import { ROUTES } from '#schemas/http.ts';
import { readEvent, type CarrierListener, type EventCarrier, type OpenCarrier } from './event-carrier.ts';
import type { ApiClient } from './http-client.ts';

/** A server of NATS that doesn't answer must not keep the API's socket from being opened. */
const CONNECT_TIMEOUT_MS = 3_000;
const PING_MS = 20_000;
/** New credentials are fetched when this part of the old ones' time is left, and at each such part after it. */
const RENEW_AT = 1 / 4;
const GIVEN_UP: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unavailable', 'not_found', 'unauthenticated', 'token_expired', 'token_reused']);

export function createNatsCarrier(request: ApiClient): EventCarrier {
  const fetchCredentials = async (): Promise<EventCredentials> => {
    const reply = await request(ROUTES.readEventCredentials);
    if (!validateEventCredentials(reply)) throw new RectoError('protocol', 'The server’s credentials for events can’t be read.');
    return reply;
  };
  return {
    open: async (listener) => {
      const credentials = await fetchCredentials();
      const line = new Line(listener, fetchCredentials);
      await line.start(credentials);
      return line;
    },
  };
}

/** One connection after another, each with new credentials. */
class Line implements OpenCarrier {
  epoch: string | null = null;
  readonly #listener: CarrierListener;
  readonly #fetchCredentials: () => Promise<EventCredentials>;
  #current: NatsConnection | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(listener: CarrierListener, fetchCredentials: () => Promise<EventCredentials>) {
    this.#listener = listener;
    this.#fetchCredentials = fetchCredentials;
  }

  /** @throws RectoError network */
  async start(credentials: EventCredentials): Promise<void> {
    await this.#connect(credentials);
    this.#listener.onEvent({ type: 'sync.resync' });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    void this.#current?.close();
  }

  async #connect(credentials: EventCredentials): Promise<void> {
    const connection = await connect(credentials);
    connection.subscribe(credentials.subject, {
      callback: (error, message) => {
        // A refused subscription ends the connection below: its flush fails.
        if (error) return void connection.close();
        const event = readEvent(message.string());
        if (event && !this.#isClosed) this.#listener.onEvent(event);
      },
    });
    await connection.flush().catch((cause: unknown) => {
      throw new RectoError('network', 'The server of events refused what was asked of it.', { cause });
    });
    const old = this.#current;
    this.#current = connection;
    void connection.closed().then(() => this.#onClosed(connection));
    void old?.close();
    if (this.#isClosed) return void connection.close();
    const isOther = this.epoch !== null && credentials.epoch !== this.epoch;
    this.epoch = credentials.epoch ?? null;
    // A server that was restored from a backup: whoever holds this line opens another and says so.
    if (isOther) return void connection.close();
    this.#planRenewal(credentials);
  }

  #planRenewal({ expires_in }: EventCredentials): void {
    const partMs = expires_in * 1000 * RENEW_AT;
    const renew = async (): Promise<void> => {
      try {
        await this.#connect(await this.#fetchCredentials());
        // What the server could not tell, by its own line to NATS, is pulled now at the latest.
        this.#listener.onEvent({ type: 'sync.resync' });
      } catch (thrown) {
        // The server has lost its line to NATS, or this device is signed out: nothing more would come.
        if (thrown instanceof RectoError && GIVEN_UP.has(thrown.code)) return void this.#current?.close();
        // Tried again until the old connection ends with its credentials; then whoever holds this line looks for another way.
        if (!this.#isClosed && this.#current) this.#timer = setTimeout(() => void renew(), partMs / 4);
      }
    };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void renew(), expires_in * 1000 - partMs);
  }

  #onClosed(connection: NatsConnection): void {
    if (connection !== this.#current) return;
    this.#current = null;
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#listener.onLost();
    this.#isClosed = true;
  }
}

/** @throws RectoError network */
async function connect({ url, jwt, seed }: EventCredentials): Promise<NatsConnection> {
  try {
    const authenticator = jwtAuthenticator(jwt, new TextEncoder().encode(seed));
    return await wsconnect({ servers: url, authenticator, reconnect: false, timeout: CONNECT_TIMEOUT_MS, pingInterval: PING_MS, maxPingOut: 2 });
  } catch (cause) {
    throw new RectoError('network', 'The server of events can’t be reached.', { cause });
  }
}
