import { hostname } from 'node:os';
import { PROCESSORS } from '#processors/registry.ts';
import type { AiSettings } from '#processors/contract/runner.ts';
import { isUrl, read, readAi, readInteger, wrong, type Environment } from '#sync-server/settings.ts';
import { UsageError } from './cli.ts';

export interface WorkerSettings {
  processorId: string;
  apiUrl: string;
  token: string;
  /** Where nats-server is for this machine; undefined: where the server says. */
  natsUrl: string | undefined;
  name: string;
  concurrency: number;
  graceMs: number;
  /** Undefined: whoever runs the worker named none. */
  ai: AiSettings | undefined;
}

/**
 * What `npm run worker -- <processor>` is told by its argument and the environment.
 * @throws UsageError; RectoError configuration, one line that names the variable and what it takes
 */
export function readWorkerSettings([processorId, ...more]: readonly string[], env: Environment): WorkerSettings {
  const known = PROCESSORS.map(({ manifest }) => manifest.id);
  if (processorId === undefined || more.length > 0) throw new UsageError('Name one processor.');
  if (!known.includes(processorId)) {
    throw new UsageError(`“${processorId}” is none of the processors that come with Recto: ${known.join(', ')}. How to write your own is in docs/writing-a-processor.md.`);
  }
  const apiUrl = read(env, 'RECTO_API_URL') ?? 'http://127.0.0.1:8010';
  if (!isUrl(apiUrl, ['http:', 'https:'])) throw wrong('RECTO_API_URL', `“${apiUrl}” is not an http or https address`);
  const natsUrl = read(env, 'RECTO_NATS_URL');
  if (natsUrl !== undefined && !isUrl(natsUrl, ['ws:', 'wss:'])) throw wrong('RECTO_NATS_URL', `“${natsUrl}” is not a ws or wss address`);
  const token = read(env, 'RECTO_WORKER_TOKEN');
  if (token === undefined) throw wrong('RECTO_WORKER_TOKEN', `a worker needs it: “npm run server -- token add ${processorId}” prints one, where the server runs`);
  return {
    processorId,
    apiUrl,
    token,
    natsUrl,
    name: `${hostname()} ${process.pid}`.slice(-200),
    concurrency: readInteger(env, 'RECTO_WORKER_CONCURRENCY', { min: 1, max: 256, fallback: 2 }),
    graceMs: 1000 * readInteger(env, 'RECTO_WORKER_GRACE', { min: 0, max: 3600, fallback: 30 }),
    ai: read(env, 'RECTO_AI_PROVIDER') === undefined && read(env, 'RECTO_AI_SERVICE_URL') === undefined ? undefined : readAi(env),
  };
}
