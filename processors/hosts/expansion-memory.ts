import type { AiService, ExpandRequest, ExpandResult } from '../contract/processor.ts';

/** What a provider has written for jobs that then failed: a retry asks only for what is missing. */
export interface ExpansionMemory {
  /** ai-service for one run of a job. */
  remembering(jobId: string, ai: AiService): AiService;
  /** The job has ended well, or no one wants it any more. */
  forget(jobId: string): void;
}

/** Jobs whose texts are kept; the one that failed longest ago goes first. */
const MAX_JOBS = 16;

/**
 * A chapter of forty passages that fails at the thirtieth must not be paid for twice. The memory is the host's and lives as
 * long as it; it holds texts by job, so that a new wish for the same passage is always written anew.
 */
export function createExpansionMemory(): ExpansionMemory {
  const jobs = new Map<string, Map<string, ExpandResult>>();
  return {
    remembering(jobId, ai) {
      const known = jobs.get(jobId) ?? new Map<string, ExpandResult>();
      jobs.delete(jobId);
      jobs.set(jobId, known);
      for (const oldest of [...jobs.keys()].slice(0, -MAX_JOBS)) jobs.delete(oldest);
      return {
        hasModel: ai.hasModel,
        analyzeStyle: (text) => ai.analyzeStyle(text),
        write: (request, options) => ai.write(request, options),
        async expand(request, options) {
          options.signal.throwIfAborted();
          const key = keyOf(request);
          const result = known.get(key) ?? (await ai.expand(request, options));
          known.set(key, result);
          return result;
        },
      };
    },
    forget: (jobId) => void jobs.delete(jobId),
  };
}

const keyOf = (request: ExpandRequest): string => JSON.stringify(Object.entries(request).toSorted(([a], [b]) => (a < b ? -1 : 1)));
