import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTool } from '#scripts/tools.ts';
import { natsStoreDir, writeNatsConfig } from '../events/nats/nats-config.ts';

/** A real nats-server with the config that `npm run nats` writes, on free ports, in a temporary folder. */
export interface TestNats {
  /** ws://…; the same after a restart. */
  readonly url: string;
  /** What RECTO_NATS_DIR names: the keys are in it. */
  readonly dir: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Kills it where it runs, and empties its store; the keys stay. */
  wipe(): Promise<void>;
  /** Starts it again on the same ports; kills it before where it runs. */
  restart(): Promise<void>;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

interface Running {
  child: ChildProcess;
  webSocketPort: number;
  tcpPort: number;
}

export async function startNats(): Promise<TestNats> {
  const dir = mkdtempSync(join(tmpdir(), 'recto-nats-'));
  let running = await start(dir, { webSocketPort: -1, tcpPort: -1 });
  const kill = async (): Promise<void> => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    get url() {
      return `ws://127.0.0.1:${running.webSocketPort}`;
    },
    dir,
    kill,
    wipe: async () => {
      await kill();
      rmSync(natsStoreDir(dir), { recursive: true, force: true });
    },
    restart: async () => {
      await kill();
      running = await start(dir, running);
    },
    stop: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function start(dir: string, ports: { webSocketPort: number; tcpPort: number }): Promise<Running> {
  const config = await writeNatsConfig(dir, { host: '127.0.0.1', ...ports });
  const child = spawn(requireTool('nats-server'), ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      log += String(chunk);
      if (log.includes('Server is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`nats-server ended with ${code}: ${log}`)));
  });
  const portOf = (pattern: RegExp): number => Number(pattern.exec(log)?.[1]);
  return { child, webSocketPort: portOf(/websocket clients on ws:\/\/[^:]+:(\d+)/), tcpPort: portOf(/client connections on [^:]+:(\d+)/) };
}
