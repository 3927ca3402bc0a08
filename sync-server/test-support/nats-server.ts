import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTool } from '#scripts/tools.ts';
import { natsStoreDir, writeNatsConfig } from '../events/nats/nats-config.ts';
import { findStayingPort } from './staying-port.ts';

/** A real nats-server with the config that `npm run nats` writes, on a port of its own, in a temporary folder. */
export interface TestNats {
  /** ws://…; the same after a restart. */
  readonly url: string;
  /** What RECTO_NATS_DIR names: the keys are in it. */
  readonly dir: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Kills it where it runs, and empties its store; the keys stay. */
  wipe(): Promise<void>;
  /** Starts it again on the same port; kills it before where it runs. */
  restart(): Promise<void>;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

/** What it said must be told before the hook that waits for it ends. */
const READY_WITHIN_MS = 90_000;

export async function startNats(): Promise<TestNats> {
  const dir = mkdtempSync(join(tmpdir(), 'recto-nats-'));
  const port = await findStayingPort();
  let child = await start(dir, port);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url: `ws://127.0.0.1:${port}`,
    dir,
    kill,
    wipe: async () => {
      await kill();
      rmSync(natsStoreDir(dir), { recursive: true, force: true });
    },
    restart: async () => {
      await kill();
      child = await start(dir, port);
    },
    stop: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** @throws with all that it said, where it does not start */
async function start(dir: string, webSocketPort: number): Promise<ChildProcess> {
  const config = await writeNatsConfig(dir, { host: '127.0.0.1', webSocketPort, tcpPort: -1 });
  const child = spawn(requireTool('nats-server'), ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  let silence: NodeJS.Timeout | undefined;
  const ready = new Promise<void>((resolve, reject) => {
    silence = setTimeout(() => reject(new Error('it says nothing more')), READY_WITHIN_MS);
    child.stderr.on('data', (chunk) => {
      log += String(chunk);
      if (log.includes('Server is ready')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`it ended with ${code ?? signal}`)));
  });
  try {
    await ready;
    return child;
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`nats-server did not start: ${(error as Error).message}\n${log}`, { cause: error });
  } finally {
    clearTimeout(silence);
  }
}
