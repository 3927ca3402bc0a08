import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { orAborted } from '../contract/or-aborted.ts';
import type { ProcessorManifest, ProcessorOutput } from '../contract/processor.ts';
import { checkOutput, toDerived } from './derived-blob.ts';
import { readsSchema } from './event-patterns.ts';
import { derivedBlobId } from './ids.ts';
import type { Job, OrchestratorPorts } from './ports.ts';
import { afterFailure, MAX_ATTEMPTS } from './retry.ts';

/** How long a worker may be silent before its job is given to another; renewed at a third of it. */
export const LEASE_MS = 60_000;
/** A processor that reports no progress for so long hangs. */
const STALL_MS = 15 * 60_000;

type Stop = 'cancelled' | 'given-back' | 'lost' | 'stalled';

/** One attempt at one job that was just taken. It starts when it is made. */
export class JobRun {
  /** Resolves when the attempt is over and its outcome is stored; never rejects. */
  readonly ended: Promise<void>;
  readonly #ports: OrchestratorPorts;
  readonly #inHand: Map<string, JobRun>;
  readonly #controller = new AbortController();
  #job: Job;
  #stop: Stop | null = null;
  #storing = false;
  #over = false;
  #key = '';
  #isWaiting = false;
  #lastSign: number;
  #cancelRenewal = (): void => {};

  /** @param inHand the runs of the same home, by user and id of what they make */
  constructor(taken: Job, ports: OrchestratorPorts, inHand: Map<string, JobRun>) {
    this.#job = taken;
    this.#ports = ports;
    this.#inHand = inHand;
    this.#lastSign = ports.clock.now();
    this.ended = this.#work();
  }

  /** False: it was over, or its result was being stored. */
  async cancel(): Promise<boolean> {
    if (this.#over || this.#storing || this.#stop) {
      await this.ended;
      return false;
    }
    this.#abort('cancelled', new RectoError('cancelled', 'Cancelled.'));
    const stored = await this.#store({ ...this.#job, state: 'cancelled', lease_until: 0, updated_at: this.#now() });
    await this.ended;
    return stored;
  }

  /** Stops, and leaves the job to whoever takes it next. */
  async giveBack(): Promise<void> {
    if (!this.#over && !this.#storing) this.#abort('given-back', new RectoError('lease_lost', 'The worker is stopping.'));
    await this.ended;
  }

  /** The lease ended unnoticed (the computer slept) and the same worker took the job again: go on with it. False: too late, it is ending. */
  adopt(job: Job): boolean {
    if (this.#over || this.#stop) return false;
    this.#job = job;
    return true;
  }

  #now(): number {
    return this.#ports.clock.now();
  }

  #abort(why: Stop, error: RectoError): void {
    this.#stop ??= why;
    this.#controller.abort(error);
  }

  async #work(): Promise<void> {
    this.#planRenewal();
    try {
      // What is aborted ends at once, also where a store or a host doesn't answer; its late answer changes nothing.
      await orAborted(this.#attempt(), this.#controller.signal);
    } catch (thrown) {
      this.#storing = false;
      // When nothing can be stored, the lease will end, and the job is taken again.
      await this.#settle(thrown).catch((error: unknown) => this.#tell(error));
    } finally {
      this.#over = true;
      this.#inHand.delete(this.#key);
      this.#cancelRenewal();
    }
  }

