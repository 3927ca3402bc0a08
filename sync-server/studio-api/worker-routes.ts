import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RemoteRunner, RunKey } from '#processors/hosts/remote-runner.ts';
import { readFailure } from '#processors/hosts/remote-failures.ts';
import { RectoError } from '#schemas/errors.ts';
import { ROUTES, type BodyOf, type ReplyOf } from '#schemas/http.ts';
import type { AiAccounts } from '../ai-accounts/ai-accounts.ts';
import type { WorkerIdentity } from '../processor-service/service-tokens.ts';
import type { WorkerDesk } from '../processor-service/worker-desk.ts';
import { checkDepth } from '../state-service/blob-content.ts';
import { bearerOf, readText } from './context.ts';
import { sendProblem, toRectoError } from './problems.ts';
import { addWorkerAiRoutes, describeRunAi } from './worker-ai-routes.ts';
import { wire } from './wire-schemas.ts';

/** Twice the largest blob that a client may send: what was made, and what was made on the way. */
const COMPLETION_LIMIT = 16 * 1024 * 1024;
const ANSWER_LIMIT = 4 * 1024 * 1024;
const WAIT_MS = 20_000;
/** No path, no control characters. */
// oxlint-disable-next-line no-control-regex -- control characters are what it refuses
const FILE_NAME = /^[^/\\\u0000-\u001f\u007f]{1,200}$/;
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+$/;
const ANSWER_KEY = /^[0-9a-f]{64}$/;

declare module 'fastify' {
  interface FastifyRequest {
    worker: WorkerIdentity | null;
  }
}

interface OfRun {
  Params: { id: string; blobId: string; key: string };
  Querystring: { run_id?: string; name?: string };
}

/**
 * For workers that run a processor elsewhere, in any language: docs/writing-a-processor.md. They come with a service token, which opens
 * these routes and no others. What is refused is counted by its code, and changes nothing.
 */
export function addWorkerRoutes(app: FastifyInstance, { workers, aiAccounts }: { workers: WorkerDesk; aiAccounts: AiAccounts }): void {
  app.decorateRequest('worker', null);
  void app.register(async (scope) => {
    scope.addHook('onRequest', async (request) => {
      request.worker = workers.authenticate(tokenOf(request));
    });
    scope.setErrorHandler((thrown, request, reply) => {
      const error = toRectoError(thrown);
      workers.countRefusal(error.code);
      if (!(thrown instanceof RectoError) && error.status >= 500) request.log.error({ err: thrown }, 'a worker’s request failed');
      sendProblem(reply, error);
    });
    addQueueRoutes(scope, workers, aiAccounts);
    addRunRoutes(scope, workers.runner);
    addAnswerRoutes(scope, workers.runner);
    addWorkerAiRoutes(scope, { runner: workers.runner, aiAccounts, keyOf });
    await scope.register(async (inner) => addFileRoute(inner, workers.runner));
  });
}

const tokenOf = (request: FastifyRequest): string => bearerOf(request, 'Send a service token as “Authorization: Bearer …”.');

function processorOf({ worker }: FastifyRequest): string {
  if (!worker) throw new RectoError('unauthenticated', 'Send a service token.');
  return worker.processorId;
}

function addQueueRoutes(app: FastifyInstance, workers: WorkerDesk, aiAccounts: AiAccounts): void {
  app.get(ROUTES.describeWork.path, { schema: { response: { 200: wire('worker-info') } } }, (request): Promise<ReplyOf<'describeWork'>> => workers.describe(processorOf(request)));
  app.post<{ Body: BodyOf<'takeJob'> }>(ROUTES.takeJob.path, { schema: { body: wire('worker-take'), response: { 200: wire('worker-run') } } }, async (request, reply) => {
    const processorId = processorOf(request);
    workers.requireActive(processorId);
    const { worker, wait_ms: waitMs = WAIT_MS } = request.body;
    const hungUp = new AbortController();
    reply.raw.once('close', () => hungUp.abort());
    const taken = await workers.runner.take(processorId, { worker, waitMs, signal: hungUp.signal });
    if (!taken) return reply.code(204).send();
    const { runId, request: run, leaseMs, keepsAnswers } = taken;
    try {
      // The token may have been revoked while it waited: then no text goes out.
      workers.authenticate(tokenOf(request));
    } catch (refusal) {
      workers.giveBackUnsent({ processorId, jobId: run.jobId, runId });
      throw refusal;
    }
    const undo = (): void => void (reply.raw.writableFinished || workers.giveBackUnsent({ processorId, jobId: run.jobId, runId }));
    if (hungUp.signal.aborted) undo();
    else reply.raw.once('close', undo);
    const ai = describeRunAi({ runId, jobId: run.jobId, userId: run.blob.user_id }, aiAccounts);
    return { run_id: runId, job: { id: run.jobId, processor_id: processorId }, blob: run.blob, config: run.config, lease_ms: leaseMs, keeps_answers: keepsAnswers, ...(ai && { ai }) } satisfies ReplyOf<'takeJob'>;
  });
}

function keyOf(request: FastifyRequest): RunKey {
  const { params, query } = request as FastifyRequest<OfRun>;
  const runId = readText('run_id', query.run_id);
  if (runId === undefined) throw new RectoError('malformed', 'Name the run: ?run_id=…', { errors: [{ path: '/run_id', message: 'must be given' }] });
  return { processorId: processorOf(request), jobId: params.id, runId };
}

