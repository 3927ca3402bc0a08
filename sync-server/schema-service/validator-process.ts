/**
 * The process in which schemas that were learnt at run time are compiled and applied. It may hang or run out of memory on a
 * hostile one: the server goes on, and starts another. (A thread that runs out of memory can take the server with it.)
 */
import { Ajv, type Options, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { isSafe } from 'redos-detector';
import { parseDocument } from 'yaml';
import { toFieldErrors } from '#schemas/blob.ts';
import type { FieldError } from '#schemas/errors.ts';
import { patternsOf } from './check-definition.ts';
import { looksFarEverywhere } from './check-lookarounds.ts';
import { collectSchemas, isJsonObject } from './definition-walk.ts';
import type { FromValidator, ToValidator, ValidatorAnswer } from './validator-messages.ts';

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;
/** More would tell nobody more. */
const MAX_ERRORS = 100;
/** Where the analysis of a pattern has taken so many steps, nobody knows what the pattern takes. */
const MAX_PATTERN_STEPS = 5_000;

/** Data with more values than this is told of the first thing that is wrong, not of all: each of a million would take its memory. */
const MAX_VALUES_TOLD_OF = 20_000;

interface Compiled {
  first: ValidateFunction;
  all: ValidateFunction;
}
const compiled = new Map<string, Compiled>();

/** Its own ajv each: what one schema names can't be seen by another. */
function compile(definition: object, options: Options): ValidateFunction {
  const { $id: _id, $schema: _draft, ...rest } = definition as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, inlineRefs: false, logger: false, ...options });
  addFormats(ajv);
  // ajv's own compares each item with each: the square of a list's length.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', error: { message: 'must NOT have duplicate items' }, validate: (wanted: boolean, list: unknown[]) => !wanted || isUnique(list) });
  return ajv.compile(rest);
}

function isUnique(list: readonly unknown[]): boolean {
  const sortKeys = (_key: string, value: unknown): unknown => (isJsonObject(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value);
  const seen = new Set<string>();
  for (const item of list) {
    const text = JSON.stringify(item, sortKeys);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

function hasMoreValues(data: unknown, limit: number): boolean {
  let left = limit;
  const visit = (value: unknown): boolean => {
    left -= 1;
    return left < 0 || (typeof value === 'object' && value !== null && Object.values(value).some(visit));
  };
  return visit(data);
}

function check(definition: object): FieldError[] {
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false });
  addFormats(ajv);
  const { $schema: _draft, ...rest } = definition as Record<string, unknown>;
  if (ajv.validateSchema(rest) !== true) return toFieldErrors(ajv.errors);
  const slow = findSlowPatterns(rest);
  if (slow.length > 0) return slow;
  try {
    compile(definition, { allErrors: true });
    return [];
  } catch (error) {
    return [{ path: '/', message: error instanceof Error ? error.message : 'can’t be compiled' }];
  }
}

/** The first pattern that takes more than linear time on some text: it is refused, whoever would write that text. */
function findSlowPatterns(definition: Record<string, unknown>): FieldError[] {
  for (const [path, schema] of collectSchemas(definition)) {
    for (const { path: at, pattern } of typeof schema === 'boolean' ? [] : patternsOf(schema)) {
      const message = findPatternProblem(pattern);
      if (message !== null) return [{ path: path + at, message }];
    }
  }
  return [];
}

function findPatternProblem(pattern: string): string | null {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'u');
  } catch {
    return 'is not a regular expression (ECMA 262, with the flag u)';
  }
  try {
    const isLinear = isSafe(expression, { maxSteps: MAX_PATTERN_STEPS }).safe && !looksFarEverywhere(pattern);
    return isLinear ? null : 'takes too long on some texts: write it so that no text can be matched in more than a few ways';
  } catch {
    return 'can’t be analysed: write it more simply';
  }
}

function validate({ key, definition, data }: ToValidator & { type: 'validate' }): FieldError[] {
  if (definition !== undefined) compiled.set(key, { first: compile(definition as object, {}), all: compile(definition as object, { allErrors: true }) });
  const known = compiled.get(key);
  if (!known) return [{ path: '/', message: 'has a schema that is not known here' }];
  if (known.first(data)) return [];
  const run = hasMoreValues(data, MAX_VALUES_TOLD_OF) ? known.first : known.all;
  run(data);
  return toFieldErrors(run.errors?.slice(0, MAX_ERRORS));
}

/** Aliases are limited, so that a small file can't become a huge value. */
function parse(yaml: string): ValidatorAnswer {
  try {
    const document = parseDocument(yaml, { schema: 'core', logLevel: 'error', prettyErrors: true });
    const [error] = document.errors;
    if (error) throw error;
    return { errors: [], value: document.toJS({ maxAliasCount: 20 }) as unknown };
  } catch (cause) {
    // Also a stack that ends where it is nested too deeply.
    return { errors: [{ path: '/', message: (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? 'can’t be read' }] };
  }
}

function answer(message: ToValidator): ValidatorAnswer {
  if (message.type === 'parse') return parse(message.yaml);
  return { errors: message.type === 'check' ? check(message.definition as object) : validate(message) };
}

const send = (message: FromValidator): void => void process.send?.(message);
process.on('message', (message: ToValidator) => send({ type: 'answer', ...answer(message) }));
send({ type: 'ready' });
