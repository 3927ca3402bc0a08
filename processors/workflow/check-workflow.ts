import { isSchemaId, normalizeSchemaId } from '#schemas/blob.ts';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import { AI_ENDPOINTS } from './ai-endpoints.ts';
import { parseExpression, type Expression } from './expression.ts';
import { findExpressions, parseTarget } from './value-map.ts';
import { GIVEN_ROOTS, type Workflow, type WorkflowStep } from './workflow.ts';

export interface WorkflowHome {
  /** Names of the processor's functions. */
  functions: readonly string[];
  /** The schema of what the processor makes, when it is known. */
  outputSchemaId?: string;
  /** The schemas that it may name; by default, those that ship. */
  isSchema?(id: string): boolean;
}

/**
 * What would keep a workflow from running here: unknown services, endpoints, functions and schemas, expressions that
 * can't be parsed, values that no step before makes, more or less than one output. Empty when nothing does.
 */
export function checkWorkflow(workflow: Workflow, home: WorkflowHome): FieldError[] {
  const errors: FieldError[] = [];
  const known = new Set<string>(GIVEN_ROOTS);
  for (const [index, step] of workflow.steps.entries()) {
    checkStep(step, home, known, (path, message) => errors.push({ path: `/steps/${index}${path}`, message: `(step “${step.id}”) ${message}` }));
  }
  const outputs = workflow.steps.filter((step) => step.type === 'state-update');
  if (outputs.length !== 1) errors.push({ path: '/steps', message: 'must have exactly one state-update that creates the blob' });
  else if (workflow.steps.at(-1) !== outputs[0]) errors.push({ path: '/steps', message: 'must end with the state-update that creates the blob' });
  return errors;
}

type Report = (path: string, message: string) => void;

function checkStep(step: WorkflowStep, home: WorkflowHome, known: Set<string>, report: Report): void {
  switch (step.type) {
    case 'schema-validation':
      checkSchema(step.schema_id, home, report);
      break;
    case 'api-call':
      checkCall(step, report);
      checkMap(step.input_map, '/input_map', known, report);
      checkTargets(step.output_map, known, report);
      break;
    case 'function':
      if (!home.functions.includes(step.function)) report('/function', `there is no function “${step.function}”`);
      checkMap(step.input_map, '/input_map', known, report);
      checkTargets(step.output_map, known, report);
      break;
    case 'computation':
      for (const { name, expression } of step.operations) {
        attempt(`/operations/${name}`, report, () => checkRoots(parseExpression(expression), `/operations/${name}`, known, report));
        attempt(`/operations/${name}`, report, () => known.add(parseTarget(`$.${name}`)[0]!));
      }
      break;
    case 'state-update':
      checkSchema(step.schema_id, home, report);
      if (home.outputSchemaId !== undefined && normalizeSchemaId(home.outputSchemaId) !== normalizeSchemaId(step.schema_id)) {
        report('/schema_id', `the processor makes “${home.outputSchemaId}”`);
      }
      checkMap(step.data_map, '/data_map', known, report);
  }
}

function checkSchema(schemaId: string, { isSchema = isSchemaId }: WorkflowHome, report: Report): void {
  if (!isSchema(normalizeSchemaId(schemaId))) report('/schema_id', `there is no schema “${schemaId}”`);
}

function checkCall(step: WorkflowStep & { type: 'api-call' }, report: Report): void {
  if (step.service !== 'ai-service') {
    report('/service', `there is no service “${step.service}”`);
    return;
  }
  const endpoint = AI_ENDPOINTS.get(step.endpoint);
  if (!endpoint) {
    report('/endpoint', `ai-service has no “${step.endpoint}”`);
    return;
  }
  for (const input of Object.keys(step.input_map)) if (!endpoint.inputs.includes(input)) report(`/input_map/${input}`, `“${step.endpoint}” takes no “${input}”`);
  for (const output of Object.keys(step.output_map)) if (!endpoint.outputs.includes(output)) report(`/output_map/${output}`, `“${step.endpoint}” answers no “${output}”`);
}

function checkMap(map: unknown, path: string, known: ReadonlySet<string>, report: Report): void {
  attempt(path, report, () => {
    for (const found of findExpressions(map, path)) checkRoots(found.expression, found.path, known, report);
  });
}

function checkRoots(expression: Expression, path: string, known: ReadonlySet<string>, report: Report): void {
  for (const root of expression.roots) if (!known.has(root)) report(path, `“${expression.source}” uses “$.${root}”, which no step before makes`);
}

function checkTargets(map: Readonly<Record<string, string>>, known: Set<string>, report: Report): void {
  for (const [field, target] of Object.entries(map)) attempt(`/output_map/${field}`, report, () => known.add(parseTarget(target)[0]!));
}

/** A RectoError of the check is one more thing that is wrong, at this path. */
function attempt(path: string, report: Report, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    report(path, RectoError.from(error, 'workflow_invalid').message);
  }
}
