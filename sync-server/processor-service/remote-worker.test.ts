/** A worker elsewhere is a host like any other: over the real routes, on a real port, with real tokens. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fastify from 'fastify';
import type { AiSettings, ProcessorRunner } from '#processors/contract/runner.ts';
import { createRemoteRunner } from '#processors/hosts/remote-runner.ts';
import { startRemoteWorker, type RemoteWorker } from '#processors/hosts/remote-worker.ts';
import { runRunnerAcceptance } from '#processors/hosts/runner.acceptance.ts';
import { ACCEPTANCE_PROCESSORS } from '#processors/hosts/test-support/acceptance-processors.ts';
import { startNodeWorker } from '#processors/hosts/test-support/node-worker.ts';
import { createWorkerRunner } from '#processors/hosts/worker-runner.ts';
import { createAiAccounts } from '../ai-accounts/ai-accounts.ts';
import { openDatabase } from '../db/database.ts';
import { createAttachments } from '../state-service/attachments.ts';
import { readJsonBodies } from '../studio-api/json-bodies.ts';
import { useWireSchemas } from '../studio-api/wire-schemas.ts';
import { addWorkerRoutes } from '../studio-api/worker-routes.ts';
import { systemClock } from '../system-clock.ts';
import { createServiceTokens } from './service-tokens.ts';
import { createWorkerDesk } from './worker-desk.ts';

const THREAD = new URL('../../processors/hosts/test-support/acceptance-worker.ts', import.meta.url);
/** A worker hears of a cancellation with its next sign of life, a third of this; a busy machine must not cost a lease. */
const LEASE_MS = 3_000;

/** Known to the server, and to no worker. */
const NOBODY = { ...ACCEPTANCE_PROCESSORS[0]!.manifest, id: 'nobody' };

/** The server's side and, for each processor that is asked for, a worker that has come with its token. */
function createHost(aiSettings: () => Promise<AiSettings>): ProcessorRunner {
  const folder = mkdtempSync(join(tmpdir(), 'recto-remote-'));
  const database = openDatabase(join(folder, 'recto.db'));
  const attachments = createAttachments({ database, folder: join(folder, 'attachments'), limit: 8_000_000 });
  const tokens = createServiceTokens(database, Date.now);
  const aiAccounts = createAiAccounts({ database, key: new Uint8Array(32), fallback: { provider: 'built-in' }, allowPrivate: true, now: Date.now });
  /** Jobs whose file is still to be read: it stays until their outcome is stored. */
  const stored = new Map<string, Promise<void>>();
  const remote = createRemoteRunner({
    clock: systemClock, newId: () => crypto.randomUUID(), files: attachments, leaseMs: LEASE_MS, offerMs: 20_000,
    outcomeOf: (jobId) => stored.get(jobId)!,
  });
  const app = fastify({ forceCloseConnections: true });
  readJsonBodies(app);
  useWireSchemas(app);
  const manifests = () => [...ACCEPTANCE_PROCESSORS.map(({ manifest }) => manifest), NOBODY];
  addWorkerRoutes(app, { workers: createWorkerDesk({ runner: remote, authenticate: (token) => tokens.authenticateWorker(token), manifests, countRefusal() {} }), aiAccounts });
  const listening = app.listen({ host: '127.0.0.1', port: 0 });
  const runner = createWorkerRunner({ startWorker: () => startNodeWorker(THREAD), aiSettings });
  const workers = new Map<string, Promise<RemoteWorker>>();
  const startWorker = async (processorId: string): Promise<RemoteWorker> => {
    const { token } = await tokens.add(processorId);
    return startRemoteWorker({ apiUrl: await listening, token, processorId, name: 'test', runner, concurrency: 3, log() {} });
  };
  return {
    run: async (request, options) => {
      if (!workers.has(request.processorId)) workers.set(request.processorId, startWorker(request.processorId));
      let tell = (): void => {};
      const told = new Promise<void>((resolve) => (tell = resolve));
      stored.set(request.jobId, told);
      try {
        const { file, ...output } = await remote.run(request, options);
        if (!file || !('sha256' in file)) return output;
        const { name, mediaType } = file;
        return { ...output, file: { name, mediaType, bytes: await buffer(await attachments.read(file)) } };
      } finally {
        tell();
      }
    },
    dispose: async () => {
      remote.hangUp();
      await remote.dispose();
      for (const worker of workers.values()) await (await worker).stop(0);
      await runner.dispose();
      await listening;
      await app.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

runRunnerAcceptance('remote worker', { isolated: true, coalescesProgress: true, create: createHost });
