import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createAiService } from '#processors/ai-service/ai-service.ts';
import { toWireAnswer } from '#processors/ai-service/wire-answer.ts';
import type { AiService } from '#processors/contract/processor.ts';
import type { Usage } from '#processors/contract/runner.ts';
import { createRunAiService } from '#processors/hosts/run-ai-service.ts';
import { toExpandRequest } from '#processors/workflow/ai-endpoints.ts';
import { RectoError } from '#schemas/errors.ts';
import { ROUTES, type BodyOf, type ReplyOf } from '#schemas/http.ts';
import { createPublicFetch } from '../ai-accounts/public-fetch.ts';
import { isServiceToken } from '../processor-service/service-tokens.ts';
import { bearerOf, identityOf, requireIdentity, type ApiContext } from './context.ts';
import { wire } from './wire-schemas.ts';

/** The largest text that ai-service takes, as JSON. */
const BODY_LIMIT = 8 * 1024 * 1024;

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

  const fetchPublic = createPublicFetch();
  const open = async ({ identity }: FastifyRequest): Promise<AiService> => {
    // A worker's program has the server's provider, and says what it took when its run ends.
    if (!identity) return createRunAiService(aiAccounts.fallback, {});
    const { userId } = identity;
    const settings = await aiAccounts.settingsOf(userId);
    // No job's: a program of the user's asked itself.
    const onUsage = (usage: Usage): void => void processors.records.noteUsage({ id: '', user_id: userId, processor_id: 'ai-service' }, usage).catch((error: unknown) => app.log.error({ err: error }, 'what a text provider took could not be stored'));
    return createRunAiService(settings, { onUsage, fetchFor: () => (settings.onlyPublic ? fetchPublic : undefined) });
  };
  app.post<{ Body: BodyOf<'analyzeStyle'> }>(ROUTES.analyzeStyle.path, { onRequest: onAiRequest, bodyLimit: BODY_LIMIT, schema: { body: wire('analyze-style'), response: { 200: wire('style-analysis') } } }, async (request): Promise<ReplyOf<'analyzeStyle'>> => ({
    style: { ...(await createAiService({ provider: 'built-in' }).analyzeStyle(request.body.text)) },
  }));
  app.post<{ Body: BodyOf<'generateExpand'> }>(ROUTES.generateExpand.path, { onRequest: onAiRequest, bodyLimit: BODY_LIMIT, schema: { body: wire('generate-expand'), response: { 200: wire('generated-expansion') } } }, async (request, reply): Promise<ReplyOf<'generateExpand'>> => {
    const ai = await open(request);
    const { usedDetails, ...answer } = await ai.expand(toExpandRequest(request.body, {}), { signal: untilGone(reply) });
    return { expanded: answer.text, ...toWireAnswer(answer), ...(usedDetails && { used_details: [...usedDetails] }) };
  });
  app.post<{ Body: BodyOf<'generateWrite'> }>(ROUTES.generateWrite.path, { onRequest: onAiRequest, bodyLimit: BODY_LIMIT, schema: { body: wire('generate-write'), response: { 200: wire('generated-text') } } }, async (request, reply): Promise<ReplyOf<'generateWrite'>> => {
    const { instruction, text, max_output_tokens, seed } = request.body;
    const ai = await open(request);
    const answer = await ai.write({ instruction, text, ...(max_output_tokens !== undefined && { maxOutputTokens: max_output_tokens }), ...(seed !== undefined && { seed }) }, { signal: untilGone(reply) });
    return { text: answer.text, ...toWireAnswer(answer) };
  });
}

/** Aborts when whoever asked has hung up: nobody pays for what nobody waits for. */
function untilGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new RectoError('cancelled', 'Whoever asked has hung up.'));
  });
  return controller.signal;
}
