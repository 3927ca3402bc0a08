import { RectoError } from '#schemas/errors.ts';
import { JobRun, LEASE_MS } from './job-run.ts';
import type { Job, OrchestratorPorts } from './ports.ts';

/** A store that fails is asked again after this long. */
const STORE_RETRY_MS = 1_000;

/** Takes jobs that are due and runs them, each processor at most `max_concurrency` at a time. */
export class Scheduler {
  readonly #ports: OrchestratorPorts;
  readonly #running = new Map<string, { job: Job; run: JobRun }>();
  #started = false;
  #pumping: Promise<void> | null = null;
  #pumpAgain = false;
  #cancelTimer = (): void => {};

  constructor(ports: OrchestratorPorts) {
    this.#ports = ports;
  }

  runOf(jobId: string): JobRun | undefined {
    return this.#running.get(jobId)?.run;
  }

  /** Runs of one blob, to be stopped when it is deleted. */
  runsOfBlob(userId: string, blobId: string): JobRun[] {
    return [...this.#running.values()].filter(({ job }) => job.user_id === userId && job.blob_id === blobId).map(({ run }) => run);
  }

  start(): void {
    this.#started = true;
    this.wake();
  }

  /** Something may be due. */
  wake(): void {
    if (!this.#started) return;
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#cancelTimer();
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = null;
      if (!this.#pumpAgain) return;
      this.#pumpAgain = false;
      this.wake();
    });
  }

  async stop(graceMs: number): Promise<void> {
    this.#started = false;
    this.#cancelTimer();
    await this.#pumped();
    const runs = [...this.#running.values()].map(({ run }) => run);
    const grace = new Promise<void>((resolve) => void this.#ports.clock.after(graceMs, resolve));
    await Promise.race([Promise.all(runs.map(({ ended }) => ended)), grace]);
    await Promise.all(runs.map((run) => run.giveBack()));
  }

  async idle(): Promise<void> {
    const { jobs, manifests, clock } = this.#ports;
    for (;;) {
      await this.#pumped();
      if (this.#running.size > 0) {
        await Promise.race([...this.#running.values()].map(({ run }) => run.ended));
        continue;
      }
      const due = this.#started ? await jobs.nextDue(manifests().map(({ id }) => id)) : null;
      if (this.#pumping || this.#running.size > 0) continue;
      if (due === null || due > clock.now()) return;
      this.wake();
    }
  }

  async #pumped(): Promise<void> {
    for (let current = this.#pumping; current; current = this.#pumping) await current;
  }

  async #pump(): Promise<void> {
    const { jobs, clock } = this.#ports;
    try {
      while (await this.#takeOne());
      const processorIds = this.#freeProcessors();
      const due = processorIds.length > 0 ? await jobs.nextDue(processorIds) : null;
      if (due !== null) this.#sleep(Math.max(1, due - clock.now()));
    } catch (error) {
      this.#ports.onError?.(RectoError.from(error, 'storage_failed'));
      this.#sleep(STORE_RETRY_MS);
    }
  }

  async #takeOne(): Promise<boolean> {
    const { jobs, clock } = this.#ports;
    const processorIds = this.#freeProcessors();
    if (!this.#started || processorIds.length === 0) return false;
    const job = await jobs.take({ now: clock.now(), leaseMs: LEASE_MS, processorIds });
    if (!job) return false;
    const mine = this.#running.get(job.id)?.run;
    if (mine?.adopt(job)) return true;
    // Cancelled and wished for again: the one must have ended before the other begins.
    await mine?.ended;
    this.#run(job);
    return true;
  }

  #run(job: Job): void {
    this.#ports.onJob?.(job);
    const run = new JobRun(job, this.#ports);
    this.#running.set(job.id, { job, run });
    void run.ended.then(() => {
      if (this.#running.get(job.id)?.run === run) this.#running.delete(job.id);
      this.wake();
    });
  }

  #freeProcessors(): string[] {
    const counts = new Map<string, number>();
    for (const { job } of this.#running.values()) counts.set(job.processor_id, (counts.get(job.processor_id) ?? 0) + 1);
    return this.#ports.manifests().filter(({ id, max_concurrency }) => (counts.get(id) ?? 0) < Math.max(1, max_concurrency)).map(({ id }) => id);
  }

  #sleep(ms: number): void {
    this.#cancelTimer();
    if (this.#started) this.#cancelTimer = this.#ports.clock.after(ms, () => this.wake());
  }
}
