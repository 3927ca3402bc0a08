import { parseDocument } from 'yaml';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import { isRecord } from './expression-values.ts';
import type { ValueMap, Workflow, WorkflowStep } from './workflow.ts';

/** Twenty times the longest that ships; the parser's time grows with the square of some texts' length. */
const MAX_CHARACTERS = 50_000;
const MAX_STEPS = 200;
/** A day; a timer of more than 24 of them would end at once. */
const MAX_TIMEOUT_MS = 86_400_000;

/**
 * Reads a workflow's YAML. It says nothing yet on whether its services, functions and values exist: that is `checkWorkflow`.
 * @throws RectoError workflow_invalid with each path and what is wrong there
 */
export function parseWorkflow(yaml: string): Workflow {
  if (yaml.length > MAX_CHARACTERS) throw invalid([{ path: '/', message: `is longer than ${MAX_CHARACTERS} characters` }]);
  const value = readYaml(yaml);
  const errors: FieldError[] = [];
  const workflow = readWorkflow(value, errors);
  if (errors.length > 0) throw invalid(errors);
  return workflow;
}

function readYaml(yaml: string): unknown {
  const document = parseSyntax(yaml);
  const [error] = document.errors;
  if (error) throw invalid([{ path: '/', message: error.message.split('\n')[0]!.replace(/:$/, '') }], error);
  try {
    // Aliases are limited, so that a small file can't become a huge value.
    return document.toJS({ maxAliasCount: 20 }) as unknown;
  } catch (cause) {
    throw invalid([{ path: '/', message: cause instanceof Error ? cause.message : 'can’t be read' }], cause);
  }
}

/** Where it is nested too deeply, the parser's stack ends. */
function parseSyntax(yaml: string): ReturnType<typeof parseDocument> {
  try {
    return parseDocument(yaml, { schema: 'core', prettyErrors: true, logLevel: 'error' });
  } catch (cause) {
    throw invalid([{ path: '/', message: cause instanceof Error ? cause.message : 'can’t be read' }], cause);
  }
}

export function invalid(errors: FieldError[], cause?: unknown): RectoError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new RectoError('workflow_invalid', `The workflow can’t be run: ${first?.path ?? '/'} ${first?.message ?? 'is wrong'}${more}.`, { errors, cause });
}

function readWorkflow(value: unknown, errors: FieldError[]): Workflow {
  if (!isRecord(value)) {
    errors.push({ path: '/', message: 'must be a map with id and steps' });
    return { id: '', name: '', steps: [] };
  }
  const id = readText(value, 'id', '', errors);
  const steps = value['steps'];
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MAX_STEPS) {
    errors.push({ path: '/steps', message: `must be a list of 1 to ${MAX_STEPS} steps` });
    return { id, name: id, steps: [] };
  }
  const read = steps.map((step: unknown, index) => readStep(step, `/steps/${index}`, errors)).filter((step) => step !== null);
  const seen = new Set<string>();
  for (const [index, step] of read.entries()) {
    if (seen.has(step.id)) errors.push({ path: `/steps/${index}/id`, message: `“${step.id}” is the id of two steps` });
    seen.add(step.id);
  }
  return { id, name: typeof value['name'] === 'string' ? value['name'] : id, steps: read };
}

function readStep(value: unknown, path: string, errors: FieldError[]): WorkflowStep | null {
  if (!isRecord(value)) {
    errors.push({ path, message: 'must be a map with id and type' });
    return null;
  }
  const id = readText(value, 'id', path, errors);
  const timeout = value['timeout_ms'];
  if (timeout !== undefined && !(Number.isInteger(timeout) && (timeout as number) > 0 && (timeout as number) <= MAX_TIMEOUT_MS)) {
    errors.push({ path: `${path}/timeout_ms`, message: `must be a whole number of milliseconds, at most ${MAX_TIMEOUT_MS}` });
  }
  const base = {
    id,
    ...(typeof value['name'] === 'string' && { name: value['name'] }),
    ...(typeof timeout === 'number' && { timeout_ms: timeout }),
  };
  const text = (key: string): string => readText(value, key, path, errors);
  switch (value['type']) {
    case 'schema-validation':
      return { ...base, type: 'schema-validation', schema_id: text('schema_id') };
    case 'api-call':
      return { ...base, type: 'api-call', service: text('service'), endpoint: text('endpoint'), ...readMaps(value, path, errors) };
    case 'function':
      return { ...base, type: 'function', function: text('function'), ...readMaps(value, path, errors) };
    case 'computation':
      return { ...base, type: 'computation', operations: readOperations(value['operations'], `${path}/operations`, errors) };
    case 'state-update':
      if (value['operation'] !== 'create-blob') errors.push({ path: `${path}/operation`, message: 'must be create-blob' });
      return { ...base, type: 'state-update', operation: 'create-blob', schema_id: text('schema_id'), data_map: readMap(value['data_map'], `${path}/data_map`, errors) };
    default:
      errors.push({ path: `${path}/type`, message: typeof value['type'] === 'string' ? `“${value['type']}” is not a type of step` : 'must be a type of step' });
      return null;
  }
}

function readText(value: Record<string, unknown>, key: string, path: string, errors: FieldError[]): string {
  const text = value[key];
  if (typeof text === 'string' && text !== '') return text;
  errors.push({ path: `${path}/${key}`, message: 'must be a text' });
  return '';
}

function readMap(value: unknown, path: string, errors: FieldError[]): ValueMap {
  if (value === undefined || value === null) return {};
  if (isRecord(value)) return value;
  errors.push({ path, message: 'must be a map' });
  return {};
}

function readMaps(value: Record<string, unknown>, path: string, errors: FieldError[]): { input_map: ValueMap; output_map: Record<string, string> } {
  const output_map: Record<string, string> = {};
  for (const [field, target] of Object.entries(readMap(value['output_map'], `${path}/output_map`, errors))) {
    if (typeof target === 'string') output_map[field] = target;
    else errors.push({ path: `${path}/output_map/${field}`, message: 'must be a path such as “$.name”' });
  }
  return { input_map: readMap(value['input_map'], `${path}/input_map`, errors), output_map };
}

/** The seed writes a list of one-entry maps; a plain map is as good. */
function readOperations(value: unknown, path: string, errors: FieldError[]): { name: string; expression: string }[] {
  const maps: unknown[] = Array.isArray(value) ? value : [value];
  const operations: { name: string; expression: string }[] = [];
  for (const [index, map] of maps.entries()) {
    if (!isRecord(map)) {
      errors.push({ path: `${path}/${index}`, message: 'must be a name and an expression' });
      continue;
    }
    for (const [name, expression] of Object.entries(map)) {
      if (typeof expression === 'string' || typeof expression === 'number') operations.push({ name, expression: String(expression) });
      else errors.push({ path: `${path}/${index}/${name}`, message: 'must be an expression' });
    }
  }
  return operations;
}
