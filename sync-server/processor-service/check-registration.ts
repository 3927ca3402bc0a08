import type { ProcessorManifest } from '#processors/contract/processor.ts';
import { matchesPattern } from '#processors/orchestrator/event-patterns.ts';
import { checkWorkflow } from '#processors/workflow/check-workflow.ts';
import { parseWorkflow } from '#processors/workflow/parse-workflow.ts';
import type { Workflow } from '#processors/workflow/workflow.ts';
import { WF_TEXT_EXPANSION } from '#processors/text-expansion/wf-text-expansion.ts';
import type { FieldError } from '#schemas/errors.ts';
import { parseSchemaId } from '../schema-service/schema-ids.ts';
import { joinPath, type ProcessorRegistration } from './read-registration.ts';

/** Workflows that a registration may name without bringing them. */
const KNOWN_WORKFLOWS: ReadonlyMap<string, string> = new Map([['wf-text-expansion', WF_TEXT_EXPANSION]]);

/** Its own workflow, or the known one that it names; null where workers elsewhere know what to do. */
export function resolveWorkflow({ workflow, workflow_id }: ProcessorRegistration): string | null {
  return workflow?.yaml ?? (workflow_id === null ? null : (KNOWN_WORKFLOWS.get(workflow_id) ?? null));
}

/** Whether this server can run it: what a `function` step calls comes with a worker. */
export function isRunnable({ steps }: Workflow): boolean {
  return steps.every(({ type }) => type !== 'function');
}

/** What a registration names that is not there, and events that never come. */
export function findRegistrationErrors(registration: ProcessorRegistration, hasSchema: (id: string) => boolean, shipped: ProcessorManifest | undefined): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, id] of registration.input_schema_ids.entries()) errors.push(...findSchemaErrors(id, `/input_schema_ids/${index}`, hasSchema));
  errors.push(...findSchemaErrors(registration.output_schema_id, '/output_schema_id', hasSchema));
  if (shipped && shipped.output_schema_id !== registration.output_schema_id) {
    errors.push({ path: '/output_schema_id', message: `must be “${shipped.output_schema_id}”: the app knows “${shipped.id}”, and reads what it makes` });
  }
  for (const [index, pattern] of registration.event_patterns.entries()) {
    const message = findPatternProblem(pattern, registration.input_schema_ids);
    if (message !== null) errors.push({ path: `/event_patterns/${index}`, message });
  }
  const workflow = resolveWorkflow(registration);
  if (workflow !== null) errors.push(...findWorkflowErrors(registration.workflow?.parsed ?? parseWorkflow(workflow), registration.output_schema_id, hasSchema));
  return errors;
}

function findSchemaErrors(id: string, path: string, hasSchema: (id: string) => boolean): FieldError[] {
  if (parseSchemaId(id)?.version !== undefined) return [{ path, message: `“${id}” names one version: name the major, as blobs do` }];
  return hasSchema(id) ? [] : [{ path, message: `there is no schema “${id}”: register it first, or send it along` }];
}

/** As in NATS: `*` is one token, `>` the rest; only events that make jobs. */
function findPatternProblem(pattern: string, inputs: readonly string[]): string | null {
  const tokens = pattern.split('.');
  if (tokens.some((token, index) => !/^([a-z0-9_-]+|\*|>)$/.test(token) || (token === '>' && index < tokens.length - 1))) {
    return 'must be words joined by dots, such as “blob.created.text-input-v1”; “*” stands for one word, “>” at the end for the rest';
  }
  const matches = ['blob.created', 'blob.updated'].some((type) => inputs.some((input) => matchesPattern(pattern, `${type}.${input}`)));
  return matches ? null : 'is never the event of a blob that the processor reads: those are “blob.created.<schema>” and “blob.updated.<schema>”';
}

/** As far as it can be checked: what functions a worker brings is the worker's to know. */
function findWorkflowErrors(workflow: Workflow, outputSchemaId: string, hasSchema: (id: string) => boolean): FieldError[] {
  const functions = workflow.steps.flatMap((step) => (step.type === 'function' ? [step.function] : []));
  return checkWorkflow(workflow, { functions, outputSchemaId, isSchema: hasSchema }).map((error) => ({ ...error, path: joinPath('/workflow', error.path) }));
}
