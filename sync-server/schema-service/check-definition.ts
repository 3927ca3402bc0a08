import type { FieldError } from '#schemas/errors.ts';
import { appliedInPlace, collectSchemas, isJsonObject, readRef, toPointer } from './definition-walk.ts';

/** Far more than the largest schema that ships (6 KB, 9 levels deep), far less than what takes long to compile. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_DEPTH = 32;
const MAX_VALUES = 4_000;
const MAX_PATTERN = 500;
/** Schemas that are applied to one value: `$ref`s that name one another twice double it at each step. */
const MAX_APPLIED = 500;
const MAX_ERRORS = 20;

const DRAFTS: ReadonlySet<unknown> = new Set([undefined, 'http://json-schema.org/draft-07/schema', 'http://json-schema.org/draft-07/schema#']);
/** Drafts after 07 give these a meaning, which a validator of draft-07 passes over in silence. */
const LATER: ReadonlySet<string> = new Set([
  '$anchor', '$dynamicAnchor', '$dynamicRef', '$recursiveAnchor', '$recursiveRef', '$vocabulary', 'dependentRequired', 'dependentSchemas',
  'maxContains', 'minContains', 'prefixItems', 'unevaluatedItems', 'unevaluatedProperties',
]);
/** ajv's own, which change how a validator is called. */
const FOREIGN: ReadonlySet<string> = new Set(['$async', '$data', '$merge', '$patch']);
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * What makes a definition one that no server should compile, found without compiling it: its size and depth, names of prototypes,
 * another draft than 07, references to elsewhere or round in a circle. Patterns are looked at where they can take their time.
 * @returns each path into the definition and what is wrong there; empty when nothing is
 */
export function checkDefinition(definition: unknown): FieldError[] {
  if (!isJsonObject(definition)) return [{ path: '/', message: 'must be a JSON Schema: an object' }];
  const size = findSizeErrors(definition);
  if (size.length > 0) return size;
  const errors: FieldError[] = [];
  const schemas = collectSchemas(definition);
  for (const [path, schema] of schemas) {
    if (typeof schema !== 'boolean') errors.push(...findKeywordErrors(schema, path, schemas));
    if (errors.length >= MAX_ERRORS) return errors.slice(0, MAX_ERRORS);
  }
  return errors.length > 0 ? errors : findLoops(schemas);
}

function findSizeErrors(definition: unknown): FieldError[] {
  let values = 0;
  const errors: FieldError[] = [];
  // A stack of its own: what is nested too deeply must not end this one.
  const open: { value: unknown; path: string; depth: number }[] = [{ value: definition, path: '', depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, depth } = next;
    values += 1;
    if (values > MAX_VALUES) return [{ path: '/', message: `must not hold more than ${MAX_VALUES} values` }];
    if (depth > MAX_DEPTH) return [{ path, message: `must not be nested more than ${MAX_DEPTH} levels deep` }];
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, item] of Object.entries(value)) {
      if (PROTOTYPE_NAMES.has(name)) errors.push({ path: path + toPointer(name), message: `“${name}” can’t be the name of anything` });
      open.push({ value: item, path: path + toPointer(name), depth: depth + 1 });
    }
  }
  if (errors.length > 0) return errors.slice(0, MAX_ERRORS);
  const { length } = JSON.stringify(definition);
  return length > MAX_CHARACTERS ? [{ path: '/', message: `must not be longer than ${MAX_CHARACTERS} characters, and is ${length}` }] : [];
}

function findKeywordErrors(schema: Record<string, unknown>, path: string, schemas: ReadonlyMap<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const report = (keyword: string, message: string): void => void errors.push({ path: path + toPointer(keyword), message });
  if (!DRAFTS.has(schema['$schema'])) report('$schema', 'must be draft-07: http://json-schema.org/draft-07/schema#');
  if (path !== '' && '$id' in schema) report('$id', 'must not stand inside the schema: it changes what each $ref means');
  for (const keyword of Object.keys(schema)) {
    if (LATER.has(keyword)) report(keyword, 'is of a later draft than 07, where it has no meaning');
    if (FOREIGN.has(keyword)) report(keyword, 'is not of draft-07');
  }
  if ('$ref' in schema) {
    const target = readRef(schema);
    if (target === null) report('$ref', 'must name a place in this schema, such as “#/definitions/part”');
    else if (!schemas.has(target)) report('$ref', `names “#${target}”, where there is no schema`);
  }
  for (const { path: at, pattern } of patternsOf(schema)) {
    if (pattern.length > MAX_PATTERN) errors.push({ path: path + at, message: `must not be longer than ${MAX_PATTERN} characters` });
  }
  return errors;
}

/** The regular expressions right in a schema, with their paths in it. */
export function patternsOf(schema: Record<string, unknown>): { path: string; pattern: string }[] {
  const { pattern, patternProperties } = schema;
  const names = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  return [
    ...(typeof pattern === 'string' ? [{ path: '/pattern', pattern }] : []),
    ...names.map((name) => ({ path: `/patternProperties${toPointer(name)}`, pattern: name })),
  ];
}

/** Schemas that come back to themselves without having looked deeper into the data, and those that multiply. */
function findLoops(schemas: ReadonlyMap<string, Record<string, unknown> | boolean>): FieldError[] {
  const applied = new Map<string, number>();
  const open = new Set<string>();
  let error: FieldError | null = null;
  const count = (path: string): number => {
    const known = applied.get(path);
    if (known !== undefined || error) return known ?? 0;
    if (open.has(path)) {
      error = { path: path || '/', message: 'refers to itself without an end' };
      return 0;
    }
    open.add(path);
    const total = appliedInPlace(schemas, path).reduce((sum, inner) => sum + count(inner), 1);
    open.delete(path);
    applied.set(path, total);
    if (total > MAX_APPLIED) error ??= { path: path || '/', message: `applies more than ${MAX_APPLIED} schemas to one value` };
    return total;
  };
  for (const path of schemas.keys()) {
    count(path);
    if (error) return [error];
  }
  return [];
}
