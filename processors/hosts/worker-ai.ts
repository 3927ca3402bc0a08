import type { ReplyOf } from '#schemas/http.ts';
import type { AiSettings, RunRequest } from '../contract/runner.ts';

/** Who writes for the jobs of a worker elsewhere. */
export interface WorkerAi {
  /** The runner's to ask: see `AskSettings`. */
  settingsOf(request: Pick<RunRequest, 'jobId'>): AiSettings;
  /** While this one runs. */
  during<T>(taken: ReplyOf<'takeJob'>, run: () => Promise<T>): Promise<T>;
}

export interface WorkerAiOptions {
  apiUrl: string;
  token: string;
  /** The text provider that whoever runs the worker gave it; undefined: none. */
  own: AiSettings | undefined;
}

/**
 * An author's own provider is asked by the server, which has their key: whatever this worker has, their text goes nowhere else. For the
 * others the worker's writes, or the server's where it has none.
 */
export function createWorkerAi({ apiUrl, token, own }: WorkerAiOptions): WorkerAi {
  const base = apiUrl.replace(/\/+$/, '');
  const atServer = new Map<string, AiSettings>();
  return {
    settingsOf: ({ jobId }) => atServer.get(jobId) ?? own ?? { provider: 'built-in' },
    async during({ job, ai }, run) {
      if (ai && (ai.own || !own)) atServer.set(job.id, { provider: 'built-in', service: { url: base + ai.path, token, ofRun: true } });
      try {
        return await run();
      } finally {
        atServer.delete(job.id);
      }
    },
  };
}
