import type { FastifyInstance, FastifyReply } from 'fastify';
import { ROUTES, type BodyOf } from '#schemas/http.ts';
import { blobNotFound, createBlob, deleteBlob, updateBlob } from '../state-service/edit-blob.ts';
import { readUserState } from '../state-service/user-state.ts';
import { identityOf, readText, readWholeNumber, requireIdentity, type ApiContext } from './context.ts';
import { wire } from './wire-schemas.ts';

/** A chapter of 1,000,000 characters, each of them up to six bytes of JSON, and what is around it. */
const BODY_LIMIT = 8 * 1024 * 1024;
const MAX_PAGE = 1000;
const MAX_VERSIONS = 1000;

interface ById {
  Params: { id: string };
}

interface ListQuery {
  schema_id?: string;
  parent_id?: string;
  conversation_id?: string;
  tag?: string;
  after?: string;
  limit?: string;
}

/** Sends JSON text as it is stored. */
export function sendJson(reply: FastifyReply, text: string | Buffer | NodeJS.ReadableStream, status = 200): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(text);
}

/** The blobs of a user, one at a time, and what they add up to. Another user's are not found. */
export function addBlobRoutes(app: FastifyInstance, { accounts, database, store, reader, schemas, now }: ApiContext): void {
  const onRequest = requireIdentity(accounts);
  const timestamp = (): string => new Date(now()).toISOString();
  const read = async (userId: string, id: string): Promise<string> => {
    const text = await reader.read(userId, id);
    if (text === null) throw blobNotFound();
    return text;
  };

  app.post<{ Body: BodyOf<'createBlob'> }>(ROUTES.createBlob.path, { onRequest, bodyLimit: BODY_LIMIT, schema: { body: wire('create-blob'), response: { 201: wire('blob') } } }, async (request, reply) => {
    const { userId } = identityOf(request);
    const blob = await createBlob({ store, schemas }, userId, request.body, timestamp());
    void reply.header('location', `/api/v1/blobs/${encodeURIComponent(blob.id)}`);
    return sendJson(reply, await read(userId, blob.id), 201);
  });
  app.get<{ Querystring: ListQuery }>(ROUTES.listBlobs.path, { onRequest, schema: { response: { 200: wire('blob-list') } } }, async (request, reply) => {
    const { query } = request;
    const filter = {
      schemaId: readText('schema_id', query.schema_id),
      parentId: readText('parent_id', query.parent_id),
      conversationId: readText('conversation_id', query.conversation_id),
      tag: readText('tag', query.tag),
      after: readText('after', query.after),
      limit: readWholeNumber('limit', query.limit, { min: 1, max: MAX_PAGE, fallback: 100 }),
    };
    return sendJson(reply, await reader.list(identityOf(request).userId, filter));
  });
  app.get<ById>(ROUTES.readBlob.path, { onRequest, schema: { response: { 200: wire('blob') } } }, async (request, reply) => sendJson(reply, await read(identityOf(request).userId, request.params.id)));
  app.put<ById & { Body: BodyOf<'replaceBlob'> }>(ROUTES.replaceBlob.path, { onRequest, bodyLimit: BODY_LIMIT, schema: { body: wire('update-blob'), response: { 200: wire('blob') } } }, async (request, reply) => {
    const { userId } = identityOf(request);
    await updateBlob({ store, schemas }, userId, request.params.id, request.body, timestamp());
    return sendJson(reply, await read(userId, request.params.id));
  });
  app.delete<ById & { Querystring: { version?: string } }>(ROUTES.deleteBlob.path, { onRequest }, async (request, reply) => {
    const { version } = request.query;
    const expected = version === undefined ? undefined : readWholeNumber('version', version, { min: 1, max: Number.MAX_SAFE_INTEGER, fallback: 1 });
    await deleteBlob(store, identityOf(request).userId, request.params.id, { version: expected, now: timestamp() });
    return reply.code(204).send();
  });
  app.get<ById & { Querystring: { limit?: string } }>(ROUTES.readHistory.path, { onRequest }, async (request, reply) => {
    const limit = readWholeNumber('limit', request.query.limit, { min: 1, max: MAX_VERSIONS, fallback: 100 });
    const text = await reader.history(identityOf(request).userId, request.params.id, limit);
    if (text === null) throw blobNotFound();
    return sendJson(reply, text);
  });
  app.get(ROUTES.readState.path, { onRequest, schema: { response: { 200: wire('user-state') } } }, (request) => readUserState(database, identityOf(request).userId));
}
