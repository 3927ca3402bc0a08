import { RectoError } from '#schemas/errors.ts';
import { LEASE_MS, startJobRun, type JobRun } from './job-run.ts';
import type { OrchestratorPorts } from './ports.ts';

/** A store that fails is asked again after this long. */
const STORE_RETRY_MS = 1_000;

export interface Scheduler {
  /** Something may be due. */
  wake(): void;
  runOf(jobId: string): JobRun | undefined;
  /** Runs of one blob, to be stopped when it is deleted. */
  runsOfBlob(userId: string, blobId: string): JobRun[];
  start(): void;
  stop(graceMs: number): Promise<void>;
  idle(): Promise<void>;
}

/** Takes jobs that are due and runs them, each processor at most `max_concurrency` at a time. */
export function createScheduler(ports: OrchestratorPorts): Scheduler {
  const { clock, jobs, manifests } = ports;
  const running = new Map<string, { processorId: string; userId: string; blobId: string; run: JobRun }>();
  let started = false;
  let pumping: Promise<void> | null = null;
  let pumpAgain = false;
  let cancelTimer = (): void => {};
  const onError = (error: RectoError): void => ports.onError?.(error);

  const freeProcessors = (): string[] => {
    const counts = new Map<string, number>();
    for (const { processorId } of running.values()) counts.set(processorId, (counts.get(processorId) ?? 0) + 1);
    return manifests.filter((manifest) => (counts.get(manifest.id) ?? 0) < Math.max(1, manifest.max_concurrency)).map(({ id }) => id);
  };

  const takeOne = async (): Promise<boolean> => {
    const processorIds = freeProcessors();
    if (!started || processorIds.length === 0) return false;
    const job = await jobs.take({ now: clock.now(), leaseMs: LEASE_MS, processorIds });
    if (!job) return false;
    const mine = running.get(job.id);
    if (mine) {
      mine.run.adopt(job);
      return true;
    }
    ports.onJob?.(job);
    const run = startJobRun(job, ports, onError);
    running.set(job.id, { processorId: job.processor_id, userId: job.user_id, blobId: job.blob_id, run });
    void run.ended.then(() => {
      running.delete(job.id);
      wake();
    });
    return true;
  };

  const sleep = (ms: number): void => {
    cancelTimer();
    cancelTimer = clock.after(ms, wake);
  };

  const pump = async (): Promise<void> => {
    try {
      while (await takeOne());
      const processorIds = freeProcessors();
      const due = processorIds.length > 0 ? await jobs.nextDue(processorIds) : null;
      if (started && due !== null) sleep(Math.max(1, due - clock.now()));
    } catch (error) {
      onError(RectoError.from(error, 'storage_failed'));
      if (started) sleep(STORE_RETRY_MS);
    }
  };

  const pumped = async (): Promise<void> => {
    for (let current = pumping; current; current = pumping) await current;
  };

  function wake(): void {
    if (!started) return;
    if (pumping) {
      pumpAgain = true;
      return;
    }
    cancelTimer();
    pumping = pump().finally(() => {
      pumping = null;
      if (pumpAgain) {
        pumpAgain = false;
        wake();
      }
    });
  }

  return {
    wake,
    runOf: (id) => running.get(id)?.run,
    runsOfBlob: (userId, blobId) => [...running.values()].filter((entry) => entry.userId === userId && entry.blobId === blobId).map(({ run }) => run),
    start() {
      started = true;
      wake();
    },
    async stop(graceMs) {
      started = false;
      cancelTimer();
      await pumped();
      const runs = [...running.values()].map(({ run }) => run);
      await Promise.race([Promise.all(runs.map(({ ended }) => ended)), elapse(ports, graceMs)]);
      await Promise.all(runs.map((run) => run.giveBack()));
    },
    async idle() {
      for (;;) {
        await pumped();
        if (running.size > 0) {
          await Promise.race([...running.values()].map(({ run }) => run.ended));
          continue;
        }
        const due = started ? await jobs.nextDue(manifests.map(({ id }) => id)) : null;
        if (pumping || running.size > 0) continue;
        if (due === null || due > clock.now()) return;
        wake();
      }
    },
  };
}

function elapse({ clock }: OrchestratorPorts, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
