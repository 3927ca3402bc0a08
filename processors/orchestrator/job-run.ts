import { normalizeSchemaId, findDataErrors, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ProcessorManifest, ProcessorOutput } from '../contract/processor.ts';
import { readsSchema } from './event-patterns.ts';
import { derivedBlobId } from './ids.ts';
import type { Job, OrchestratorPorts } from './ports.ts';
import { afterFailure, MAX_ATTEMPTS } from './retry.ts';

/** How long a worker may be silent before its job is given to another; renewed at a third of it. */
export const LEASE_MS = 60_000;
/** A processor that reports no progress for so long hangs. */
const STALL_MS = 15 * 60_000;

/** One attempt at one job. */
export interface JobRun {
  /** Resolves when the attempt is over and its outcome is stored; never rejects. */
  readonly ended: Promise<void>;
  /** False: it was over, or its result was being stored. */
  cancel(): Promise<boolean>;
  /** Stops, and leaves the job to whoever takes it next. */
  giveBack(): Promise<void>;
  /** The lease ended unnoticed (the computer slept) and the same worker took the job again: go on with it. */
  adopt(job: Job): void;
}

type Stop = 'cancelled' | 'given-back' | 'lost' | 'stalled';

/** Starts one attempt of a job that was just taken. */
export function startJobRun(taken: Job, ports: OrchestratorPorts, onError: (error: RectoError) => void): JobRun {
  const { clock, jobs, blobs } = ports;
  const controller = new AbortController();
  let job = taken;
  let stop: Stop | null = null;
  let storing = false;
  let over = false;
  let lastSign = clock.now();

  const abort = (why: Stop, error: RectoError): void => {
    stop ??= why;
    controller.abort(error);
  };

  /** Writes the job if it is still ours, and tells. */
  const store = async (next: Job): Promise<boolean> => {
    const stored = await jobs.update(next, { state: 'running', attempts: job.attempts });
    if (stored) ports.onJob?.(next);
    return stored;
  };

  const keepLease = (): (() => void) => {
    let cancelTimer = clock.after(LEASE_MS / 3, renew);
    function renew(): void {
      if (over || stop) return;
      const now = clock.now();
      if (now - lastSign > STALL_MS) {
        abort('stalled', new RectoError('processor_timeout', 'The processor has shown no progress for 15 minutes and was stopped.'));
        return;
      }
      cancelTimer = clock.after(LEASE_MS / 3, renew);
      const { attempts } = job;
      jobs.update({ ...job, lease_until: now + LEASE_MS, updated_at: now }, { state: 'running', attempts }).then(
        (stored) => {
          if (!stored && !over && !storing && job.attempts === attempts) abort('lost', new RectoError('cancelled', 'Another worker has this job now, or it was cancelled.'));
        },
        // The lease may end for it; then the job is taken again, and its blob's id keeps the work from being doubled.
        (error: unknown) => onError(RectoError.from(error, 'storage_failed')),
      );
    }
    return () => cancelTimer();
  };

  const attempt = async (): Promise<void> => {
    const { manifest, blob } = await prepare(job, ports);
    const id = derivedBlobId(job.processor_id, blob.id, blob.version, job.config);
    const done = (): Job => ({ ...job, state: 'done', output_id: id, lease_until: 0, updated_at: clock.now() });
    if (await blobs.read(job.user_id, id)) {
      await store(done());
      return;
    }
    controller.signal.throwIfAborted();
    const running = ports.runner.run(
      { jobId: job.id, processorId: job.processor_id, blob, config: job.config },
      {
        signal: controller.signal,
        readBlob: (blobId) => blobs.read(job.user_id, blobId),
        onProgress: (progress) => {
          lastSign = clock.now();
          if (!stop && !over) ports.onProgress?.(job, progress);
        },
      },
    );
    const output = await untilAborted(running, controller.signal);
    await checkOutput(manifest, output, ports);
    if (stop) throw new RectoError('cancelled', 'Cancelled.');
    storing = true;
    const finished = done();
    const outcome = await blobs.writeDerived(toDerivedBlob(id, blob, output, finished), finished);
    if (outcome === 'existed') await store(finished);
    else ports.onJob?.(finished);
  };

  const settle = async (thrown: unknown): Promise<void> => {
    if (stop === 'lost' || stop === 'cancelled') return;
    const now = clock.now();
    if (stop === 'given-back') {
      // Stopping a worker isn't the job's failure: the attempt doesn't count.
      await store({ ...job, state: 'queued', attempts: job.attempts - 1, not_before: now, lease_until: 0, updated_at: now });
      return;
    }
    await store(afterFailure(job, RectoError.from(thrown, 'processor_failed'), now, ports.random()));
  };

  const work = async (): Promise<void> => {
    const dropLease = keepLease();
    try {
      await attempt();
    } catch (thrown) {
      storing = false;
      // Nothing could be stored: the lease will end, and the job is taken again.
      await settle(thrown).catch((error: unknown) => onError(RectoError.from(error, 'storage_failed')));
    } finally {
      over = true;
      dropLease();
    }
  };

  const ended = work();
  return {
    ended,
    async cancel() {
      if (over || storing || stop) {
        await ended;
        return false;
      }
      abort('cancelled', new RectoError('cancelled', 'Cancelled.'));
      const stored = await store({ ...job, state: 'cancelled', lease_until: 0, updated_at: clock.now() });
      await ended;
      return stored;
    },
    async giveBack() {
      if (!over && !storing) abort('given-back', new RectoError('cancelled', 'The worker is stopping.'));
      await ended;
    },
    adopt(again) {
      job = again;
    },
  };
}

