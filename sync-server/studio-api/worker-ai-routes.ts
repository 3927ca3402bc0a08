import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RemoteRunner, RunKey } from '#processors/hosts/remote-runner.ts';
import { ROUTES, type ReplyOf } from '#schemas/http.ts';
import type { AiAccounts } from '../ai-accounts/ai-accounts.ts';
import { createTextProviders } from '../ai-accounts/open-text-provider.ts';
import { addGenerateRoutes } from './generate-routes.ts';

export interface WorkerAiRoutesOptions {
  runner: RemoteRunner;
  aiAccounts: Pick<AiAccounts, 'settingsOf'>;
  keyOf(request: FastifyRequest): RunKey;
}

/**
 * The text provider of a job's author, for the worker that has the job: the text goes where the author chose, the key stays here, and
 * what is answered is kept, counted and bounded by their budget as if the job ran here.
 */
export function addWorkerAiRoutes(app: FastifyInstance, { runner, aiAccounts, keyOf }: WorkerAiRoutesOptions): void {
  const openProvider = createTextProviders();
  addGenerateRoutes(app, {
    paths: { expand: ROUTES.expandForRun.path, write: ROUTES.writeForRun.path },
    onRequest: async (request) => runner.check(keyOf(request)),
    open: async (request) => {
      const { request: run, answers, onUsage } = runner.open(keyOf(request));
      return openProvider(await aiAccounts.settingsOf(run.blob.user_id), { config: run.config, userId: run.blob.user_id, ...(answers && { answers }), ...(onUsage && { onUsage }) });
    },
  });
}

/** What a worker that takes a job of this user's is told of who writes; undefined: the server has no model for it. */
export function describeRunAi({ runId, jobId, userId }: { runId: string; jobId: string; userId: string }, aiAccounts: Pick<AiAccounts, 'hasOwn' | 'fallback'>): ReplyOf<'takeJob'>['ai'] {
  const own = aiAccounts.hasOwn(userId);
  if (!own && aiAccounts.fallback.provider === 'built-in' && !aiAccounts.fallback.service) return undefined;
  const path = ROUTES.expandForRun.path.replace(':id', encodeURIComponent(jobId)).replace('/generate/expand', '');
  return { path: `${path}?run_id=${encodeURIComponent(runId)}`, own };
}
