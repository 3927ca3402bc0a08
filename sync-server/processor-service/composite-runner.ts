import type { ProcessorRunner } from '#processors/contract/runner.ts';
import type { RemoteRunner } from '#processors/hosts/remote-runner.ts';
import { LEASE_MS } from '#processors/orchestrator/job-run.ts';
import type { Job } from '#processors/orchestrator/ports.ts';

export interface CompositeRunner extends ProcessorRunner {
  /** How many runs of a processor could start now: without end where this server runs it, else the workers that wait for one. */
  capacity(processorId: string): number;
  /** To be told of each job that has changed its state. */
  noteJob(job: Job): void;
}

export interface CompositeRunnerOptions {
  /** This server's own threads. */
  local: ProcessorRunner;
  runsLocally(processorId: string): boolean;
  remote: RemoteRunner;
  now(): number;
}

/** Gives each run to a worker elsewhere that waits for one; where none does, to the server's own threads if they have the processor. */
export function createCompositeRunner({ local, runsLocally, remote, now }: CompositeRunnerOptions): CompositeRunner {
  /** Jobs that were taken for a worker that waits, and are on their way to it: else two would be taken for the same one. */
  const onTheWay = new Map<string, { processorId: string; since: number }>();
  const countOnTheWay = (processorId: string): number => {
    let count = 0;
    for (const [id, job] of onTheWay) {
      // One that was never heard of again; its lease is over by now.
      if (now() - job.since > LEASE_MS) onTheWay.delete(id);
      else if (job.processorId === processorId) count += 1;
    }
    return count;
  };
  return {
    capacity: (processorId) => (runsLocally(processorId) ? Infinity : Math.max(0, remote.waiting(processorId) - countOnTheWay(processorId))),
    noteJob: ({ id, processor_id: processorId, state }) => {
      if (state !== 'running') onTheWay.delete(id);
      else if (!runsLocally(processorId)) onTheWay.set(id, { processorId, since: now() });
    },
    run: (request, options) => {
      onTheWay.delete(request.jobId);
      const { processorId } = request;
      const runner = remote.waiting(processorId) > 0 || !runsLocally(processorId) ? remote : local;
      return runner.run(request, options);
    },
    dispose: async () => {
      await Promise.all([local.dispose(), remote.dispose()]);
    },
  };
}
