import type { ProcessorRunner, RunOptions, RunRequest } from '#processors/contract/runner.ts';
import type { RemoteRunner } from '#processors/hosts/remote-runner.ts';
import { LEASE_MS } from '#processors/orchestrator/job-run.ts';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { ProcessorOutput } from '#processors/contract/processor.ts';

export interface CompositeRunner extends ProcessorRunner {
  /** How many runs of a processor could start now, here and at workers that wait for one. */
  capacity(processorId: string): number;
  /** To be told of each job that has changed its state. */
  noteJob(job: Job): void;
}

export interface CompositeRunnerOptions {
  /** This server's own processes. */
  local: ProcessorRunner;
  remote: RemoteRunner;
  /** How many runs of a processor may be in the server's own processes (0: it is not run there), and anywhere. */
  limits(processorId: string): { local: number; total: number };
  now(): number;
}

/** Gives each run to a worker elsewhere that waits for one; where none does, to the server's own processes if they have the processor. */
export function createCompositeRunner({ local, remote, limits, now }: CompositeRunnerOptions): CompositeRunner {
  /** Jobs that were taken and have not begun to run: else two would be taken for the same room. */
  const onTheWay = new Map<string, { processorId: string; since: number }>();
  const running = { local: new Map<string, number>(), remote: new Map<string, number>() };

  const countOnTheWay = (processorId: string): number => {
    let count = 0;
    for (const [id, job] of onTheWay) {
      // One that was never heard of again; its lease is over by now.
      if (now() - job.since > LEASE_MS) onTheWay.delete(id);
      else if (job.processorId === processorId) count += 1;
    }
    return count;
  };
  const countRunning = (where: 'local' | 'remote', processorId: string): number => running[where].get(processorId) ?? 0;
  const runAt = async (where: 'local' | 'remote', request: RunRequest, options: RunOptions): Promise<ProcessorOutput> => {
    const { processorId } = request;
    running[where].set(processorId, countRunning(where, processorId) + 1);
    try {
      return await (where === 'local' ? local : remote).run(request, options);
    } finally {
      running[where].set(processorId, countRunning(where, processorId) - 1);
    }
  };

  return {
    capacity: (processorId) => {
      const limit = limits(processorId);
      const [coming, here, elsewhere] = [countOnTheWay(processorId), countRunning('local', processorId), countRunning('remote', processorId)];
      const room = Math.max(0, limit.local - here) + Math.max(0, remote.waiting(processorId)) - coming;
      return Math.max(0, Math.min(room, limit.total - here - elsewhere - coming));
    },
    noteJob: ({ id, processor_id: processorId, state }) => {
      if (state === 'running') onTheWay.set(id, { processorId, since: now() });
      else onTheWay.delete(id);
    },
    run: async (request, options) => {
      onTheWay.delete(request.jobId);
      const { processorId } = request;
      return runAt(remote.waiting(processorId) > 0 || limits(processorId).local === 0 ? 'remote' : 'local', request, options);
    },
    dispose: async () => {
      await Promise.all([local.dispose(), remote.dispose()]);
    },
  };
}
