import type { FastifyInstance } from 'fastify';
import { findDataErrors } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import { ROUTES } from '#schemas/http.ts';
import { requireIdentity, type ApiContext } from './context.ts';

/** The largest chapter that a schema allows, as in the routes of blobs. */
const BODY_LIMIT = 8 * 1024 * 1024;

interface ById {
  Params: { id: string };
}

/** What is known here: schemas, with a place to try data against them, and processors. */
export function addCatalogueRoutes(app: FastifyInstance, { accounts, schemas, processors }: ApiContext): void {
  const onRequest = requireIdentity(accounts);
  app.get(ROUTES.listSchemas.path, { onRequest }, async () => ({ schemas: schemas.list() }));
  app.get<ById>(ROUTES.readSchema.path, { onRequest }, async (request) => schemas.get(request.params.id));
  app.post<ById & { Body: unknown }>(ROUTES.validate.path, { onRequest, bodyLimit: BODY_LIMIT }, async (request) => {
    const errors = findDataErrors(schemas.get(request.params.id).id, request.body);
    return { valid: errors.length === 0, errors };
  });
  app.get(ROUTES.listProcessors.path, { onRequest }, async () => ({ processors: processors.manifests.map((manifest) => ({ ...manifest, active: processors.runs(manifest.id) })) }));
  app.get<ById>(ROUTES.readProcessor.path, { onRequest }, async (request) => {
    const manifest = processors.manifests.find(({ id }) => id === request.params.id);
    if (!manifest) throw new RectoError('processor_unknown', `There is no processor “${request.params.id}”.`);
    return { ...manifest, active: processors.runs(manifest.id) };
  });
}
