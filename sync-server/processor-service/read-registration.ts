import { stringify } from 'yaml';
import { parseWorkflow } from '#processors/workflow/parse-workflow.ts';
import type { Workflow } from '#processors/workflow/workflow.ts';
import { normalizeSchemaId, USER_INPUT } from '#schemas/blob.ts';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import { isJsonObject } from '../schema-service/definition-walk.ts';
import { checkDepth } from '../state-service/blob-content.ts';

/** The seed's registration with everything in its place. Schemas are named as blobs name them. */
export interface ProcessorRegistration {
  id: string;
  name: string;
  description: string;
  input_schema_ids: string[];
  output_schema_id: string;
  workflow_id: string | null;
  /** What came with it. */
  workflow: { yaml: string; parsed: Workflow } | null;
  priority: number;
  max_concurrency: number;
  event_patterns: string[];
  /** Null: it says nothing of one. */
  config_schema: Record<string, unknown> | null;
  active: boolean;
  /** JSON Schemas that it brings. */
  input_schema: unknown;
  output_schema: unknown;
}

const FIELDS: ReadonlySet<string> = new Set([
  'id', 'name', 'description', 'input_schema_id', 'input_schema_ids', 'output_schema_id', 'workflow_id', 'workflow', 'priority', 'max_concurrency',
  'event_patterns', 'config_schema', 'active', 'created_at', 'input_schema', 'output_schema',
]);
const ID = /^[a-z][a-z0-9-]{0,62}$/;
const MAX_SCHEMAS = 20;
const MAX_PATTERNS = 20;

/**
 * Reads a registration, bare or under the seed's `processor:`. Whether what it names exists is not looked at yet.
 * @throws RectoError processor_invalid with each path; schema_violation for a body that is nested too deeply
 */
export function readProcessorRegistration(body: unknown): ProcessorRegistration {
  checkDepth(body);
  const fields = isJsonObject(body) && isJsonObject(body['processor']) ? body['processor'] : body;
  if (!isJsonObject(fields)) throw processorInvalid([{ path: '/', message: 'must be an object with id, name, schemas and events' }]);
  const errors: FieldError[] = [];
  const report = (path: string, message: string): void => void errors.push({ path, message });
  for (const name of Object.keys(fields)) if (!FIELDS.has(name)) report(`/${name}`, 'is not part of a registration');
  const { id, config_schema, active = true, input_schema, output_schema } = fields;
  if (typeof id !== 'string' || !ID.test(id) || id === USER_INPUT) report('/id', 'must be small letters, digits and hyphens, such as “poem-maker”');
  if (config_schema !== undefined && !isJsonObject(config_schema)) report('/config_schema', 'must be a JSON Schema: an object');
  if (typeof active !== 'boolean') report('/active', 'must be true or false');
  const readText = (name: string, max: number, fallback?: string): string => {
    const value = fields[name] ?? fallback;
    if (typeof value === 'string' && value.length <= max && (value !== '' || fallback === '')) return value;
    report(`/${name}`, `must be a text of at most ${max} characters`);
    return '';
  };
  const readNumber = (name: string, min: number, max: number, fallback: number): number => {
    const value = fields[name] ?? fallback;
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    report(`/${name}`, `must be a whole number from ${min} to ${max}`);
    return fallback;
  };
  const registration = {
    id: typeof id === 'string' ? id : '',
    name: readText('name', 200, typeof id === 'string' ? id : undefined),
    description: readText('description', 2_000, ''),
    input_schema_ids: readInputs(fields, report),
    output_schema_id: normalizeSchemaId(readText('output_schema_id', 100)),
    workflow_id: fields['workflow_id'] === undefined ? null : readText('workflow_id', 100),
    priority: readNumber('priority', -100, 100, 0),
    max_concurrency: readNumber('max_concurrency', 1, 64, 1),
    event_patterns: readPatterns(fields['event_patterns'], report),
    config_schema: isJsonObject(config_schema) ? config_schema : null,
    active: active === true,
    input_schema,
    output_schema,
  };
  const workflow = readWorkflow(fields['workflow'], report);
  if (workflow && registration.workflow_id !== null && workflow.parsed.id !== registration.workflow_id) report('/workflow_id', `is “${registration.workflow_id}”, and the workflow’s id is “${workflow.parsed.id}”`);
  if (errors.length > 0) throw processorInvalid(errors);
  return { ...registration, workflow, workflow_id: workflow?.parsed.id ?? registration.workflow_id };
}

type Report = (path: string, message: string) => void;

/** The seed's `input_schema_id` is the first, or the only one. */
function readInputs({ input_schema_id: first, input_schema_ids: list }: Record<string, unknown>, report: Report): string[] {
  const ids = [...(first === undefined ? [] : [first]), ...(Array.isArray(list) ? (list as unknown[]) : [])];
  const isTexts = ids.every((id) => typeof id === 'string' && id !== '' && id.length <= 100);
  const path = list === undefined ? '/input_schema_id' : '/input_schema_ids';
  if (!isTexts || ids.length === 0 || ids.length > MAX_SCHEMAS || (list !== undefined && !Array.isArray(list))) report(path, 'must name what it reads, such as “text-input-v1”');
  return isTexts ? [...new Set(ids.map((id) => normalizeSchemaId(id as string)))] : [];
}

function readPatterns(value: unknown, report: Report): string[] {
  const list = value ?? [];
  if (!Array.isArray(list) || list.length > MAX_PATTERNS) {
    report('/event_patterns', `must be a list of at most ${MAX_PATTERNS}`);
    return [];
  }
  return list.map((pattern: unknown, index) => {
    if (typeof pattern === 'string' && pattern.length <= 200) return pattern.replace(/^(blob\.[^.]+\.)schema-/, '$1');
    report(`/event_patterns/${index}`, 'must be a text such as “blob.created.text-input-v1”');
    return '';
  });
}

/** YAML, or what its YAML would say. */
function readWorkflow(value: unknown, report: Report): ProcessorRegistration['workflow'] {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' && !isJsonObject(value)) {
    report('/workflow', 'must be a workflow’s YAML, or an object');
    return null;
  }
  const yaml = typeof value === 'string' ? value : stringify(value, { aliasDuplicateObjects: false });
  try {
    return { yaml, parsed: parseWorkflow(yaml) };
  } catch (error) {
    for (const wrong of RectoError.from(error, 'workflow_invalid').errors ?? [{ path: '/', message: 'can’t be read' }]) report(joinPath('/workflow', wrong.path), wrong.message);
    return null;
  }
}

export function joinPath(prefix: string, path: string): string {
  return path === '/' || path === '' ? prefix : prefix + path;
}

export function processorInvalid(errors: FieldError[]): RectoError {
  const [first] = errors;
  return new RectoError('processor_invalid', `The processor can’t be registered: ${first?.path ?? '/'} ${first?.message ?? 'is wrong'}. Nothing was changed.`, { errors });
}
