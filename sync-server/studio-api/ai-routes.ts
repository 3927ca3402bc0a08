import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createAiService } from '#processors/ai-service/ai-service.ts';
import type { AiSettings, Usage } from '#processors/contract/runner.ts';
import { ROUTES, type BodyOf, type ReplyOf } from '#schemas/http.ts';
import { createTextProviders } from '../ai-accounts/open-text-provider.ts';
import { isServiceToken } from '../processor-service/service-tokens.ts';
import { bearerOf, identityOf, requireIdentity, type ApiContext } from './context.ts';
import { addGenerateRoutes, AI_BODY_LIMIT } from './generate-routes.ts';
import { wire } from './wire-schemas.ts';

/** A user's text provider and what it took; and ai-service itself, for programs of that user elsewhere. */
export function addAiRoutes(app: FastifyInstance, { accounts, aiAccounts, processors, workers }: ApiContext): void {
  const onRequest = requireIdentity(accounts);
  /** A user, or a worker elsewhere with its service token. */
  const onAiRequest: typeof onRequest = async function (request, reply) {
    const token = bearerOf(request, 'Send your access token, or a worker’s token, as “Authorization: Bearer …”.');
    if (isServiceToken(token)) workers.authenticate(token);
    else await onRequest.call(this, request, reply);
  };
  app.get(ROUTES.readAiAccount.path, { onRequest, schema: { response: { 200: wire('ai-account') } } }, async (request): Promise<ReplyOf<'readAiAccount'>> =>
    aiAccounts.read(identityOf(request).userId));
  app.put<{ Body: BodyOf<'setAiAccount'> }>(ROUTES.setAiAccount.path, { onRequest, schema: { body: wire('ai-account-body'), response: { 200: wire('ai-account') } } }, async (request): Promise<ReplyOf<'setAiAccount'>> =>
    aiAccounts.put(identityOf(request).userId, request.body));
  app.delete(ROUTES.deleteAiAccount.path, { onRequest }, async (request, reply) => {
    await aiAccounts.delete(identityOf(request).userId);
    return reply.code(204).send();
  });
  app.get(ROUTES.readUsage.path, { onRequest, schema: { response: { 200: wire('usage-report') } } }, async (request): Promise<ReplyOf<'readUsage'>> =>
    aiAccounts.reportUsage(identityOf(request).userId));

  const openProvider = createTextProviders();
  // A worker's program has the server's provider here, and says what it took when its run ends; that of its job's author is in worker-ai-routes.ts.
  const settingsOf = async ({ identity }: FastifyRequest): Promise<AiSettings> => (identity ? aiAccounts.settingsOf(identity.userId) : aiAccounts.fallback);
  app.get(ROUTES.readAiProvider.path, { onRequest: onAiRequest, schema: { response: { 200: wire('ai-provider') } } }, async (request): Promise<ReplyOf<'readAiProvider'>> => {
    const settings = await settingsOf(request);
    return { provider: settings.provider, model: settings.model ?? 'none', has_model: await openProvider(settings).hasModel() };
  });
  app.post<{ Body: BodyOf<'analyzeStyle'> }>(ROUTES.analyzeStyle.path, { onRequest: onAiRequest, bodyLimit: AI_BODY_LIMIT, schema: { body: wire('analyze-style'), response: { 200: wire('style-analysis') } } }, async (request): Promise<ReplyOf<'analyzeStyle'>> => ({
    style: { ...(await createAiService({ provider: 'built-in' }).analyzeStyle(request.body.text)) },
  }));
  addGenerateRoutes(app, {
    paths: { expand: ROUTES.generateExpand.path, write: ROUTES.generateWrite.path },
    onRequest: onAiRequest,
    open: async (request) => {
      const { identity } = request;
      const settings = await settingsOf(request);
      if (!identity) return openProvider(settings);
      // No job's: a program of the user's asked itself.
      const onUsage = (usage: Usage): void => void processors.records.noteUsage({ id: '', user_id: identity.userId, processor_id: 'ai-service' }, usage).catch((error: unknown) => app.log.error({ err: error }, 'what a text provider took could not be stored'));
      return openProvider(settings, { userId: identity.userId, onUsage });
    },
  });
}
