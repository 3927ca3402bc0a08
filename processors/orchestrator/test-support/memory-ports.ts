/** An orchestrator's ports in memory: for tests that are exact about time, chance and failures. */
import type { Blob } from '#schemas/blob.ts';
import { earliestDue, FairShare, toQueues } from '../fair-share.ts';
import type { BlobReader, BlobWriter, Clock, Job, JobStore } from '../ports.ts';

export function createMemoryJobStore(): JobStore & { all(): Job[] } {
  const jobs = new Map<string, Job>();
  const share = new FairShare();
  const waiting = (): Job[] => [...jobs.values()].filter(({ state }) => state === 'queued' || state === 'running');
  return {
    all: () => [...jobs.values()],
    async add(job) {
      if (jobs.has(job.id)) return false;
      jobs.set(job.id, structuredClone(job));
      return true;
    },
    async get(id) {
      return structuredClone(jobs.get(id) ?? null);
    },
    async take({ now, leaseMs, free, perUser }) {
      const { queues, running } = toQueues(waiting(), now);
      return share.choose(queues, { free, perUser, running }).map((job) => {
        const taken: Job = { ...job, state: 'running', attempts: job.attempts + 1, lease_until: now + leaseMs, updated_at: now };
        jobs.set(taken.id, taken);
        return structuredClone(taken);
      });
    },
    async update(job, expected) {
      const standing = jobs.get(job.id);
      if (!standing || standing.state !== expected.state || standing.attempts !== expected.attempts) return false;
      jobs.set(job.id, structuredClone(job));
      return true;
    },
    async supersedeOlder({ user_id, processor_id, blob_id, version, now }) {
      for (const job of jobs.values()) {
        const isSame = job.user_id === user_id && job.processor_id === processor_id && job.blob_id === blob_id;
        if (isSame && job.state === 'queued' && job.blob_version < version) jobs.set(job.id, { ...job, state: 'superseded', updated_at: now });
      }
    },
    async nextDue({ after, processorIds }) {
      return earliestDue(waiting().filter((job) => processorIds.includes(job.processor_id)), after);
    },
    async releaseRunning(now) {
      for (const job of waiting()) {
        if (job.state === 'running') jobs.set(job.id, { ...job, state: 'queued', not_before: now, lease_until: 0, updated_at: now });
      }
    },
  };
}

/** Blobs of every user, and the writer that ends the job with them in one step. */
export function createMemoryBlobs(jobs: JobStore): BlobReader & BlobWriter & { put(blob: Blob): void; all(): Blob[]; writes: number } {
  const blobs = new Map<string, Blob>();
  const key = (userId: string, id: string): string => `${userId}/${id}`;
  return {
    writes: 0,
    all: () => [...blobs.values()],
    put(blob) {
      blobs.set(key(blob.user_id, blob.id), structuredClone(blob));
    },
    async read(userId, id) {
      return structuredClone(blobs.get(key(userId, id)) ?? null);
    },
    async writeDerived({ blob, also }, job) {
      if (blobs.has(key(blob.user_id, blob.id))) return 'existed';
      for (const side of also) if (!blobs.has(key(side.user_id, side.id))) blobs.set(key(side.user_id, side.id), structuredClone(side));
      blobs.set(key(blob.user_id, blob.id), structuredClone(blob));
      this.writes += 1;
      await jobs.update(job, { state: 'running', attempts: job.attempts });
      return 'stored';
    },
  };
}

export interface SimulatedClock extends Clock {
  /** Moves time on, calling what falls due in order and letting each call's consequences run out. */
  advance(ms: number): Promise<void>;
}

/** Lets promises that wait for nothing but each other run out. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export function createSimulatedClock(start = Date.UTC(2026, 0, 1)): SimulatedClock {
  let now = start;
  let timers: { at: number; callback: () => void }[] = [];
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.callback();
        await settle();
      }
      now = end;
    },
  };
}
