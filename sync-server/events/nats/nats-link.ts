import { credsAuthenticator, wsconnect, type NatsConnection } from '@nats-io/nats-core';
import { wait } from '#processors/contract/timers.ts';
import type { NatsAccess } from './nats-keys.ts';

/** One connection, while it lasts. */
export interface NatsSession {
  connection: NatsConnection;
  /** Aborts when the connection has ended. */
  signal: AbortSignal;
  /** Gives the connection up, for this reason: a new one is made a little later. */
  end(reason: unknown): void;
}

/** The server's line to NATS, kept up for as long as the server runs. */
export interface NatsLink {
  /** Called with each new connection. What it throws ends the connection. */
  onConnection: ((session: NatsSession) => Promise<void>) | null;
  /** To whoever listens now; where there is no connection, to nobody. */
  publish(subject: string, data: string): void;
  start(): void;
  /** Why there is no working connection; null: there is one. */
  trouble(): string | null;
  stop(): Promise<void>;
}

export interface NatsLinkOptions {
  url: string;
  access: NatsAccess;
  /** Told once when the connection is lost or can't be made, and once when it is back (null). */
  onTrouble(trouble: string | null): void;
  /** Called when a new connection is in use. */
  onReady?(): void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const PING_MS = 10_000;
const RETRY_MS = { first: 100, longest: 5_000 };
/** A connection that lasted this long was a good one: the next is made at once. */
const GOOD_MS = 1_000;

/**
 * One connection of Recto's server, which ends at the first break.
 * The library's own way to reconnect is not used: a nats-server that comes back may have lost its store, so each connection
 * begins by looking at what is there.
 */
export function connectToNats(url: string, { serverCredentials }: NatsAccess): Promise<NatsConnection> {
  return wsconnect({
    servers: url,
    name: 'recto-server',
    authenticator: credsAuthenticator(serverCredentials),
    reconnect: false,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
  });
}

export function createNatsLink({ url, access, onTrouble, onReady }: NatsLinkOptions): NatsLink {
  const stopping = new AbortController();
  let connection: NatsConnection | null = null;
  let trouble: string | null = `NATS at ${url} is not connected yet.`;
  let hasToldTrouble = false;
  let running: Promise<void> | undefined;

  const note = (reason: string | null): void => {
    trouble = reason;
    if (hasToldTrouble === (reason !== null)) return;
    hasToldTrouble = reason !== null;
    onTrouble(reason);
  };

  /** One connection, from its making to its end. @returns why it ended */
  const hold = async (): Promise<unknown> => {
    const ended = new AbortController();
    const held = await connectToNats(url, access);
    let reason: unknown;
    const close = (): void => void held.close().catch(() => {});
    const end = (because: unknown): void => {
      reason ??= because;
      close();
    };
    stopping.signal.addEventListener('abort', close, { once: true });
    if (stopping.signal.aborted) close();
    // A refused subject or a slow reader is no end: what ends the connection comes by `closed`.
    const closed = held.closed().finally(() => {
      ended.abort();
      connection = null;
    });
    try {
      await link.onConnection?.({ connection: held, signal: ended.signal, end });
      if (!ended.signal.aborted) {
        connection = held;
        note(null);
        onReady?.();
      }
      const failure = await closed;
      return reason ?? failure;
    } finally {
      stopping.signal.removeEventListener('abort', close);
      close();
      await closed;
    }
  };

  const keepUp = async (): Promise<void> => {
    for (let delayMs = RETRY_MS.first; !stopping.signal.aborted; delayMs = Math.min(delayMs * 2, RETRY_MS.longest)) {
      const since = Date.now();
      const reason = await hold().catch((error: unknown) => error);
      if (stopping.signal.aborted) return;
      note(`NATS at ${url} can’t be used (${reason instanceof Error ? reason.message : 'the connection has ended'}). It is tried again; events wait in the outbox until then.`);
      if (Date.now() - since > GOOD_MS) delayMs = RETRY_MS.first;
      await wait(delayMs, stopping.signal);
    }
  };

  const link: NatsLink = {
    onConnection: null,
    publish: (subject, data) => {
      if (connection && !connection.isClosed()) connection.publish(subject, data);
    },
    start: () => void (running ??= keepUp()),
    trouble: () => trouble,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
  return link;
}
