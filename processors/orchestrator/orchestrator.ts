import { USER_INPUT } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { wantsEvent } from './event-patterns.ts';
import { jobId } from './ids.ts';
import type { BlobEvent, Job, Orchestrator, OrchestratorPorts } from './ports.ts';
import { Scheduler } from './scheduler.ts';

export { derivedBlobId, jobId } from './ids.ts';

/** Processors in a row, each fed by the one before, without an author's hand between. More is taken for a loop. */
const MAX_CHAIN = 8;
const GRACE_MS = 5_000;

type JobRequest = Parameters<Orchestrator['enqueue']>[0];

/**
 * Decides what runs, when, how often, and what of it is kept. All time, chance and storage come through its ports.
 *
 * A job runs on the newest version of its blob. What it made before is found by its derived id and not made again. A
 * failure that may pass is tried again up to 5 times (retry.ts); any other, and the fifth, makes the job a dead letter.
 */
export function createOrchestrator(ports: OrchestratorPorts): Orchestrator {
  const scheduler = new Scheduler(ports);
  return {
    handleEvent: (event, processorId) => handleEvent(ports, scheduler, event, processorId),
    enqueue: (request) => enqueue(ports, scheduler, request),
    cancel: (id) => cancel(ports, scheduler, id),
    start: () => scheduler.start(),
    wake: () => scheduler.wake(),
    stop: (graceMs = GRACE_MS) => scheduler.stop(graceMs),
    idle: () => scheduler.idle(),
  };
}

async function handleEvent(ports: OrchestratorPorts, scheduler: Scheduler, event: BlobEvent, processorId?: string): Promise<void> {
  if (event.type === 'blob.deleted') {
    for (const manifest of ports.manifests()) await supersede(ports, manifest.id, event);
    await Promise.all(scheduler.runsOfBlob(event.user_id, event.blob_id).map((run) => run.cancel()));
    return;
  }
  const wanting = ports.manifests().filter((manifest) => (processorId === undefined || manifest.id === processorId) && wantsEvent(manifest, event));
  if (wanting.length === 0) return;
  const looping = event.processor_id !== USER_INPUT && (await isChainTooDeep(ports, event));
  for (const manifest of wanting) {
    const config = await ports.instanceConfig(event.user_id, manifest.id);
    if (!config) continue;
    const { user_id, blob_id, version: blob_version } = event;
    const job = newJob(ports, { user_id, processor_id: manifest.id, blob_id, blob_version, config });
    // Kept as a dead letter, so that an operator sees which processors feed each other.
    if (looping) Object.assign(job, { state: 'dead', error: CHAIN_ERROR });
    if (await ports.jobs.add(job)) ports.onJob?.(job);
    // After adding: a crash between the two then leaves a job too many, not one too few.
    await supersede(ports, manifest.id, event);
  }
  scheduler.wake();
}

const CHAIN_ERROR: Job['error'] = {
  code: 'processor_failed',
  message: `This text is the end of a chain of more than ${MAX_CHAIN} processors. They seem to feed each other; the chain was stopped.`,
};

function supersede(ports: OrchestratorPorts, processor_id: string, { user_id, blob_id, version }: BlobEvent): Promise<void> {
  return ports.jobs.supersedeOlder({ user_id, processor_id, blob_id, version, now: ports.clock.now() });
}

/** A blob by an author's hand ends the walk: no loop runs through a person. */
async function isChainTooDeep(ports: OrchestratorPorts, event: BlobEvent): Promise<boolean> {
  let blob = await ports.blobs.read(event.user_id, event.blob_id);
  for (let depth = 1; blob && blob.processor_id !== USER_INPUT; depth++) {
    if (depth > MAX_CHAIN) return true;
    if (blob.parent_id === undefined) return false;
    blob = await ports.blobs.read(event.user_id, blob.parent_id);
  }
  return false;
}

function newJob(ports: OrchestratorPorts, request: JobRequest): Job {
  const now = ports.clock.now();
  const priority = ports.manifests().find(({ id }) => id === request.processor_id)?.priority ?? 0;
  return {
    id: jobId(request),
    user_id: request.user_id,
    processor_id: request.processor_id,
    blob_id: request.blob_id,
    blob_version: request.blob_version,
    config: request.config,
    priority,
    state: 'queued',
    attempts: 0,
    not_before: now,
    lease_until: 0,
    created_at: now,
    updated_at: now,
  };
}

/** A person who asks again after a failure or a cancellation means it: the job is queued anew. */
const REVIVABLE: ReadonlySet<Job['state']> = new Set(['dead', 'cancelled', 'superseded']);

async function enqueue(ports: OrchestratorPorts, scheduler: Scheduler, request: JobRequest): Promise<Job> {
  if (!ports.manifests().some(({ id }) => id === request.processor_id)) {
    throw new RectoError('processor_unknown', `There is no processor “${request.processor_id}” here.`);
  }
  const job = newJob(ports, request);
  if (await ports.jobs.add(job)) {
    ports.onJob?.(job);
    scheduler.wake();
    return job;
  }
  const standing = await ports.jobs.get(job.id);
  if (!standing || !REVIVABLE.has(standing.state)) return standing ?? job;
  const revived = await ports.jobs.update(job, { state: standing.state, attempts: standing.attempts });
  if (!revived) return (await ports.jobs.get(job.id)) ?? standing;
  ports.onJob?.(job);
  scheduler.wake();
  return job;
}

async function cancel(ports: OrchestratorPorts, scheduler: Scheduler, id: string): Promise<boolean> {
  // The state can change between the read and the write (a worker takes the job): then look again.
  for (;;) {
    const run = scheduler.runOf(id);
    if (run) return run.cancel();
    const job = await ports.jobs.get(id);
    if (!job || (job.state !== 'queued' && job.state !== 'running')) return false;
    if (scheduler.runOf(id)) continue;
    const cancelled: Job = { ...job, state: 'cancelled', lease_until: 0, updated_at: ports.clock.now() };
    // A worker elsewhere sees it at its next renewal and stops.
    if (await ports.jobs.update(cancelled, { state: job.state, attempts: job.attempts })) {
      ports.onJob?.(cancelled);
      return true;
    }
  }
}
