import type { Job } from '#processors/orchestrator/ports.ts';
import { RectoError } from '#schemas/errors.ts';

/** Tells whoever ended a run how its job came out. */
export interface JobOutcomes {
  /** Resolves when the job is next stored as done. @throws RectoError why it was not; lease_lost where it isn't told in time */
  of(jobId: string): Promise<void>;
  /** To be told of each job that has changed its state. */
  note(job: Job): void;
}

/** Storing takes milliseconds; a store that takes longer than this is told of elsewhere. */
const PATIENCE_MS = 20_000;

export function createJobOutcomes(after: (ms: number, callback: () => void) => () => void): JobOutcomes {
  const waiting = new Map<string, { settle(error?: RectoError): void }>();
  return {
    of: (jobId) =>
      new Promise((resolve, reject) => {
        const settle = (error?: RectoError): void => {
          waiting.delete(jobId);
          cancel();
          if (error) reject(error);
          else resolve();
        };
        const cancel = after(PATIENCE_MS, () => settle(new RectoError('lease_lost', 'The job was taken from this worker while its result was stored.')));
        waiting.set(jobId, { settle });
      }),
    note: ({ id, state, error }) => {
      if (state === 'running') return;
      const { settle } = waiting.get(id) ?? {};
      if (state === 'done') settle?.();
      else if (state === 'cancelled' || state === 'superseded' || !error) settle?.(new RectoError('lease_lost', 'The job was cancelled while its result was stored.'));
      else settle?.(new RectoError(error.code, error.message));
    },
  };
}
