import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Job, JobState } from '#processors/orchestrator/ports.ts';
import type { Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { ROUTES, type BodyOf } from '#schemas/http.ts';
import type { JobFailure } from '../processor-service/job-records.ts';
import { toJob } from '../processor-service/job-statements.ts';
import { createUserRoom } from '../processor-service/queue-room.ts';
import { blobNotFound } from '../state-service/edit-blob.ts';
import { identityOf, readText, readWholeNumber, requireIdentity, type ApiContext } from './context.ts';
import { wire } from './wire-schemas.ts';

const MAX_PAGE = 1000;
/** Of the configs of a page's jobs: each may be as large as a body. A page ends before what would be too much. */
const PAGE_BYTES = 16 * 1024 * 1024;
/** A compile names the text of each chapter of a book of 10,000. */
const BODY_LIMIT = 4 * 1024 * 1024;

const STATES: readonly JobState[] = ['queued', 'running', 'done', 'superseded', 'cancelled', 'dead'];

interface ListQuery {
  limit?: string;
  state?: string;
  processor_id?: string;
  blob_id?: string;
}

interface ById {
  Params: { id: string };
}

/** Runs of processors: asked for, watched, stopped; and those that failed for good, to be tried again or dropped. */
export function addJobRoutes(app: FastifyInstance, context: ApiContext): void {
  const { accounts, database, processors, registries, store } = context;
  const onRequest = requireIdentity(accounts);
  const requireRoom = createUserRoom(database);
  const list = async (userId: string, query: ListQuery, dead?: 'dead'): Promise<Job[]> => {
    const limit = readWholeNumber('limit', readText('limit', query.limit), { min: 1, max: MAX_PAGE, fallback: 100 });
    const filters = { state: dead ?? readState(query.state), processor_id: readText('processor_id', query.processor_id), blob_id: readText('blob_id', query.blob_id) };
    let rows = database.query.selectFrom('jobs').select(['id', sql<number>`octet_length(config)`.as('bytes')]).where('user_id', '=', userId);
    for (const [column, value] of Object.entries(filters)) if (value !== undefined) rows = rows.where(column as keyof typeof filters, '=', value);
    const ids = takePage(await rows.orderBy('created_at', 'desc').limit(limit).execute());
    return (await database.query.selectFrom('jobs').selectAll().where('id', 'in', ids).orderBy('created_at', 'desc').execute()).map(toJob);
  };
  const withFailures = async (jobs: readonly Job[]): Promise<(Job & { failures: JobFailure[] })[]> => {
    const failures = await processors.records.failuresOf(jobs.map(({ id }) => id));
    return jobs.map((job) => ({ ...job, failures: failures.get(job.id) ?? [] }));
  };
  const find = async (userId: string, id: string, state?: 'dead'): Promise<Job> => {
    const row = await database.query.selectFrom('jobs').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst();
    if (!row || (state && row.state !== state)) throw new RectoError('not_found', state ? 'You have no dead letter of this id.' : 'You have no job of this id.');
    return toJob(row);
  };

  app.get<{ Querystring: ListQuery }>(ROUTES.listJobs.path, { onRequest }, async (request) => ({ jobs: await list(identityOf(request).userId, request.query) }));
  app.post<{ Body: BodyOf<'createJob'> }>(ROUTES.createJob.path, { onRequest, bodyLimit: BODY_LIMIT, schema: { body: wire('create-job') } }, async (request, reply) => {
    const { userId } = identityOf(request);
    const { processor_id, blob_id, config = {} } = request.body;
    const { config: configured } = await registries.instances.read(userId, processor_id);
    if (!processors.runs(processor_id)) throw new RectoError('unavailable', `This server does not run “${processor_id}”.`);
    const whole = { ...configured, ...config };
    await registries.configs.check(processor_id, whole);
    const blob = await store.read(userId, blob_id);
    if (!blob || blob.deleted) throw blobNotFound();
    await requireRoom(userId);
    void reply.code(202);
    const complete = await processors.completeConfig(processor_id, JSON.parse(blob.doc) as Blob, whole);
    return await processors.orchestrator.enqueue({ user_id: userId, processor_id, blob_id, blob_version: blob.version, config: complete });
  });
  app.get<ById>(ROUTES.readJob.path, { onRequest }, async (request) => (await withFailures([await find(identityOf(request).userId, request.params.id)]))[0]);
  app.post<ById>(ROUTES.cancelJob.path, { onRequest }, async (request) => {
    const { userId } = identityOf(request);
    const job = await find(userId, request.params.id);
    await processors.orchestrator.cancel(job.id);
    return await find(userId, job.id);
  });

  app.get<{ Querystring: ListQuery }>(ROUTES.listDeadLetters.path, { onRequest }, async (request) => ({
    dead_letters: await withFailures(await list(identityOf(request).userId, request.query, 'dead')),
  }));
  app.post<ById>(ROUTES.replayDeadLetter.path, { onRequest }, async (request, reply) => {
    const { user_id, processor_id, blob_id, blob_version, config } = await find(identityOf(request).userId, request.params.id, 'dead');
    await requireRoom(user_id);
    void reply.code(202);
    return await processors.orchestrator.enqueue({ user_id, processor_id, blob_id, blob_version, config });
  });
  app.delete<ById>(ROUTES.dropDeadLetter.path, { onRequest }, async (request, reply) => {
    const job = await find(identityOf(request).userId, request.params.id, 'dead');
    await processors.records.drop(job.id);
    return reply.code(204).send();
  });
}

function takePage(rows: readonly { id: string; bytes: number }[]): string[] {
  let bytes = 0;
  return rows.filter((row, index) => (bytes += row.bytes) <= PAGE_BYTES || index === 0).map(({ id }) => id);
}

/** @throws RectoError malformed */
function readState(text: string | undefined): JobState | undefined {
  const name = readText('state', text);
  const state = STATES.find((known) => known === name);
  if (name !== undefined && !state) throw new RectoError('malformed', `“state” takes one of ${STATES.join(', ')}.`, { errors: [{ path: '/state', message: `must be one of ${STATES.join(', ')}` }] });
  return state;
}
