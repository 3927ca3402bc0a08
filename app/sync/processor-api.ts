/** Processors on an account's server: what it has, the author's instances there, jobs and what of them failed for good. */
import type { Job } from '#processors/orchestrator/ports.ts';
import { ROUTES } from '#schemas/http.ts';
import { isFields } from '../domain/merge-values.ts';
import type { StudioConnection } from '../ports.ts';
import type { ProcessorInstance as ServerInstance } from '#schemas/generated/types.ts';
import type { ProcessorInstance } from '../recto-app.ts';
import { createApiClient } from './http-client.ts';

/** What a screen shows of a processor that the server has. */
export interface ServerProcessor {
  id: string;
  name: string;
  description: string;
  config_schema: Record<string, unknown>;
  /** False: nobody runs it there now. */
  active: boolean;
  /** As the account has it there; one without an id is as it is for everyone who has set nothing. */
  instance?: ServerInstance;
}

type ServerJob = Pick<Job, 'id' | 'processor_id' | 'blob_id' | 'state' | 'attempts' | 'error' | 'output_id' | 'created_at' | 'updated_at'>;

export interface ProcessorApi {
  list(): Promise<ServerProcessor[]>;
  postJob(job: { processor_id: string; blob_id: string; config: Record<string, unknown> }, signal: AbortSignal): Promise<ServerJob>;
  readJob(id: string, signal: AbortSignal): Promise<ServerJob>;
  cancelJob(id: string): Promise<void>;
  listDeadLetters(): Promise<ServerJob[]>;
  replay(id: string): Promise<void>;
  drop(id: string): Promise<void>;
  /** 0: the server has no such blob. */
  versionOf(blobId: string, signal: AbortSignal): Promise<number>;
}

/** All of it throws RectoError network, unauthenticated, protocol, or the code of the server's problem. */
export function createProcessorApi(connection: Pick<StudioConnection, 'fetch'>, server: string): ProcessorApi {
  const request = createApiClient(connection, server);
  const at = (path: string, id: string): string => path.replace(':id', encodeURIComponent(id));
  const listOf = (reply: unknown, name: string): unknown[] => (isFields(reply) && Array.isArray(reply[name]) ? reply[name] : []);
  return {
    list: async () => listOf(await request({ method: 'GET', path: ROUTES.listProcessors.path }), 'processors') as ServerProcessor[],
    postJob: async (job, signal) => (await request({ method: 'POST', path: ROUTES.createJob.path, body: JSON.stringify(job), signal })) as ServerJob,
    readJob: async (id, signal) => (await request({ method: 'GET', path: at(ROUTES.readJob.path, id), signal })) as ServerJob,
    cancelJob: async (id) => void (await request({ method: 'POST', path: at(ROUTES.cancelJob.path, id) })),
    listDeadLetters: async () => listOf(await request({ method: 'GET', path: ROUTES.listDeadLetters.path }), 'dead_letters') as ServerJob[],
    replay: async (id) => void (await request({ method: 'POST', path: at(ROUTES.replayDeadLetter.path, id) })),
    drop: async (id) => void (await request({ method: 'DELETE', path: at(ROUTES.dropDeadLetter.path, id) })),
    async versionOf(blobId, signal) {
      const response = await connection.fetch(at(ROUTES.readBlob.path, blobId), { method: 'GET', signal });
      if (response.status === 404) return 0;
      const blob: unknown = await response.json();
      return isFields(blob) && typeof blob['version'] === 'number' ? blob['version'] : 0;
    },
  };
}

/** @throws RectoError schema_violation (the config), network, unauthenticated, processor_unknown */
export async function tellInstance(connection: Pick<StudioConnection, 'fetch'>, server: string, processorId: string, { active, runAt, config }: ProcessorInstance): Promise<void> {
  const path = `${ROUTES.listProcessors.path}/${encodeURIComponent(processorId)}/instances`;
  await createApiClient(connection, server)({ method: 'PUT', path, body: JSON.stringify({ active, run_at: runAt, config }) });
}