  async #attempt(): Promise<void> {
    const { blobs } = this.#ports;
    const { manifest, blob, id } = await this.#begin();
    if (await blobs.read(this.#job.user_id, id)) {
      await this.#store(this.#done(id));
      return;
    }
    const output = await this.#run(blob);
    await checkOutput(manifest, output, this.#ports);
    const done = this.#done((await this.#findStanding(output, blob)) ?? id);
    const made = await toDerived(done.output_id ?? id, blob, output, done, this.#ports);
    this.#controller.signal.throwIfAborted();
    this.#storing = true;
    const outcome = await blobs.writeDerived(made, done);
    // A writer may end the job with the blob that stood, or leave it to us; and it knows of no attempt that was adopted meanwhile.
    const isOpen = outcome === 'existed' || this.#job.attempts !== done.attempts;
    const isTold = isOpen && (await this.#store(this.#done(id)));
    if (!isTold && (await this.#ports.jobs.get(done.id))?.state === 'done') this.#ports.onJob?.(done);
  }

  /** Only a blob that this processor derived of this very one is taken for its output. */
  async #findStanding({ standing_id: id }: ProcessorOutput, { id: parentId }: Blob): Promise<string | null> {
    const blob = id === undefined ? null : await this.#ports.blobs.read(this.#job.user_id, id);
    return blob && !blob.deleted && blob.parent_id === parentId && blob.processor_id === this.#job.processor_id ? blob.id : null;
  }

  /**
   * What there is to do, and the id of what comes of it. Jobs of two versions of a blob can both come to its newest: the one waits for
   * what the other makes of it, so that no provider is paid twice.
   */
  async #begin(): Promise<{ manifest: ProcessorManifest; blob: Blob; id: string }> {
    for (;;) {
      const prepared = await prepare(this.#job, this.#ports);
      const { processor_id, user_id, config } = this.#job;
      const id = derivedBlobId(processor_id, prepared.blob.id, prepared.blob.version, config);
      this.#controller.signal.throwIfAborted();
      const key = `${user_id}/${id}`;
      const other = this.#inHand.get(key);
      if (!other) {
        this.#inHand.set(key, this);
        this.#key = key;
        return { ...prepared, id };
      }
      this.#isWaiting = true;
      await other.ended;
      this.#isWaiting = false;
      this.#lastSign = this.#now();
    }
  }

  #run(blob: Blob): Promise<ProcessorOutput> {
    const { signal } = this.#controller;
    signal.throwIfAborted();
    const { id: jobId, processor_id: processorId, config, user_id } = this.#job;
    const answers = this.#ports.answersOf?.(this.#job);
    return this.#ports.runner.run(
      { jobId, processorId, blob, config },
      {
        signal,
        ...(answers && { answers }),
        onUsage: (usage) => this.#ports.onUsage?.(this.#job, usage),
        readBlob: (blobId) => this.#ports.blobs.read(user_id, blobId),
        onProgress: (progress) => {
          this.#lastSign = this.#now();
          if (!this.#stop && !this.#over) this.#ports.onProgress?.(this.#job, progress);
        },
      },
    );
  }

  #done(outputId: string): Job {
    return { ...this.#job, state: 'done', output_id: outputId, lease_until: 0, updated_at: this.#now() };
  }

  /** Writes the job if it is still ours, and tells. */
  async #store(next: Job): Promise<boolean> {
    const stored = await this.#ports.jobs.update(next, { state: 'running', attempts: this.#job.attempts });
    if (stored) this.#ports.onJob?.(next);
    return stored;
  }

  async #settle(thrown: unknown): Promise<void> {
    if (this.#stop === 'lost' || this.#stop === 'cancelled') return;
    const now = this.#now();
    if (this.#stop === 'given-back') {
      // Stopping a worker isn't the job's failure: the attempt doesn't count.
      await this.#store({ ...this.#job, state: 'queued', attempts: this.#job.attempts - 1, not_before: now, lease_until: 0, updated_at: now });
      return;
    }
    await this.#store(afterFailure(this.#job, RectoError.from(thrown, 'processor_failed'), now, this.#ports.random()));
  }

  #planRenewal(): void {
    this.#cancelRenewal = this.#ports.clock.after(LEASE_MS / 3, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    if (this.#over || this.#stop || this.#storing) return;
    const now = this.#now();
    if (!this.#isWaiting && now - this.#lastSign > STALL_MS) {
      this.#abort('stalled', new RectoError('processor_timeout', 'The processor has shown no progress for 15 minutes and was stopped.'));
      return;
    }
    this.#planRenewal();
    const { attempts } = this.#job;
    try {
      const stored = await this.#ports.jobs.update({ ...this.#job, lease_until: now + LEASE_MS, updated_at: now }, { state: 'running', attempts });
      const isOurs = stored || this.#over || this.#storing || this.#job.attempts !== attempts;
      if (!isOurs) this.#abort('lost', new RectoError('lease_lost', 'Another worker has this job now, or it was cancelled.'));
    } catch (error) {
      // The lease may end for it; then the job is taken again, and its blob's id keeps the work from being doubled.
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    this.#ports.onError?.(RectoError.from(error, 'storage_failed'));
  }
}

/**
 * The manifest and the blob of a job. The blob may be newer than the one the job was made for: then the newest is what
 * the author wants done, and its derived id says so.
 */
async function prepare(job: Job, ports: OrchestratorPorts): Promise<{ manifest: ProcessorManifest; blob: Blob }> {
  if (job.attempts > MAX_ATTEMPTS) {
    throw new RectoError('processor_crashed', 'The worker died at every attempt. The text is untouched.');
  }
  const manifest = ports.manifests().find(({ id }) => id === job.processor_id);
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
