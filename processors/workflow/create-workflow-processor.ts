import { checkWorkflow } from './check-workflow.ts';
import { invalid, parseWorkflow } from './parse-workflow.ts';
import { runWorkflow, type WorkflowFunctions } from './run-workflow.ts';
import type { Workflow } from './workflow.ts';
import type { Processor, ProcessorManifest } from '../contract/processor.ts';

/**
 * A processor that is a workflow. The YAML is read and checked at the first run, since importing a module does no work;
 * a registration checks it before, with `checkWorkflow`.
 * @param workflow the workflow, or its YAML
 * @param functions what its `function` steps name
 */
export function createWorkflowProcessor(manifest: ProcessorManifest, workflow: Workflow | string, functions: WorkflowFunctions = {}): Processor {
  let checked: Workflow | null = null;
  return {
    manifest,
    async run(context) {
      checked ??= readChecked(manifest, workflow, functions);
      return runWorkflow(checked, functions, context);
    },
  };
}

/** @throws RectoError workflow_invalid */
function readChecked(manifest: ProcessorManifest, source: Workflow | string, functions: WorkflowFunctions): Workflow {
  const workflow = typeof source === 'string' ? parseWorkflow(source) : source;
  const errors = checkWorkflow(workflow, { functions: Object.keys(functions), outputSchemaId: manifest.output_schema_id });
  if (errors.length > 0) throw invalid(errors);
  return workflow;
}
