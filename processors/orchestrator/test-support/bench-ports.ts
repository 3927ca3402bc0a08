/** An orchestrator with everything in memory, simulated time and a runner that a test scripts. */
import type { Blob } from '#schemas/blob.ts';
import type { RectoError } from '#schemas/errors.ts';
import type { ProcessorManifest, ProcessorOutput } from '../../contract/processor.ts';
import type { ProcessorRunner, RunOptions, RunRequest } from '../../contract/runner.ts';
import { createOrchestrator } from '../orchestrator.ts';
import type { BlobEvent, Job, OrchestratorPorts } from '../ports.ts';
import { createMemoryBlobs, createMemoryJobStore, createSimulatedClock } from './memory-ports.ts';

export const GROW: ProcessorManifest = {
  id: 'grow',
  name: 'Grow',
  description: '',
  input_schema_ids: ['schema-text-input-v1'],
  output_schema_id: 'note-v1',
  priority: 0,
  max_concurrency: 2,
  event_patterns: ['blob.created.text-input-v1', 'blob.updated.*'],
  config_schema: {},
};

type Act = (request: RunRequest, options: RunOptions) => Promise<ProcessorOutput>;

export const noteOf = ({ blob }: RunRequest): ProcessorOutput => ({ schema_id: 'note-v1', data: { content: `${blob.id}@${blob.version}` } });

export function makeBench(overrides: Partial<OrchestratorPorts> = {}) {
  const clock = createSimulatedClock();
  const jobs = createMemoryJobStore();
  const blobs = createMemoryBlobs(jobs);
  const log: string[] = [];
  const errors: RectoError[] = [];
  const runs: RunRequest[] = [];
  const script: { act: Act } = { act: async (request) => noteOf(request) };
  const runner: ProcessorRunner = {
    run(request, options) {
      runs.push(request);
      return script.act(request, options);
    },
    async dispose() {},
  };
  const ports: OrchestratorPorts = {
    jobs,
    blobs,
    runner,
    clock,
    random: () => 0,
    manifests: () => [GROW],
    instanceConfig: async () => ({}),
    onJob: (job: Job) => log.push(`${job.blob_id}@${job.blob_version} ${job.state}`),
    onError: (error) => errors.push(error),
    ...overrides,
  };
  return { ...ports, ports, jobs, blobs, clock, log, errors, runs, script, orchestrator: createOrchestrator(ports) };
}

/** Makes or replaces a draft and gives the event of it. */
export function writeDraft(bench: Pick<ReturnType<typeof makeBench>, 'blobs'>, id: string, version = 1, fields: Partial<Blob> = {}): BlobEvent {
  const blob: Blob = {
    id,
    user_id: 'u1',
    processor_id: 'user-input',
    schema_id: 'text-input-v1',
    data: { content: `The text of ${id}, version ${version}.` },
    conversation_id: `thread-of-${id}`,
    tags: [],
    version,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    deleted: false,
    ...fields,
  };
  bench.blobs.put(blob);
  const type = blob.deleted ? 'blob.deleted' : version === 1 ? 'blob.created' : 'blob.updated';
  return { type, blob_id: id, user_id: blob.user_id, schema_id: blob.schema_id, processor_id: blob.processor_id, version };
}

export async function stopBench(bench: ReturnType<typeof makeBench>): Promise<void> {
  const stopped = bench.orchestrator.stop(0);
  await bench.clock.advance(1);
  await stopped;
}

/** What the processor of the tests has made. */
export function derivedIn({ blobs }: ReturnType<typeof makeBench>): Blob[] {
  return blobs.all().filter(({ processor_id }) => processor_id === 'grow');
}

export function wish(blobId: string, version = 1, config: Record<string, unknown> = {}) {
  return { user_id: 'u1', processor_id: 'grow', blob_id: blobId, blob_version: version, config };
}

export function hang(): Promise<never> {
  return new Promise(() => {});
}
