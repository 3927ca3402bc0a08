/**
 * The process in which schemas that were learnt at run time are compiled and applied. It may hang or run out of memory on a
 * hostile one: the server goes on, and starts another. (A thread that runs out of memory can take the server with it.)
 */
import { Ajv, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { isSafe } from 'redos-detector';
import { parseDocument } from 'yaml';
import { toFieldErrors } from '#schemas/blob.ts';
import type { FieldError } from '#schemas/errors.ts';
import { patternsOf } from './check-definition.ts';
import { collectSchemas } from './definition-walk.ts';
import type { FromValidator, ToValidator, ValidatorAnswer } from './validator-messages.ts';

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;
/** More would tell nobody more. */
const MAX_ERRORS = 100;
/** Where the analysis of a pattern has taken so many steps, nobody knows what the pattern takes. */
const MAX_PATTERN_STEPS = 5_000;

const compiled = new Map<string, ValidateFunction>();

/** Its own ajv each: what one schema names can't be seen by another. */
function compile(definition: object): ValidateFunction {
  const { $id: _id, $schema: _draft, ...rest } = definition as Record<string, unknown>;
  const ajv = new Ajv({ allErrors: true, strict: false, inlineRefs: false, logger: false });
  addFormats(ajv);
  return ajv.compile(rest);
}

function check(definition: object): FieldError[] {
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false });
  addFormats(ajv);
  const { $schema: _draft, ...rest } = definition as Record<string, unknown>;
  if (ajv.validateSchema(rest) !== true) return toFieldErrors(ajv.errors);
  const slow = findSlowPatterns(rest);
  if (slow.length > 0) return slow;
  try {
    compile(definition);
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
    return isSafe(expression, { maxSteps: MAX_PATTERN_STEPS }).safe ? null : 'takes too long on some texts: write it so that no text can be matched in more than a few ways';
  } catch {
    return 'can’t be analysed: write it more simply';
  }
}

function validate({ key, definition, data }: ToValidator & { type: 'validate' }): FieldError[] {
  if (definition !== undefined) compiled.set(key, compile(definition as object));
  const run = compiled.get(key);
  if (!run) return [{ path: '/', message: 'has a schema that is not known here' }];
  return run(data) ? [] : toFieldErrors(run.errors?.slice(0, MAX_ERRORS));
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
