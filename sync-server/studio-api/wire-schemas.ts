import type { FastifyInstance } from 'fastify';
import { toFieldErrors } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { AllSchemas } from '#schemas/generated/types.ts';
import * as validators from '#schemas/generated/validators.js';
import { readSchemaFiles } from '../schema-service/schema-catalogue.ts';

type WireName = keyof AllSchemas;

/** A route's body or answer, by the name of its file in schemas/wire. */
export function wire(name: WireName): { $ref: string } {
  return { $ref: `${name}#` };
}

/**
 * Makes the shapes of schemas/wire known to the routes. Bodies are checked by the validators that ship, the very ones
 * that the app uses; answers are sent as they are written.
 */
export function useWireSchemas(app: FastifyInstance): void {
  for (const { examples: _examples, ...schema } of readSchemaFiles('wire')) app.addSchema(schema);
  const byName = new Map<string, (typeof validators)['validateBlob']>();
  for (const [name, validate] of Object.entries(validators)) byName.set(name, validate as never);
  app.setValidatorCompiler(({ schema }) => {
    const ref = (schema as { $ref?: string }).$ref;
    const validate = ref === undefined ? undefined : byName.get(validatorName(ref.replace('#', '')));
    // Queries and paths are read by their routes, which know the range of each value.
    if (!validate) return (value: unknown) => ({ value });
    return (value: unknown) => (validate(value) ? { value } : { error: toViolation(validate.errors) });
  });
  app.setSerializerCompiler(() => JSON.stringify);
}

function validatorName(schemaId: string): string {
  return `validate${schemaId.split('-').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')}`;
}

function toViolation(errors: Parameters<typeof toFieldErrors>[0]): RectoError {
  return new RectoError('schema_violation', 'The request does not fit what this route takes.', { errors: toFieldErrors(errors) });
}
