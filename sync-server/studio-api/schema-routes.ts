import type { FastifyInstance } from 'fastify';
import { RectoError } from '#schemas/errors.ts';
import { ROUTES } from '#schemas/http.ts';
import { checkDepth } from '../state-service/blob-content.ts';
import { readText, requireAdministrator, requireIdentity, type ApiContext } from './context.ts';

/** The largest chapter that a schema allows, as in the routes of blobs. */
const DATA_LIMIT = 8 * 1024 * 1024;
/** A schema, and examples as long as a chapter. */
const REGISTRATION_LIMIT = 1024 * 1024;

/** For the API's description: what the registry reads, and refuses with paths of its own. */
const REGISTRATION = {
  type: 'object',
  description: 'As here, or the JSON Schema alone',
  properties: {
    id: { type: 'string', description: 'Such as poem-v1.2.0, in place of name and version' },
    name: { type: 'string' },
    version: { type: 'string', description: 'semver' },
    type: { type: 'string', enum: ['input', 'output', 'intermediate'] },
    processor_id: { type: 'string' },
    definition: { type: 'object', description: 'JSON Schema, draft-07' },
    examples: { type: 'array', items: {} },
    active: { type: 'boolean' },
  },
};

interface ById {
  Params: { id: string };
}

/** The schemas that blobs can name, with a place to try data against them. Administrators register more. */
export function addSchemaRoutes(app: FastifyInstance, { accounts, database, schemas }: ApiContext): void {
  const onRequest = requireIdentity(accounts);
  const byAdministrator = [onRequest, requireAdministrator(database)];

  app.get<{ Querystring: { name?: string } }>(ROUTES.listSchemas.path, { onRequest }, async (request) => {
    const name = readText('name', request.query.name);
    return { schemas: schemas.list().filter((schema) => name === undefined || schema.name === name) };
  });
  app.post<{ Body: unknown; Querystring: { id?: string } }>(ROUTES.registerSchema.path, { onRequest: byAdministrator, bodyLimit: REGISTRATION_LIMIT, schema: { body: REGISTRATION } }, async (request, reply) => {
    const { entry, created } = await schemas.register(request.body, readText('id', request.query.id));
    void reply.code(created ? 201 : 200);
    return entry;
  });
  app.get<ById>(ROUTES.readSchema.path, { onRequest }, async (request) => schemas.get(request.params.id));
  app.delete<ById>(ROUTES.removeSchema.path, { onRequest: byAdministrator }, async (request, reply) => {
    await schemas.remove(request.params.id);
    return reply.code(204).send();
  });
  app.post<ById>(ROUTES.activateSchema.path, { onRequest: byAdministrator }, (request) => schemas.setActive(request.params.id, true));
  app.post<ById>(ROUTES.deactivateSchema.path, { onRequest: byAdministrator }, (request) => schemas.setActive(request.params.id, false));
  app.post<ById & { Body: unknown }>(ROUTES.validate.path, { onRequest, bodyLimit: DATA_LIMIT }, async (request) => {
    if (!schemas.has(request.params.id)) throw new RectoError('not_found', `There is no schema “${request.params.id}”.`);
    checkDepth(request.body);
    const errors = await schemas.findDataErrors(request.params.id, request.body);
    return { valid: errors.length === 0, errors };
  });
}
