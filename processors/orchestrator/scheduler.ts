import { RectoError } from '#schemas/errors.ts';
import { JobRun, LEASE_MS } from './job-run.ts';
import type { Job, OrchestratorPorts } from './ports.ts';

/** A store that fails is asked again after this long. */
const STORE_RETRY_MS = 1_000;

/** Takes jobs that are due and runs them: of each processor as many as its capacity allows, else at most `max_concurrency` at a time. */
export class Scheduler {
  readonly #ports: OrchestratorPorts;
  readonly #running = new Map<string, { job: Job; run: JobRun }>();
  readonly #inHand = new Map<string, JobRun>();
  #started = false;
  #pumping: Promise<void> | null = null;
  #pumpAgain = false;
  #failure: RectoError | null = null;
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
    for (;;) {
      // What is due is taken now: what runs after that is all there is.
      this.wake();
      await this.#pumped();
      if (this.#running.size === 0) {
        if (this.#failure) throw this.#failure;
        return;
      }
      await Promise.race([...this.#running.values()].map(({ run }) => run.ended));
    }
  }

  async #pumped(): Promise<void> {
    for (let current = this.#pumping; current; current = this.#pumping) await current;
  }

  async #pump(): Promise<void> {
    const { jobs, clock } = this.#ports;
    this.#failure = null;
    // Runs whose ends were stored together end at the same moment: their places are filled together.
    await Promise.resolve();
    try {
      let now = clock.now();
      while (await this.#takeSome(now)) now = clock.now();
      const processorIds = [...this.#free().keys()];
      // Later than what was just looked for. What is due and was left has no room yet: whose end makes some calls `wake`.
      const due = processorIds.length > 0 ? await jobs.nextDue({ after: now, processorIds }) : null;
      if (due !== null) this.#sleep(Math.max(1, due - clock.now()));
    } catch (error) {
      this.#failure = RectoError.from(error, 'storage_failed');
      this.#ports.onError?.(this.#failure);
      this.#sleep(STORE_RETRY_MS);
    }
  }

  /** As many at once as there is room for: each taking is a write to the disk. */
  async #takeSome(now: number): Promise<boolean> {
    const { jobs, perUser = Infinity } = this.#ports;
    const free = this.#free();
    if (!this.#started || free.size === 0) return false;
    const taken = await jobs.take({ now, leaseMs: LEASE_MS, free, perUser });
    for (const job of taken) {
      const mine = this.#running.get(job.id)?.run;
      if (mine?.adopt(job)) continue;
      // Cancelled and wished for again: the one must have ended before the other begins.
      await mine?.ended;
      this.#run(job);
    }
    return taken.length > 0;
  }

  #run(job: Job): void {
    this.#ports.onJob?.(job);
    const run = new JobRun(job, this.#ports, this.#inHand);
    this.#running.set(job.id, { job, run });
    void run.ended.then(() => {
      if (this.#running.get(job.id)?.run === run) this.#running.delete(job.id);
      this.wake();
    });
  }

  /** How many runs of each processor may start now; those that may start none are not in it. */
  #free(): Map<string, number> {
    const { manifests, capacity } = this.#ports;
    const counts = new Map<string, number>();
    for (const { job } of this.#running.values()) counts.set(job.processor_id, (counts.get(job.processor_id) ?? 0) + 1);
    const free = new Map<string, number>();
    for (const { id, max_concurrency } of manifests()) {
      const room = capacity ? capacity(id) : Math.max(1, max_concurrency) - (counts.get(id) ?? 0);
      if (room > 0) free.set(id, room);
    }
    return free;
  }

  #sleep(ms: number): void {
    this.#cancelTimer();
    if (this.#started) this.#cancelTimer = this.#ports.clock.after(ms, () => this.wake());
  }
}
