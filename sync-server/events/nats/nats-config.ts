import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNatsKeys } from './nats-keys.ts';

export interface NatsListen {
  /** For the WebSocket: Recto's server, workers, apps. */
  host: string;
  /** -1: any free port. */
  webSocketPort: number;
  /** On 127.0.0.1 alone, for the tools of NATS. -1: any free port. */
  tcpPort: number;
}

/** Where the stream is stored. All of it may be lost: the outbox holds what has had no effect yet. */
export function natsStoreDir(natsDir: string): string {
  return join(natsDir, 'jetstream');
}

/**
 * Writes `<natsDir>/nats-server.conf` for nats-server 2.9 or later, with the keys that are there or new ones.
 * @returns the file's path
 */
export async function writeNatsConfig(natsDir: string, { host, webSocketPort, tcpPort }: NatsListen): Promise<string> {
  mkdirSync(natsDir, { recursive: true, mode: 0o700 });
  const { operatorJwt, account, systemAccount } = await ensureNatsKeys(natsDir);
  const file = join(natsDir, 'nats-server.conf');
  const quote = (text: string): string => JSON.stringify(text);
  const config = `# Written anew at each start by “npm run nats”.
server_name: recto
host: "127.0.0.1"
port: ${tcpPort}

# Clients speak WebSocket, without TLS: where they come from elsewhere, a proxy with TLS stands before this port.
websocket {
  host: ${quote(host)}
  port: ${webSocketPort}
  no_tls: true
  handshake_timeout: "5s"
}

jetstream {
  store_dir: ${quote(natsStoreDir(natsDir))}
  max_memory_store: 64MB
  max_file_store: 1GB
}

# Messages carry ids, never text.
max_payload: 64KB
# A client that can't be reached is given up after half a minute, one that doesn't read after five seconds.
ping_interval: "10s"
ping_max: 2
write_deadline: "5s"

operator: ${quote(operatorJwt)}
system_account: ${systemAccount.id}
resolver: MEMORY
resolver_preload: {
  ${account.id}: ${quote(account.jwt)}
  ${systemAccount.id}: ${quote(systemAccount.jwt)}
}
`;
  writeFileSync(file, config, { mode: 0o600 });
  return file;
}
