/**
 * A user's events straight from NATS, so that many apps are its work and not the API's. The server hands out credentials that
 * live for minutes and let their holder hear one user's subjects, nothing else. They are renewed before their time: the
 * new connection hears before the old one ends, so nothing falls between the two.
 */
import { jwtAuthenticator, wsconnect, type NatsConnection } from '@nats-io/nats-core';
import { RectoError } from '#schemas/errors.ts';
import { isFields } from '../domain/merge-values.ts';
import { readEvent, type CarrierListener, type EventCarrier, type OpenCarrier } from './event-carrier.ts';
import type { ApiClient } from './http-client.ts';

const CREDENTIALS_PATH = '/api/v1/events/credentials';

/** A server of NATS that doesn't answer must not keep the API's socket from being opened. */
const CONNECT_TIMEOUT_MS = 3_000;
const PING_MS = 20_000;
/** New credentials are fetched when this part of the old ones' time is left, and at each such part after it. */
const RENEW_AT = 1 / 4;

interface Credentials {
  url: string;
  jwt: string;
  seed: string;
  /** Seconds. */
  expires_in: number;
}

export interface NatsCarrierOptions {
  request: ApiClient;
  userId: string;
}

export function createNatsCarrier({ request, userId }: NatsCarrierOptions): EventCarrier {
  const fetchCredentials = async (): Promise<Credentials> => {
    const reply = await request({ method: 'GET', path: CREDENTIALS_PATH });
    if (!isCredentials(reply)) throw new RectoError('protocol', 'The server’s credentials for events can’t be read.');
    return reply;
  };
  return {
    open: async (listener) => {
      const credentials = await fetchCredentials();
      const line = new Line({ subject: `user.${userId}.>`, listener, fetchCredentials });
      await line.start(credentials);
      return line;
    },
  };
}

interface LineOptions {
  subject: string;
  listener: CarrierListener;
  fetchCredentials(): Promise<Credentials>;
}

/** One connection after another, each with new credentials. */
class Line implements OpenCarrier {
  /** NATS doesn't know it; the pull that follows says it. */
  readonly epoch = null;
  readonly #options: LineOptions;
  #current: NatsConnection | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** @throws RectoError network */
  async start(credentials: Credentials): Promise<void> {
    await this.#connect(credentials);
    this.#options.listener.onEvent({ type: 'sync.resync' });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    void this.#current?.close();
  }

  async #connect(credentials: Credentials): Promise<void> {
    const { subject, listener } = this.#options;
    const connection = await connect(credentials);
    connection.subscribe(subject, {
      callback: (error, message) => {
        // A refused subscription ends the connection below: its flush fails.
        if (error) return void connection.close();
        const event = readEvent(message.string());
        if (event && !this.#isClosed) listener.onEvent(event);
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
    this.#planRenewal(credentials);
  }

  #planRenewal({ expires_in }: Credentials): void {
    const partMs = expires_in * 1000 * RENEW_AT;
    const renew = async (): Promise<void> => {
      try {
        await this.#connect(await this.#options.fetchCredentials());
      } catch {
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
    if (!this.#isClosed) this.#options.listener.onLost();
    this.#isClosed = true;
  }
}

/** @throws RectoError network */
async function connect({ url, jwt, seed }: Credentials): Promise<NatsConnection> {
  try {
    const authenticator = jwtAuthenticator(jwt, new TextEncoder().encode(seed));
    return await wsconnect({ servers: url, authenticator, reconnect: false, timeout: CONNECT_TIMEOUT_MS, pingInterval: PING_MS, maxPingOut: 2 });
  } catch (cause) {
    throw new RectoError('network', 'The server of events can’t be reached.', { cause });
  }
}

function isCredentials(value: unknown): value is Credentials {
  return isFields(value) && ['url', 'jwt', 'seed'].every((key) => typeof value[key] === 'string') && typeof value['expires_in'] === 'number';
}
