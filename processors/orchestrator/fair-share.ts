/** Which of the jobs that are due run next, so that nobody waits for another's ten thousand. */

/** What the choice rests on. */
export interface Candidate {
  id: string;
  priority: number;
  created_at: number;
}

/** The due jobs of one user for one processor, in the order in which they are taken. */
export interface Queue<T extends Candidate> {
  userId: string;
  processorId: string;
  /** The job after `skip` others; undefined: there are no more. */
  at(skip: number): T | undefined;
}

export interface Shares {
  /** How many of each processor may be taken. */
  free: ReadonlyMap<string, number>;
  /** How many jobs of one user may run at once. */
  perUser: number;
  /** How many of each user run. */
  running: ReadonlyMap<string, number>;
}

interface Head<T extends Candidate> {
  queue: Queue<T>;
  job: T;
  skip: number;
}

/**
 * The highest priority first; then whose jobs run least; then who was served longest ago (round robin, which is fair queueing
 * where every job costs alike: Nagle, RFC 970); then the oldest job. It remembers whom it served for as long as it lives.
 */
export class FairShare {
  readonly #servedAt = new Map<string, number>();
  #turn = 0;

  choose<T extends Candidate>(queues: readonly Queue<T>[], { free, perUser, running }: Shares): T[] {
    const places = new Map(free);
    const runs = new Map(running);
    const heads = queues.flatMap((queue): Head<T>[] => {
      const job = queue.at(0);
      return job ? [{ queue, job, skip: 0 }] : [];
    });
    const chosen: T[] = [];
    const mayRun = ({ queue }: Head<T>): boolean => (places.get(queue.processorId) ?? 0) > 0 && (runs.get(queue.userId) ?? 0) < perUser;
    for (;;) {
      let best: Head<T> | undefined;
      for (const head of heads) if (mayRun(head) && (!best || this.#compare(head, best, runs) < 0)) best = head;
      if (!best) return chosen;
      chosen.push(best.job);
      const { userId, processorId } = best.queue;
      places.set(processorId, (places.get(processorId) ?? 0) - 1);
      runs.set(userId, (runs.get(userId) ?? 0) + 1);
      this.#servedAt.set(userId, (this.#turn += 1));
      const next = best.queue.at((best.skip += 1));
      if (next) best.job = next;
      else heads.splice(heads.indexOf(best), 1);
    }
  }

  #compare(a: Head<Candidate>, b: Head<Candidate>, runs: ReadonlyMap<string, number>): number {
    const [userA, userB] = [a.queue.userId, b.queue.userId];
    return b.job.priority - a.job.priority
      || (runs.get(userA) ?? 0) - (runs.get(userB) ?? 0)
      || (this.#servedAt.get(userA) ?? 0) - (this.#servedAt.get(userB) ?? 0)
      || byAge(a.job, b.job);
  }
}

function byAge(a: Candidate, b: Candidate): number {
  return a.created_at - b.created_at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The same for a store that reads all of its jobs that wait: those that are due, as queues, and how many run beside them. */
export function toQueues<T extends Candidate & { user_id: string; processor_id: string; state: string; not_before: number; lease_until: number }>(
  waiting: readonly T[],
  now: number,
): { queues: Queue<T>[]; running: Map<string, number> } {
  const queues = new Map<string, T[]>();
  const running = new Map<string, number>();
  for (const job of waiting) {
    const isDue = job.state === 'queued' ? job.not_before <= now : job.lease_until <= now;
    if (isDue) {
      const key = JSON.stringify([job.processor_id, job.user_id]);
      const queue = queues.get(key);
      if (queue) queue.push(job);
      else queues.set(key, [job]);
    } else if (job.state === 'running') {
      running.set(job.user_id, (running.get(job.user_id) ?? 0) + 1);
    }
  }
  return {
    running,
    queues: [...queues.values()].map((jobs) => {
      const sorted = jobs.toSorted((a, b) => b.priority - a.priority || byAge(a, b));
      return { userId: jobs[0]!.user_id, processorId: jobs[0]!.processor_id, at: (skip) => sorted[skip] };
    }),
  };
}

/** The earliest moment after `after` at which one of these jobs becomes due; null: none does. */
export function earliestDue(waiting: readonly { state: string; not_before: number; lease_until: number }[], after: number): number | null {
  const times = waiting.map((job) => (job.state === 'queued' ? job.not_before : job.lease_until)).filter((at) => at > after);
  return times.length > 0 ? times.reduce((earliest, at) => Math.min(earliest, at)) : null;
}
