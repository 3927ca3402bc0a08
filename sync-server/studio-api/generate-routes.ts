import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { toWireAnswer } from '#processors/ai-service/wire-answer.ts';
import type { AiService } from '#processors/contract/processor.ts';
import { toExpandRequest } from '#processors/workflow/ai-endpoints.ts';
import { RectoError } from '#schemas/errors.ts';
import type { BodyOf, ReplyOf } from '#schemas/http.ts';
import { wire } from './wire-schemas.ts';

/** The largest text that ai-service takes, as JSON. */
export const AI_BODY_LIMIT = 8 * 1024 * 1024;

export interface GenerateRoutesOptions {
  paths: { expand: string; write: string };
  onRequest: onRequestAsyncHookHandler;
  /** Who writes for this request. @throws RectoError */
  open(request: FastifyRequest): Promise<AiService>;
}

/** The two routes of ai-service that a provider answers. */
export function addGenerateRoutes(app: FastifyInstance, { paths, onRequest, open }: GenerateRoutesOptions): void {
  app.post<{ Body: BodyOf<'generateExpand'> }>(paths.expand, { onRequest, bodyLimit: AI_BODY_LIMIT, schema: { body: wire('generate-expand'), response: { 200: wire('generated-expansion') } } }, async (request, reply): Promise<ReplyOf<'generateExpand'>> => {
    const ai = await open(request);
    const { usedDetails, ...answer } = await ai.expand(readExpandRequest(request.body), { signal: untilGone(reply) });
    return { expanded: answer.text, ...toWireAnswer(answer), ...(usedDetails && { used_details: [...usedDetails] }) };
  });
  app.post<{ Body: BodyOf<'generateWrite'> }>(paths.write, { onRequest, bodyLimit: AI_BODY_LIMIT, schema: { body: wire('generate-write'), response: { 200: wire('generated-text') } } }, async (request, reply): Promise<ReplyOf<'generateWrite'>> => {
    const { instruction, text, max_output_tokens, seed } = request.body;
    const ai = await open(request);
    const answer = await ai.write({ instruction, text, ...(max_output_tokens !== undefined && { maxOutputTokens: max_output_tokens }), ...(seed !== undefined && { seed }) }, { signal: untilGone(reply) });
    return { text: answer.text, ...toWireAnswer(answer) };
  });
}

/** As a step of a workflow reads it; but here it is the request that is wrong. @throws RectoError schema_violation */
function readExpandRequest(body: BodyOf<'generateExpand'>): ReturnType<typeof toExpandRequest> {
  try {
    return toExpandRequest({ ...body }, {});
  } catch (error) {
    const { message } = RectoError.from(error, 'schema_violation');
    throw new RectoError('schema_violation', message, { errors: [{ path: '/style', message }], cause: error });
  }
}

/** Aborts when whoever asked has hung up: nobody pays for what nobody waits for. */
function untilGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new RectoError('cancelled', 'Whoever asked has hung up.'));
  });
  return controller.signal;
}
