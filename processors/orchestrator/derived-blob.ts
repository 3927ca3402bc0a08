import { findDataErrors, normalizeSchemaId, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ProcessorManifest, ProcessorOutput } from '../contract/processor.ts';
import type { Job, OrchestratorPorts } from './ports.ts';

/**
 * Says no to an output that is not what the processor registered, before it is stored.
 * @throws RectoError processor_output_invalid with each path
 */
export async function checkOutput(manifest: ProcessorManifest, output: ProcessorOutput, ports: Pick<OrchestratorPorts, 'findDataErrors'>): Promise<void> {
  const schemaId = normalizeSchemaId(output.schema_id);
  if (schemaId !== normalizeSchemaId(manifest.output_schema_id)) {
    throw new RectoError('processor_output_invalid', `${manifest.name} made a “${schemaId}”, not a “${manifest.output_schema_id}”.`);
  }
  const errors = await (ports.findDataErrors ?? findDataErrors)(schemaId, output.data);
  const [first] = errors;
  if (first) throw new RectoError('processor_output_invalid', `${manifest.name} made something its schema rejects: ${first.path} ${first.message}.`, { errors });
}

/** The blob to store: in its parent's thread, dated when its job ended. */
export function toDerivedBlob(id: string, parent: Blob, output: ProcessorOutput, job: Job): Blob {
  const time = new Date(job.updated_at).toISOString();
  return {
    id,
    user_id: job.user_id,
    processor_id: job.processor_id,
    schema_id: normalizeSchemaId(output.schema_id),
    data: output.data,
    parent_id: parent.id,
    ...(parent.conversation_id !== undefined && { conversation_id: parent.conversation_id }),
    tags: output.tags ?? [],
    version: 1,
    created_at: time,
    updated_at: time,
    deleted: false,
  };
}
