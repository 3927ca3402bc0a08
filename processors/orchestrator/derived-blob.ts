import { findDataErrors, normalizeSchemaId, type Blob } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ProcessorManifest, ProcessorOutput, SideOutput } from '../contract/processor.ts';
import { wantsEvent } from './event-patterns.ts';
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
  for (const side of output.also ?? []) refuseToFeedItself(manifest, normalizeSchemaId(side.schema_id));
  checkSize(manifest.name, [output.data, ...(output.also ?? []).map(({ data }) => data)]);
  await checkData(manifest.name, schemaId, output.data, ports);
}

/** What is made on the way is no part of a registration, where a circle would have been refused. */
function refuseToFeedItself(manifest: ProcessorManifest, schema_id: string): void {
  if (!wantsEvent(manifest, { type: 'blob.created', blob_id: '', user_id: '', schema_id, processor_id: manifest.id, version: 1 })) return;
  throw new RectoError('processor_output_invalid', `${manifest.name} made a “${schema_id}” on the way, which it takes up by itself: it would feed itself without end.`);
}

/** Characters that one run may make. A blob that is posted may have as many; a schema may set no bound at all. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/** Before the schema looks at it, which takes its time with what is large. */
function checkSize(maker: string, data: unknown): void {
  let size = 0;
  const waiting: unknown[] = [data];
  while (waiting.length > 0) {
    const value = waiting.pop();
    size += typeof value === 'string' ? value.length : 8;
    // Names of members count by their number alone.
    if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) waiting.push(item);
    if (size > MAX_OUTPUT) throw new RectoError('processor_output_invalid', `${maker} made more than ${MAX_OUTPUT / 1024 / 1024} million characters.`);
  }
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
