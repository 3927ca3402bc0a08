import { findDataErrors, normalizeSchemaId, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ProcessorManifest, ProcessorOutput, SideOutput } from '../contract/processor.ts';
import { derivedBlobId } from './ids.ts';
import type { Derived, Job, OrchestratorPorts } from './ports.ts';

/**
 * Says no to an output that is not what the processor registered, before it is stored.
 * @throws RectoError processor_output_invalid with each path
 */
export async function checkOutput(manifest: ProcessorManifest, output: ProcessorOutput, ports: Pick<OrchestratorPorts, 'findDataErrors'>): Promise<void> {
  const schemaId = normalizeSchemaId(output.schema_id);
  if (schemaId !== normalizeSchemaId(manifest.output_schema_id)) {
    throw new RectoError('processor_output_invalid', `${manifest.name} made a “${schemaId}”, not a “${manifest.output_schema_id}”.`);
  }
  await checkData(manifest.name, schemaId, output.data, ports);
}

async function checkData(maker: string, schemaId: string, data: unknown, ports: Pick<OrchestratorPorts, 'findDataErrors'>): Promise<void> {
  const errors = await (ports.findDataErrors ?? findDataErrors)(schemaId, data);
  const [first] = errors;
  if (first) throw new RectoError('processor_output_invalid', `${maker} made something its schema rejects: ${first.path} ${first.message}.`, { errors });
}

/** All that a run made, as it is stored. @throws RectoError processor_output_invalid with each path */
export async function toDerived(id: string, parent: Blob, output: ProcessorOutput, job: Job, ports: Pick<OrchestratorPorts, 'findDataErrors'>): Promise<Derived> {
  const also: Blob[] = [];
  for (const side of output.also ?? []) also.push(await toSideBlob(side, parent, job, ports));
  return { blob: toDerivedBlob(id, parent, output, job), also, ...(output.file && { file: output.file }) };
}

async function toSideBlob({ parent_id, parent_version, config, ...side }: SideOutput, parent: Blob, job: Job, ports: Pick<OrchestratorPorts, 'findDataErrors'>): Promise<Blob> {
  await checkData(job.processor_id, side.schema_id, side.data, ports);
  const id = derivedBlobId(job.processor_id, parent_id, parent_version, config);
  // In no thread: it belongs to its parent alone.
  const { conversation_id: _thread, ...blob } = toDerivedBlob(id, parent, side, job);
  return { ...blob, parent_id };
}

/** The blob to store: in its parent's thread, dated when its job ended. */
function toDerivedBlob(id: string, parent: Blob, output: Pick<ProcessorOutput, 'schema_id' | 'data' | 'tags'>, job: Job): Blob {
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
