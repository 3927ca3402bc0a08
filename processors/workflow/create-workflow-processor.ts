import { checkWorkflow } from './check-workflow.ts';
import { invalid, parseWorkflow } from './parse-workflow.ts';
import { findDataErrors, isSchemaId, normalizeSchemaId } from '#schemas/blob.ts';
import type { FieldError } from '#schemas/errors.ts';
import { runWorkflow, type WorkflowFunctions } from './run-workflow.ts';
import type { Workflow } from './workflow.ts';
import type { Processor, ProcessorManifest } from '../contract/processor.ts';

/**
 * A processor that is a workflow. The YAML is read and checked at the first run, since importing a module does no work;
 * a registration checks it before, with `checkWorkflow`.
 * @param workflow the workflow, or its YAML
 * @param functions what its `function` steps name
 * @param inputErrors what schemas that don't ship say of the blob, by their ids: here are no validators for them
 */
export function createWorkflowProcessor(
  manifest: ProcessorManifest,
  workflow: Workflow | string,
  functions: WorkflowFunctions = {},
  inputErrors: Readonly<Record<string, FieldError[]>> = {},
): Processor {
  let checked: Workflow | null = null;
  return {
    manifest,
    async run(context) {
      checked ??= readChecked(manifest, workflow, functions, inputErrors);
      return runWorkflow(checked, functions, context, (schemaId, data) => judged(inputErrors, schemaId) ?? findDataErrors(schemaId, data));
    },
  };
}

/** @throws RectoError workflow_invalid */
function readChecked(manifest: ProcessorManifest, source: Workflow | string, functions: WorkflowFunctions, inputErrors: Readonly<Record<string, FieldError[]>>): Workflow {
  const workflow = typeof source === 'string' ? parseWorkflow(source) : source;
  const output = normalizeSchemaId(manifest.output_schema_id);
  const isSchema = (id: string): boolean => isSchemaId(id) || id === output || judged(inputErrors, id) !== undefined;
  const errors = checkWorkflow(workflow, { functions: Object.keys(functions), outputSchemaId: manifest.output_schema_id, isSchema });
  if (errors.length > 0) throw invalid(errors);
  return workflow;
}

function judged(inputErrors: Readonly<Record<string, FieldError[]>>, schemaId: string): FieldError[] | undefined {
  const id = normalizeSchemaId(schemaId);
  return Object.hasOwn(inputErrors, id) ? inputErrors[id] : undefined;
}
