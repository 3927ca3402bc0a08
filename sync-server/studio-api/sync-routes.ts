import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { RectoError } from '#schemas/errors.ts';
import { ROUTES } from '#schemas/http.ts';
import type { SyncCheckpoint } from '#schemas/generated/types.ts';
import { createPuller } from '../state-service/pull-page.ts';
import { pushRows } from '../state-service/push-rows.ts';
import { sendJson } from './blob-routes.ts';
import { identityOf, readText, readWholeNumber, requireIdentity, type ApiContext } from './context.ts';
import { wire } from './wire-schemas.ts';

const PUSH_LIMIT = 32 * 1024 * 1024;
const MAX_PAGE = 5000;
/** As schemas/wire/sync-push.json says. */
const MAX_ROWS = 5000;

interface PullQuery {
  epoch?: string;
  seq?: string;
  horizon?: string;
  limit?: string;
}

/** Replication over HTTP: what a device lacks, and what it has that the server lacks. */
export function addSyncRoutes(app: FastifyInstance, { accounts, database, schemas, store }: ApiContext): void {
  const onRequest = requireIdentity(accounts);
  const pull = createPuller(database);
  app.get<{ Querystring: PullQuery }>(ROUTES.pull.path, { onRequest, schema: { response: { 200: wire('sync-pull') } } }, async (request, reply) => {
    const limit = readWholeNumber('limit', request.query.limit, { min: 1, max: MAX_PAGE, fallback: 500 });
    const page = await pull({ userId: identityOf(request).userId, checkpoint: readCheckpoint(request.query), limit });
    return sendJson(reply, Buffer.isBuffer(page) ? page : Readable.from(page, { objectMode: false }));
  });
  const pushSchema = { body: wire('sync-push'), response: { 200: wire('sync-push-results') } };
  // The rows are judged one by one: a body that fails as a whole for one of them would hold all the others up.
  const validatorCompiler = () => (value: unknown) => ({ value });
  app.post(ROUTES.push.path, { onRequest, bodyLimit: PUSH_LIMIT, schema: pushSchema, validatorCompiler }, async (request, reply) => {
    const connection = request.headers['recto-connection'];
    const verdicts = await pushRows({ store, schemas }, identityOf(request).userId, readRows(request.body), typeof connection === 'string' ? connection : undefined);
    return sendJson(reply, `{"epoch":${JSON.stringify(database.epoch)},"results":[${verdicts.join(',')}]}`);
  });
}

/** @throws RectoError schema_violation */
function readRows(body: unknown): unknown[] {
  if (Array.isArray(body) && body.length <= MAX_ROWS) return body;
  throw new RectoError('schema_violation', `A push is an array of up to ${MAX_ROWS} rows.`, { errors: [{ path: '/', message: `must be an array of up to ${MAX_ROWS} items` }] });
}

function readCheckpoint({ seq, horizon, ...query }: PullQuery): SyncCheckpoint | null {
  const epoch = readText('epoch', query.epoch);
  if (epoch === undefined && seq === undefined && horizon === undefined) return null;
  if (epoch === undefined || seq === undefined || epoch.length === 0 || epoch.length > 100) {
    throw new RectoError('malformed', 'A checkpoint is “epoch”, “seq” and, where it was given, “horizon”: send all of it, or nothing at the first pull.');
  }
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 };
  return { epoch, seq: readWholeNumber('seq', seq, range), ...(horizon !== undefined && { horizon: readWholeNumber('horizon', horizon, range) }) };
}
