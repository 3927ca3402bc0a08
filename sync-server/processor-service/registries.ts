import type { ProcessorManifest } from '#processors/contract/processor.ts';
import { normalizeSchemaId } from '#schemas/blob.ts';
import type { Database } from '../db/database.ts';
import { readShippedSchemas } from '../schema-service/schema-catalogue.ts';
import { createSchemaRegistry, type SchemaRegistry } from '../schema-service/schema-registry.ts';
import { createSchemaValidator } from '../schema-service/schema-validator.ts';
import { createConfigChecker, type ConfigChecker } from './config-checker.ts';
import { createInstances, type Instances } from './instances.ts';
import { createProcessorRegistry, type ProcessorRegistry } from './processor-registry.ts';

/** What this server knows of schemas and processors, and how its users set them. */
export interface Registries {
  schemas: SchemaRegistry;
  registry: ProcessorRegistry;
  configs: ConfigChecker;
  instances: Instances;
  /** @throws RectoError malformed */
  parseYaml(yaml: string): Promise<unknown>;
  close(): Promise<void>;
}

/** @param shipped the processors whose code is here. `now`: milliseconds since the epoch */
export function createRegistries({ database, shipped, now }: { database: Database; shipped: readonly ProcessorManifest[]; now(): number }): Registries {
  const validator = createSchemaValidator();
  const schemas = createSchemaRegistry({
    database, validator, now,
    shipped: readShippedSchemas(shipped),
    processorsUsing: (id) => registry.list().filter(({ manifest }) => [...manifest.input_schema_ids, manifest.output_schema_id].some((used) => normalizeSchemaId(used) === id)).map(({ manifest }) => manifest.id),
  });
  const registry: ProcessorRegistry = createProcessorRegistry({ database, shipped, schemas, validator, now });
  const configs = createConfigChecker(registry, validator, new Set(shipped.map(({ config_schema }) => config_schema)));
  return { schemas, registry, configs, instances: createInstances({ database, registry, configs, now }), parseYaml: (yaml) => validator.parseYaml(yaml), close: () => validator.close() };
}
