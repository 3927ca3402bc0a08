/** A workflow in the seed's language: what its YAML says, checked for its shape. */
export interface Workflow {
  id: string;
  name: string;
  steps: readonly WorkflowStep[];
}

interface StepBase {
  id: string;
  /** What is being done, for a person. */
  name?: string;
  /** A step that shows no progress for so many milliseconds has failed. */
  timeout_ms?: number;
}

/** Values by name; a text that is an expression is computed, anything else stands for itself. May be nested. */
export type ValueMap = Readonly<Record<string, unknown>>;

interface SchemaValidationStep extends StepBase {
  type: 'schema-validation';
  schema_id: string;
}

interface ApiCallStep extends StepBase {
  type: 'api-call';
  service: string;
  endpoint: string;
  input_map: ValueMap;
  /** From a field of the answer to the path where it is kept: `expanded: "$.expanded_text"`. */
  output_map: Readonly<Record<string, string>>;
}

interface FunctionStep extends StepBase {
  type: 'function';
  function: string;
  input_map: ValueMap;
  output_map: Readonly<Record<string, string>>;
}

interface ComputationStep extends StepBase {
  type: 'computation';
  /** In order; each is kept at `$.<name>`. */
  operations: readonly { name: string; expression: string }[];
}

interface StateUpdateStep extends StepBase {
  type: 'state-update';
  operation: 'create-blob';
  schema_id: string;
  data_map: ValueMap;
}

export type WorkflowStep = SchemaValidationStep | ApiCallStep | FunctionStep | ComputationStep | StateUpdateStep;

/** Names that every workflow finds under `$`. */
export const GIVEN_ROOTS = ['data', 'blob', 'config', 'execution_time'] as const;
