/** Grows a terse draft into a full chapter, passage by passage. */
import { findDataErrors, isBlobOf } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { ExpandedTextV1 } from '#schemas/generated/types.ts';
import type { Processor, ProcessorContext, ProcessorManifest } from '../contract/processor.ts';
import { createWorkflowProcessor } from '../workflow/create-workflow-processor.ts';
import type { WorkflowFunction } from '../workflow/run-workflow.ts';
import { EXPANSION_CONFIG_SCHEMA, isWritingStyle, readExpansionConfig } from './expansion-config.ts';
import { growPassages } from './grow-passages.ts';
import { planPassages, type PlanItem } from './plan-passages.ts';
import { WF_TEXT_EXPANSION_PASSAGES } from './wf-text-expansion-passages.ts';

const MANIFEST: ProcessorManifest = {
  id: 'text-expansion',
  name: 'Text Expansion Processor',
  description: 'Grows a draft into a full text, passage by passage. What the author wrote or kept stays as it is.',
  input_schema_ids: ['text-input-v1', 'text-input-v2'],
  output_schema_id: 'expanded-text-v1',
  workflow_id: 'wf-text-expansion-passages',
  priority: 10,
  max_concurrency: 2,
  event_patterns: ['blob.created.text-input-v1', 'blob.updated.text-input-v1'],
  config_schema: EXPANSION_CONFIG_SCHEMA,
};

interface Plan {
  items: PlanItem[];
  /** Details that the expansion this one carries on has used. */
  used: string[];
}

/** @throws RectoError input_invalid: not of its schema, nothing written yet, or based on an expansion that is gone */
const plan: WorkflowFunction = async ({ content }, context) => {
  const errors = findDataErrors(context.blob.schema_id, context.blob.data);
  if (errors.length > 0) throw new RectoError('input_invalid', `This text does not fit ${context.blob.schema_id}.`, { errors });
  if (typeof content !== 'string' || content.trim() === '') throw new RectoError('input_invalid', 'There is nothing to expand yet: write a line, then expand it.');
  const config = readExpansionConfig(context.config);
  const base = config.basedOn === undefined ? null : await readBase(config.basedOn, context);
  const made: Plan = { items: planPassages(content, base, config), used: readDetails(base) };
  return { plan: made };
};

async function readBase(id: string, context: ProcessorContext): Promise<ExpandedTextV1> {
  const blob = await context.readBlob(id);
  if (!blob || blob.deleted || !isBlobOf(blob, 'expanded-text-v1')) {
    throw new RectoError('input_invalid', 'The expansion that this one goes on from is gone. Open the chapter again and expand it anew.');
  }
  return blob.data;
}

function readDetails(base: ExpandedTextV1 | null): string[] {
  const used = base?.metadata?.['used_details'];
  return Array.isArray(used) ? used.filter((id) => typeof id === 'string') : [];
}

const grow: WorkflowFunction = async ({ plan: made, style }, context) => {
  // What plan-passages returned, handed on by the workflow as it was.
  const { items, used } = made as Plan;
  const growth = await growPassages(items, isWritingStyle(style) ? style : 'creative', readExpansionConfig(context.config), used, context);
  return { growth };
};

export const textExpansion: Processor = createWorkflowProcessor(MANIFEST, WF_TEXT_EXPANSION_PASSAGES, { 'plan-passages': plan, 'grow-passages': grow });
