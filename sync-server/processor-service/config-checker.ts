import { createHash } from 'node:crypto';
import { Ajv } from 'ajv';
import { toFieldErrors } from '#schemas/blob.ts';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import type { SchemaValidator } from '../schema-service/schema-validator.ts';
import { checkDepth } from '../state-service/blob-content.ts';
import type { ProcessorRegistry } from './processor-registry.ts';

/** Judges the config of a job or an instance by its processor's own schema. */
export interface ConfigChecker {
  /** @throws RectoError processor_unknown, schema_violation with each path under /config, unavailable */
  check(processorId: string, config: unknown): Promise<void>;
  /** @throws RectoError processor_unknown, unavailable */
  fits(processorId: string, config: unknown): Promise<boolean>;
}

/** Schemas that ship are trusted and quick; a registered one is applied where it can hold nothing up. */
export function createConfigChecker(registry: ProcessorRegistry, validator: SchemaValidator, shippedSchemas: ReadonlySet<object>): ConfigChecker {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  const findErrors = async (schema: Record<string, unknown>, config: unknown): Promise<FieldError[]> => {
    if (!shippedSchemas.has(schema)) return await validator.findDataErrors(`config ${createHash('sha256').update(JSON.stringify(schema)).digest('base64url')}`, schema, config);
    // ajv keeps what it has compiled, by the schema itself.
    const validate = ajv.compile(schema);
    return validate(config) ? [] : toFieldErrors(validate.errors);
  };
  return {
    fits: async (processorId, config) => (await findErrors(registry.get(processorId).manifest.config_schema, config)).length === 0,
    check: async (processorId, config) => {
      checkDepth(config);
      const errors = await findErrors(registry.get(processorId).manifest.config_schema, config);
      if (errors.length === 0) return;
      throw new RectoError('schema_violation', `The config does not fit ${processorId}.`, {
        errors: errors.map((error) => ({ ...error, path: error.path === '/' ? '/config' : `/config${error.path}` })),
      });
    },
  };
}
