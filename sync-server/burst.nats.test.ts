import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runBurstAcceptance } from './burst.acceptance.ts';
import { openDatabase } from './db/database.ts';
import { createServiceTokens } from './processor-service/service-tokens.ts';
import { startNats } from './test-support/nats-server.ts';

const WORKER = fileURLToPath(new URL('../scripts/worker.ts', import.meta.url));
const WORKERS = 2;

/** Workers are processes of their own; they die, and nats-server does, once with its store. */
runBurstAcceptance('on NATS, with remote workers', async (random) => {
  const nats = await startNats();
  const workers: ChildProcess[] = [];
  let startWorker = (): void => {};
  const killWorker = async (): Promise<void> => {
    const [victim] = workers.splice(Math.floor(random() * workers.length), 1);
    victim?.kill('SIGKILL');
    if (victim && victim.exitCode === null && victim.signalCode === null) await once(victim, 'exit');
    startWorker();
  };
  return {
    settings: { nats: { url: nats.url, publicUrl: nats.url, dir: nats.dir }, workers: 'none' },
    start: async ({ url, dataDir }) => {
      const database = openDatabase(join(dataDir, 'recto.db'));
      const { token } = await createServiceTokens(database, Date.now).add('text-expansion');
      await database.close();
      startWorker = () => {
        const env = { PATH: process.env['PATH'], RECTO_API_URL: url, RECTO_WORKER_TOKEN: token };
        workers.push(spawn(process.execPath, [WORKER, 'text-expansion'], { env, stdio: 'ignore' }));
      };
      for (let index = 0; index < WORKERS; index++) startWorker();
    },
    harm: async (round) => {
      await killWorker();
      if (round === 0) await nats.kill();
      if (round === 1) await nats.wipe();
      if (round < 2) await nats.restart();
    },
    close: async () => {
      for (const worker of workers) worker.kill('SIGKILL');
      await nats.stop();
    },
  };
});
