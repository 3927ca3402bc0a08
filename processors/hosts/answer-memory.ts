import type { ModelAnswer, ProcessorOutput } from '../contract/processor.ts';
import type { AnswerStore, RunOptions, RunRequest } from '../contract/runner.ts';

/** What providers have answered for jobs that then failed, where whoever runs them keeps no answers: a retry asks only for what is missing. */
export interface AnswerMemory {
  /** One run with the answers that its caller keeps, or with these, until the job has ended well or no one wants it any more. */
  run(request: RunRequest, options: RunOptions, start: (options: RunOptions & { answers: AnswerStore }) => Promise<ProcessorOutput>): Promise<ProcessorOutput>;
}

/** Jobs whose answers are kept; the one that failed longest ago goes first. */
const MAX_JOBS = 16;

/**
 * A chapter of forty passages that fails at the thirtieth must not be paid for twice. The memory is the host's and lives as
 * long as it; it holds answers by job, so that a new wish for the same passage is always written anew.
 */
export function createAnswerMemory(): AnswerMemory {
  const jobs = new Map<string, Map<string, ModelAnswer>>();
  const recall = (jobId: string): AnswerStore => {
    const known = jobs.get(jobId) ?? new Map<string, ModelAnswer>();
    jobs.delete(jobId);
    jobs.set(jobId, known);
    for (const oldest of [...jobs.keys()].slice(0, -MAX_JOBS)) jobs.delete(oldest);
    return {
      get: async (key) => known.get(key) ?? null,
      set: async (key, answer) => void known.set(key, answer),
    };
  };
  return {
    async run(request, options, start) {
      if (options.answers) return start({ ...options, answers: options.answers });
      try {
        const output = await start({ ...options, answers: recall(request.jobId) });
        jobs.delete(request.jobId);
        return output;
      } catch (thrown) {
        if (options.signal.aborted) jobs.delete(request.jobId);
        throw thrown;
      }
    },
  };
}
