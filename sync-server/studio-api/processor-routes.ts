import type { FastifyInstance } from 'fastify';
import type { ProcessorInstance } from '#schemas/generated/types.ts';
import { ROUTES, type BodyOf, type ReplyOf } from '#schemas/http.ts';
import type { ProcessorEntry } from '../processor-service/processor-registry.ts';
import { identityOf, requireAdministrator, requireIdentity, type ApiContext } from './context.ts';
import { wire } from './wire-schemas.ts';

/** A registration with its workflow, schemas and examples. */
const REGISTRATION_LIMIT = 1024 * 1024;

const YAML = ['application/yaml', 'application/x-yaml', 'text/yaml'];

/** For the API's description: what the registry reads, and refuses with paths of its own. */
const REGISTRATION = {
  type: 'object',
  required: ['id', 'output_schema_id'],
  description: 'Bare, or under “processor”',
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    description: { type: 'string' },
    input_schema_id: { type: 'string' },
    input_schema_ids: { type: 'array', items: { type: 'string' } },
    output_schema_id: { type: 'string' },
    event_patterns: { type: 'array', items: { type: 'string' } },
    priority: { type: 'integer' },
    max_concurrency: { type: 'integer' },
    workflow_id: { type: 'string' },
    workflow: { description: 'YAML, or what it says: the server runs it' },
    config_schema: { type: 'object', description: 'JSON Schema, draft-07, of a job’s or an instance’s config' },
    input_schema: { type: 'object', description: 'The JSON Schema of the first input, to be registered with it' },
    output_schema: { type: 'object', description: 'The JSON Schema of the output, to be registered with it' },
    active: { type: 'boolean' },
  },
};

interface ById {
  Params: { id: string };
}

/** The processors, registered by administrators; each user's configuration of them. */
export function addProcessorRoutes(app: FastifyInstance, { accounts, database, processors, registries }: ApiContext): void {
  const { registry, instances } = registries;
  const onRequest = requireIdentity(accounts);
  const byAdministrator = [onRequest, requireAdministrator(database)];
  const describe = ({ manifest, shipped, active, createdAt }: ProcessorEntry) => ({
    ...manifest,
    // The seed's field.
    input_schema_id: manifest.input_schema_ids[0],
    shipped,
    active: active && (createdAt !== null || processors.runs(manifest.id)),
    /** Somebody does its jobs: the server, or workers that have a token. */
    runs: active && processors.runs(manifest.id),
    ...(createdAt !== null && { created_at: createdAt }),
  });

  app.get(ROUTES.listProcessors.path, { onRequest }, async (request) => {
    const mine = new Map<string, ProcessorInstance>((await instances.list(identityOf(request).userId)).map((instance) => [instance.processor_id, instance]));
    return { processors: registry.list().map((entry) => ({ ...describe(entry), instance: mine.get(entry.manifest.id) })) };
  });
  app.get<ById>(ROUTES.readProcessor.path, { onRequest }, async (request) => {
    const entry = registry.get(request.params.id);
    return { ...describe(entry), ...(entry.workflow !== null && { workflow: entry.workflow }) };
  });
  app.delete<ById>(ROUTES.removeProcessor.path, { onRequest: byAdministrator }, async (request, reply) => {
    await registry.remove(request.params.id);
    return reply.code(204).send();
  });
  app.post<ById>(ROUTES.activateProcessor.path, { onRequest: byAdministrator }, async (request) => describe(await registry.setActive(request.params.id, true)));
  app.post<ById>(ROUTES.deactivateProcessor.path, { onRequest: byAdministrator }, async (request) => describe(await registry.setActive(request.params.id, false)));

  app.get<ById>(ROUTES.listInstances.path, { onRequest, schema: { response: { 200: wire('processor-instance-list') } } }, async (request): Promise<ReplyOf<'listInstances'>> => ({
    instances: [await instances.read(identityOf(request).userId, request.params.id)],
  }));
  app.put<ById & { Body: BodyOf<'setInstance'> }>(ROUTES.setInstance.path, { onRequest, schema: { body: wire('processor-instance-body'), response: { 200: wire('processor-instance') } } }, async (request): Promise<ReplyOf<'setInstance'>> => {
    const { userId } = identityOf(request);
    const instance = await instances.set(userId, request.params.id, request.body);
    // Who switches it off wants, and pays for, nothing more of it; what runs already may end.
    if (!instance.active) await Promise.all((await processors.records.waitingOf(userId, request.params.id)).map((id) => processors.orchestrator.cancel(id)));
    return instance;
  });

  // In a room of its own: no other route takes YAML.
  void app.register(async (room) => {
    for (const type of YAML) {
      room.addContentTypeParser(type, { parseAs: 'string' }, async (_request: unknown, body: unknown) => await registries.parseYaml(String(body)));
    }
    room.post<{ Body: unknown }>(ROUTES.registerProcessor.path, { onRequest: byAdministrator, bodyLimit: REGISTRATION_LIMIT, schema: { body: REGISTRATION, consumes: ['application/json', ...YAML] } }, async (request, reply) => {
      const { entry, created } = await registry.register(request.body);
      void reply.code(created ? 201 : 200);
      return describe(entry);
    });
  });
}
