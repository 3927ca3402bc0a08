/**
 * `npm run worker -- <processor>`: runs the jobs of one processor for a server, from any machine. SIGINT or SIGTERM: takes nothing
 * more, lets what runs end, gives the rest back. A second signal does not wait.
 */
import { createNatsBell } from '#processors/hosts/nats-bell.ts';
import { startRemoteWorker } from '#processors/hosts/remote-worker.ts';
import { createWorkerAi } from '#processors/hosts/worker-ai.ts';
import { createProcessRunner } from '#sync-server/processor-service/process-runner.ts';
import { runCommand } from './cli.ts';
import { readWorkerSettings } from './worker-settings.ts';

const USAGE = `Usage: npm run worker -- <processor>
  RECTO_API_URL             the server (http://127.0.0.1:8010)
  RECTO_WORKER_TOKEN        what “npm run server -- token add <processor>” printed
  RECTO_WORKER_CONCURRENCY  jobs at a time (2)
  RECTO_WORKER_GRACE        seconds that running jobs get when the worker is stopped (30)
  RECTO_NATS_URL            where nats-server is, if not where the server says
  RECTO_AI_PROVIDER, RECTO_AI_BASE_URL, RECTO_AI_MODEL, RECTO_AI_KEY: who writes for authors
                            without a provider of their own, if not the server's
`;

await runCommand(USAGE, async (args) => {
  const { graceMs, ai: own, natsUrl, ...settings } = readWorkerSettings(args, process.env);
  const ai = createWorkerAi({ ...settings, own });
  const runner = createProcessRunner(ai.settingsOf);
  const worker = startRemoteWorker({ ...settings, runner, ai, openBell: (describe) => createNatsBell({ describe, natsUrl }), log: (line) => console.log(line) });
  const stop = (): void => {
    process.once('SIGINT', () => process.exit(130));
    process.once('SIGTERM', () => process.exit(143));
    void worker.stop(graceMs);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    await worker.ended;
  } finally {
    await runner.dispose();
  }
});