/**
 * The manifest and the blob of a job. The blob may be newer than the one the job was made for: then the newest is what
 * the author wants done, and its derived id says so.
 */
async function prepare(job: Job, ports: OrchestratorPorts): Promise<{ manifest: ProcessorManifest; blob: Blob }> {
  if (job.attempts > MAX_ATTEMPTS) {
    throw new RectoError('processor_crashed', 'The worker died at every attempt. The text is untouched.');
  }
  const manifest = ports.manifests.find(({ id }) => id === job.processor_id);
  if (!manifest) throw new RectoError('processor_unknown', `There is no processor “${job.processor_id}” here.`);
  const blob = await ports.blobs.read(job.user_id, job.blob_id);
  if (!blob) throw new RectoError('not_found', 'The text that was to be processed is not here.');
  if (blob.deleted) throw new RectoError('cancelled', 'The text was deleted before it was processed.');
  if (blob.version < job.blob_version) {
    throw new RectoError('unavailable', 'The newest version of this text has not arrived here yet. It is tried again in a while.');
  }
  if (!readsSchema(manifest, blob.schema_id)) {
    throw new RectoError('input_invalid', `${manifest.name} can’t read a text of the schema “${blob.schema_id}”.`);
  }
  return { manifest, blob };
}

/** @throws RectoError processor_output_invalid */
async function checkOutput(manifest: ProcessorManifest, output: ProcessorOutput, ports: OrchestratorPorts): Promise<void> {
  const schemaId = normalizeSchemaId(output.schema_id);
  if (schemaId !== normalizeSchemaId(manifest.output_schema_id)) {
    throw new RectoError('processor_output_invalid', `${manifest.name} made a “${schemaId}”, not a “${manifest.output_schema_id}”.`);
  }
  const errors = await (ports.findDataErrors ?? findDataErrors)(schemaId, output.data);
  if (errors.length > 0) {
    const first = errors[0]!;
    throw new RectoError('processor_output_invalid', `${manifest.name} made something its schema rejects: ${first.path} ${first.message}.`, { errors });
  }
}

function toDerivedBlob(id: string, parent: Blob, output: ProcessorOutput, job: Job): Blob {
  const time = new Date(job.updated_at).toISOString();
  return {
    id,
    user_id: job.user_id,
    processor_id: job.processor_id,
    schema_id: normalizeSchemaId(output.schema_id),
    data: output.data,
    parent_id: parent.id,
    ...(parent.conversation_id !== undefined && { conversation_id: parent.conversation_id }),
    tags: output.tags ?? [],
    version: 1,
    created_at: time,
    updated_at: time,
    deleted: false,
  };
}

/** The promise's outcome, or the signal's reason at once when it aborts first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
