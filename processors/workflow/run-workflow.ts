import { findDataErrors, normalizeSchemaId } from '#schemas/blob.ts';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import type { ProcessorContext, ProcessorOutput } from '../contract/processor.ts';
import { AI_ENDPOINTS } from './ai-endpoints.ts';
import type { Scope } from './evaluate-node.ts';
import { parseExpression } from './expression.ts';
import { runWithinTime } from './run-step.ts';
import type { Work } from './expression-values.ts';
import { evaluateMap, hasMoreCharacters, parseTarget, withValue } from './value-map.ts';
import type { ValueMap, Workflow, WorkflowStep } from './workflow.ts';

/** A function that a `function` step names. Its context is the processor's, with the step's signal. */
export type WorkflowFunction = (
  input: Record<string, unknown>,
  context: ProcessorContext,
) => Record<string, unknown> | Promise<Record<string, unknown>>;

export type WorkflowFunctions = Readonly<Record<string, WorkflowFunction>>;

type State = Record<string, unknown>;

/** What a schema says of some data; empty when it fits. */
export type DataJudge = (schemaId: string, data: unknown) => FieldError[];

interface Run {
  workflow: Workflow;
  functions: WorkflowFunctions;
  context: ProcessorContext;
  judge: DataJudge;
  startedAt: number;
  budget: Work;
}

/** Characters and items that a workflow's expressions may touch, all together: some seconds. */
const MAX_WORK = 200_000_000;
/** Of what a workflow makes: more than the longest chapter ten times over. */
const MAX_OUTPUT = 16_000_000;

/**
 * Runs a workflow's steps in order on the context's blob. `judge` knows the schemas that its `schema-validation` steps may name. Under `$` are `data` (the blob's), `blob` (its other fields),
 * `config` (the job's), `execution_time` (whole milliseconds so far), and what the steps before made.
 * @throws RectoError input_invalid (schema-validation, with each path), workflow_step_failed naming step and expression,
 *   processor_timeout, cancelled, and what ai-service and the functions throw
 */
export async function runWorkflow(workflow: Workflow, functions: WorkflowFunctions, context: ProcessorContext, judge: DataJudge = findDataErrors): Promise<ProcessorOutput> {
  const run: Run = { workflow, functions, context, judge, startedAt: context.now(), budget: { left: MAX_WORK } };
  let state: State = {};
  let output: ProcessorOutput | null = null;
  for (const [index, step] of workflow.steps.entries()) {
    reportStep(run, step, index);
    try {
      const result = await runWithinTime(step, context, (stepContext) => runStep(step, scopeOf(run, state), run, stepContext));
      if ('schema_id' in result) output = result;
      else state = keepResults(state, result);
    } catch (thrown) {
      throw nameStep(workflow, step, thrown);
    }
  }
  if (!output) throw new RectoError('workflow_invalid', `The workflow “${workflow.id}” makes no blob.`);
  return output;
}

/** A function step knows better how far its work is: then the steps only say what is being done. */
function reportStep({ workflow, context }: Run, step: WorkflowStep, index: number): void {
  const total = workflow.steps.some(({ type }) => type === 'function') ? 0 : workflow.steps.length;
  context.reportProgress({ done: total === 0 ? 0 : index, total, message: step.name ?? step.id });
}

function scopeOf({ context, startedAt }: Run, state: State): Scope {
  const { data, ...blob } = context.blob;
  return { ...state, data, blob, config: context.config, execution_time: Math.max(0, Math.round(context.now() - startedAt)) };
}

/** What a step made: values by the path that keeps them, or the workflow's output. */
type StepResult = { values: [path: string, value: unknown][] } | ProcessorOutput;

async function runStep(step: WorkflowStep, scope: Scope, run: Run, context: ProcessorContext): Promise<StepResult> {
  switch (step.type) {
    case 'schema-validation':
      validateInput(run.judge, step.schema_id, scope['data']);
      return { values: [] };
    case 'api-call': {
      const endpoint = step.service === 'ai-service' ? AI_ENDPOINTS.get(step.endpoint) : undefined;
      if (!endpoint) throw new RectoError('workflow_invalid', `There is no ${step.service}${step.endpoint}.`);
      return pickOutputs(step.output_map, await endpoint.call(evaluateMap(step.input_map, scope, run.budget), context));
    }
    case 'function': {
      const call = Object.hasOwn(run.functions, step.function) ? run.functions[step.function] : undefined;
      if (!call) throw new RectoError('workflow_invalid', `There is no function “${step.function}”.`);
      return pickOutputs(step.output_map, await call(evaluateMap(step.input_map, scope, run.budget), context));
    }
    case 'computation':
      return compute(step.operations, scope, run.budget);
    case 'state-update':
      return { schema_id: normalizeSchemaId(step.schema_id), data: makeData(step.data_map, scope, run.budget) };
  }
}

function makeData(map: ValueMap, scope: Scope, budget: Work): Record<string, unknown> {
  const data = evaluateMap(map, scope, budget);
  if (hasMoreCharacters(data, MAX_OUTPUT)) throw new RectoError('workflow_step_failed', `it makes more than ${MAX_OUTPUT} characters.`);
  return data;
}

function validateInput(judge: DataJudge, schemaId: string, data: unknown): void {
  const errors = judge(schemaId, data);
  const [first] = errors;
  if (first) throw new RectoError('input_invalid', `This text does not fit ${normalizeSchemaId(schemaId)}: ${first.path} ${first.message}.`, { errors });
}

/** Each operation sees those before it. */
function compute(operations: readonly { name: string; expression: string }[], scope: Scope, budget: Work): StepResult {
  const values: [string, unknown][] = [];
  let seen: Scope = scope;
  for (const { name, expression } of operations) {
    const value = parseExpression(expression).evaluate(seen, budget);
    if (value === undefined) throw new RectoError('workflow_step_failed', `“${expression}” has no value.`);
    values.push([`$.${name}`, value]);
    seen = { ...seen, [name]: value };
  }
  return { values };
}

function pickOutputs(map: Readonly<Record<string, string>>, answer: Record<string, unknown>): StepResult {
  const values = Object.entries(map).map(([field, target]): [string, unknown] => {
    if (!Object.hasOwn(answer, field)) throw new RectoError('workflow_step_failed', `The answer has no “${field}”.`);
    return [target, answer[field]];
  });
  return { values };
}

function keepResults(state: State, result: { values: [string, unknown][] }): State {
  return result.values.reduce((next, [path, value]) => withValue(next, parseTarget(path), value), state);
}

/** The workflow's own failures name the step; those of services and functions keep their code and their sentence. */
function nameStep(workflow: Workflow, step: WorkflowStep, thrown: unknown): RectoError {
  const error = RectoError.from(thrown, 'workflow_step_failed');
  if (error.code !== 'workflow_step_failed' && error.code !== 'workflow_invalid') return error;
  return new RectoError(error.code, `Step “${step.id}” of “${workflow.id}” failed: ${error.message}`, {
    cause: thrown,
    ...(error.errors && { errors: error.errors }),
  });
}
