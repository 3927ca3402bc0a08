import { credsAuthenticator, wsconnect, type NatsConnection } from '@nats-io/nats-core';
import type { NatsAccess } from './nats-keys.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const PING_MS = 10_000;

/**
 * One connection of Recto's server, which ends at the first break: whoever holds it connects anew and looks what is
 * still there, for a nats-server that comes back may have lost its store.
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
