import type { Clock } from '#processors/orchestrator/ports.ts';
import { repeatTask } from '../repeat-task.ts';
import type { JobRecords } from './job-records.ts';

/** Finished jobs are looked up in lists; what they made stays. */
const KEPT_MS = 30 * 24 * 3_600_000;
const EVERY_MS = 6 * 3_600_000;

/**
 * Removes jobs that ended a month ago, now and every six hours; dead letters stay until they are dropped.
 * @returns how to stop it
 */
export function pruneJobs({ records, clock, onFailure }: { records: JobRecords; clock: Clock; onFailure(error: unknown): void }): () => Promise<void> {
  const run = async (isStopped: () => boolean): Promise<void> => {
    while (!isStopped() && (await records.prune(clock.now() - KEPT_MS)));
  };
  return repeatTask({ clock, everyMs: EVERY_MS, run, onFailure });
}