function addRunRoutes(app: FastifyInstance, runner: RemoteRunner): void {
  // Before the body is read: what comes too late needs not be sent.
  const onRequest = async (request: FastifyRequest): Promise<void> => runner.check(keyOf(request));
  app.post<{ Body: BodyOf<'reportProgress'> }>(ROUTES.reportProgress.path, { onRequest, schema: { body: wire('worker-progress'), response: { 200: wire('worker-lease') } } }, async (request): Promise<ReplyOf<'reportProgress'>> => {
    const { done, total, ...rest } = request.body;
    const { leaseMs, cancelled } = runner.progress(keyOf(request), done === undefined || total === undefined ? null : { done, total, ...rest });
    return { lease_ms: leaseMs, cancelled };
  });
  app.get(ROUTES.readRunBlob.path, { onRequest, schema: { response: { 200: wire('blob') } } }, async (request): Promise<ReplyOf<'readRunBlob'>> => {
    const blob = await runner.readBlob(keyOf(request), (request as FastifyRequest<OfRun>).params.blobId);
    if (!blob) throw new RectoError('not_found', 'There is no blob of this id.');
    return blob;
  });
  const failTooLarge = createLargeBodyHandler(runner);
  app.post<{ Body: BodyOf<'completeJob'> }>(ROUTES.completeJob.path, { onRequest, bodyLimit: COMPLETION_LIMIT, onError: failTooLarge, schema: { body: wire('worker-completion'), response: { 200: wire('worker-derived') } } }, async (request): Promise<ReplyOf<'completeJob'>> => {
    const { usage = [], ...output } = request.body;
    checkDepth(output);
    const { derivedId } = await runner.complete(keyOf(request), output, usage);
    return { derived_id: derivedId };
  });
  app.post<{ Body: BodyOf<'failJob'> }>(ROUTES.failJob.path, { onRequest, schema: { body: wire('worker-failure') } }, async (request, reply) => {
    const { usage = [], ...failure } = request.body;
    runner.fail(keyOf(request), readFailure(failure), usage);
    return reply.code(204).send();
  });
  app.post(ROUTES.giveJobBack.path, { onRequest }, async (request, reply) => {
    runner.giveBack(keyOf(request));
    return reply.code(204).send();
  });
}

/** An answer that is too large is as large the next time: its job fails, and no other. */
function createLargeBodyHandler(runner: RemoteRunner) {
  return async (request: FastifyRequest, _reply: unknown, thrown: Error): Promise<void> => {
    if (toRectoError(thrown).code !== 'too_large') return;
    const error = new RectoError('too_large', `The processor made more than the ${COMPLETION_LIMIT / 1024 / 1024} MB that an answer may have.`, { cause: thrown });
    try {
      runner.fail(keyOf(request), error, []);
    } catch (lost) {
      // The lease has ended since: then the job is another's.
      if (!(lost instanceof RectoError)) throw lost;
    }
  };
}

/** What providers answered for a job, so that its next attempt pays for nothing twice. */
function addAnswerRoutes(app: FastifyInstance, runner: RemoteRunner): void {
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    runner.check(keyOf(request));
    if (!ANSWER_KEY.test((request as FastifyRequest<OfRun>).params.key)) throw new RectoError('malformed', 'The key of an answer is 64 hex digits.');
  };
  app.get(ROUTES.readAnswer.path, { onRequest, schema: { response: { 200: wire('worker-answer') } } }, async (request): Promise<ReplyOf<'readAnswer'>> => {
    const answer = await runner.answers(keyOf(request))?.get((request as FastifyRequest<OfRun>).params.key);
    if (!answer) throw new RectoError('not_found', 'No answer is kept under this key.');
    return { ...answer };
  });
  app.put<{ Body: BodyOf<'keepAnswer'> }>(ROUTES.keepAnswer.path, { onRequest, bodyLimit: ANSWER_LIMIT, schema: { body: wire('worker-answer') } }, async (request, reply) => {
    await runner.answers(keyOf(request))?.set((request as unknown as FastifyRequest<OfRun>).params.key, request.body);
    return reply.code(204).send();
  });
}

/** A file goes to the disk as it comes, whatever its type: nothing holds it whole. */
function addFileRoute(app: FastifyInstance, runner: RemoteRunner): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const onRequest = async (request: FastifyRequest): Promise<void> => runner.check(keyOf(request));
  app.put<{ Body: AsyncIterable<Uint8Array> | undefined; Querystring: OfRun['Querystring'] }>(ROUTES.sendFile.path, { onRequest, schema: { response: { 200: wire('worker-file') } } }, async (request): Promise<ReplyOf<'sendFile'>> => {
    const name = readText('name', request.query.name) ?? '';
    if (!FILE_NAME.test(name)) throw new RectoError('malformed', 'Name the file: ?name=…, up to 200 characters, without a path.', { errors: [{ path: '/name', message: 'must be a file name' }] });
    const mediaType = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
    if (!MEDIA_TYPE.test(mediaType) || !request.body) throw new RectoError('unsupported_media_type', 'Say what the file is as its content-type, and send its bytes as the body.');
    const { sha256, sizeBytes } = await runner.receiveFile(keyOf(request), { name, mediaType, bytes: request.body });
    return { sha256, size: sizeBytes };
  });
}
