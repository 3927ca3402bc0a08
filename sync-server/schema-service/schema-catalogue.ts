import { readdirSync, readFileSync } from 'node:fs';
import { normalizeSchemaId } from '#schemas/blob.ts';
import type { ProcessorManifest } from '#processors/contract/processor.ts';

export type SchemaType = 'input' | 'output' | 'intermediate';

/** The seed's Schema. `id` is the one that blobs name; `version_id` names this one version. */
export interface SchemaEntry {
  id: string;
  version_id: string;
  processor_id: string;
  name: string;
  version: string;
  type: SchemaType;
  definition: Record<string, unknown>;
  examples: unknown[];
  active: boolean;
  /** It comes with the server, and can be neither changed nor removed. */
  shipped: boolean;
}

type BlobSchema = Record<string, unknown> & { $id: string; examples?: unknown[] };

/** The schemas that ship, from their files. */
export function readShippedSchemas(manifests: readonly ProcessorManifest[]): SchemaEntry[] {
  return readSchemaFiles('blobs').map((schema) => toEntry(schema, manifests));
}

/** One of schemas/blobs or schemas/wire, whole. */
export function readSchemaFiles(folder: 'blobs' | 'wire'): BlobSchema[] {
  const url = new URL(`../../schemas/${folder}/`, import.meta.url);
  return readdirSync(url)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(new URL(name, url), 'utf8')) as BlobSchema);
}

function toEntry(schema: BlobSchema, manifests: readonly ProcessorManifest[]): SchemaEntry {
  const { examples = [], ...definition } = schema;
  const maker = manifests.find((manifest) => normalizeSchemaId(manifest.output_schema_id) === schema.$id);
  const isInput = manifests.some((manifest) => manifest.input_schema_ids.some((id) => normalizeSchemaId(id) === schema.$id));
  const [, name = schema.$id, major = '1'] = /^(.+)-v(\d+)$/.exec(schema.$id) ?? [];
  const version = `${major}.0.0`;
  return {
    id: schema.$id,
    version_id: `${name}-v${version}`,
    processor_id: maker?.id ?? 'user-input',
    name,
    version,
    type: maker ? (isInput ? 'intermediate' : 'output') : 'input',
    definition,
    examples,
    active: true,
    shipped: true,
  };
}
