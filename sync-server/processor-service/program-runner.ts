import type { ProcessorRunner, RegisteredProgram, RunRequest } from '#processors/contract/runner.ts';
import { isSchemaId, normalizeSchemaId } from '#schemas/blob.ts';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import type { SchemaRegistry } from '../schema-service/schema-registry.ts';
import type { ProcessorRegistry } from './processor-registry.ts';

/**
 * Gives a run of a registered processor its workflow on the way to a host, which has code for those that ship only; and what the
 * schemas that its workflow looks at say of the blob, since the host has no validators for them either.
 */
export function createProgramRunner(host: ProcessorRunner, registry: ProcessorRegistry, schemas: SchemaRegistry): ProcessorRunner {
  return {
    run: async (request, options) => {
      const program = await findProgram(request, registry, schemas);
      return await host.run(program ? { ...request, program } : request, options);
    },
    dispose: () => host.dispose(),
  };
}

async function findProgram({ processorId, blob }: RunRequest, registry: ProcessorRegistry, schemas: SchemaRegistry): Promise<RegisteredProgram | null> {
  const workflow = registry.programOf(processorId, blob.schema_id);
  if (workflow === null) return null;
  const named = workflow.steps.flatMap((step) => (step.type === 'schema-validation' ? [normalizeSchemaId(step.schema_id)] : []));
  const inputErrors: Record<string, FieldError[]> = {};
  for (const id of new Set(named.filter((name) => !isSchemaId(name)))) inputErrors[id] = await judge(schemas, id, blob.data);
  return { manifest: registry.get(processorId).manifest, workflow, inputErrors };
}

async function judge(schemas: SchemaRegistry, id: string, data: unknown): Promise<FieldError[]> {
  try {
    return await schemas.findDataErrors(id, data);
  } catch (error) {
    // It was removed since the processor was registered.
    if (error instanceof RectoError && error.code === 'schema_unknown') return [{ path: '/', message: 'can’t be judged: its schema is gone' }];
    throw error;
  }
}
