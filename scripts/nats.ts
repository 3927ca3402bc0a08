/**
 * `npm run nats`: starts nats-server with the keys and the config that Recto's server and its clients understand, in the
 * foreground. Ends on SIGINT and SIGTERM.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RectoError } from '#schemas/errors.ts';
import { natsStoreDir, writeNatsConfig, type NatsListen } from '#sync-server/events/nats/nats-config.ts';
import { readNatsDir } from '#sync-server/settings.ts';
import { runCommand, UsageError } from './cli.ts';
import { ensureTools, requireTool } from './tools.ts';

const USAGE = `Usage:
  npm run nats [-- --host <address>] [--port <number>] [--tcp-port <number>]
      --host       where the WebSocket listens; by default 127.0.0.1
      --port       its port; by default 9222
      --tcp-port   the port on 127.0.0.1 for the tools of NATS; by default 4222
  Keys, config and store are in RECTO_NATS_DIR; by default “nats” in RECTO_DATA_DIR.
`;

function readListen(args: string[]): NatsListen {
  try {
    const { values } = parseArgs({ args, options: { host: { type: 'string' }, port: { type: 'string' }, 'tcp-port': { type: 'string' } } });
    return { host: values.host ?? '127.0.0.1', webSocketPort: readPort('port', values.port, 9222), tcpPort: readPort('tcp-port', values['tcp-port'], 4222) };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

function readPort(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new UsageError(`--${name}: “${text}” is no port`);
  return port;
}

function findNatsServer(): string {
  const [missing] = ensureTools(['nats-server']);
  if (missing) throw new RectoError('configuration', `nats-server is not on this machine: ${missing.reason}.`);
  return requireTool('nats-server');
}

await runCommand(USAGE, async (args, signal) => {
  const listen = readListen(args);
  const natsDir = readNatsDir(process.env);
  const program = findNatsServer();
  const config = await writeNatsConfig(natsDir, listen);
  const child = spawn(program, ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let isStopping = false;
  const stop = (): void => {
    isStopping = true;
    child.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop);
  process.once('SIGTERM', stop);
  let isReady = false;
  let log = '';
  child.stderr.on('data', (chunk) => {
    if (isReady) return void process.stderr.write(chunk as Buffer);
    log += String(chunk);
    if (!log.includes('Server is ready')) return;
    isReady = true;
    const url = `ws://${listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host}:${listen.webSocketPort}`;
    console.log(`NATS is at ${url}; its store is in ${natsStoreDir(natsDir)}, the keys in ${join(natsDir, 'keys')}`);
    console.log(`Start Recto’s server with RECTO_NATS_URL=${url}`);
  });
  const [code, endedBy] = (await once(child, 'exit')) as [number | null, string | null];
  // nats-server ends with 1 where it is told to end.
  if (isStopping) return;
  if (!isReady) throw new RectoError('configuration', `nats-server did not start: ${lastReason(log)}`);
  if (code !== 0) throw new RectoError('internal', `nats-server ended with ${code ?? endedBy}.`);
});

/** What nats-server itself says of its end. */
function lastReason(log: string): string {
  const lines = log.trim().split('\n');
  return (lines.findLast((line) => line.includes('[FTL]')) ?? lines.at(-1) ?? '').replace(/^.*\[[A-Z]{3}\] /, '');
}
