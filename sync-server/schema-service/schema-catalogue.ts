import { readdirSync, readFileSync } from 'node:fs';
import { normalizeSchemaId } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ProcessorManifest } from '#processors/contract/processor.ts';

/** The seed's Schema. `id` is the one that blobs name. */
export interface SchemaEntry {
  id: string;
  processor_id: string;
  name: string;
  version: string;
  type: 'input' | 'output' | 'intermediate';
  definition: Record<string, unknown>;
  examples: unknown[];
  active: boolean;
}

export interface SchemaCatalogue {
  list(): SchemaEntry[];
  /** The id may carry the seed's prefix `schema-`. @throws RectoError not_found */
  get(id: string): SchemaEntry;
}

type BlobSchema = Record<string, unknown> & { $id: string; examples?: unknown[] };

/** The schemas that ship, from their files. */
export function createSchemaCatalogue(manifests: readonly ProcessorManifest[]): SchemaCatalogue {
  const entries = readSchemaFiles('blobs').map((schema) => toEntry(schema, manifests));
  return {
    list: () => entries,
    get: (id) => {
      const entry = entries.find((candidate) => candidate.id === normalizeSchemaId(id));
      if (!entry) throw new RectoError('not_found', `There is no schema “${id}”.`);
      return entry;
    },
  };
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
  return {
    id: schema.$id,
    processor_id: maker?.id ?? 'user-input',
    name,
    version: `${major}.0.0`,
    type: maker ? (isInput ? 'intermediate' : 'output') : 'input',
    definition,
    examples,
    active: true,
  };
}
