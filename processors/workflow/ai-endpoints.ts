import { RectoError } from '#schemas/errors.ts';
import { toWireAnswer } from '../ai-service/wire-answer.ts';
import type { ExpandRequest, ProcessorContext, WritingStyle } from '../contract/processor.ts';
import { isRecord } from './expression-values.ts';

/** An endpoint of ai-service, as a workflow's `api-call` names it. */
export interface AiEndpoint {
  inputs: readonly string[];
  outputs: readonly string[];
  call(input: Record<string, unknown>, context: ProcessorContext): Promise<Record<string, unknown>>;
}

const STYLES: readonly string[] = ['formal', 'casual', 'creative', 'technical'] satisfies WritingStyle[];

export const AI_ENDPOINTS: ReadonlyMap<string, AiEndpoint> = new Map<string, AiEndpoint>([
  [
    '/analyze/style',
    {
      inputs: ['text'],
      outputs: ['style'],
      async call(input, { ai }) {
        return { style: await ai.analyzeStyle(requireText(input, 'text')) };
      },
    },
  ],
  [
    '/generate/expand',
    {
      inputs: ['original', 'style', 'context'],
      outputs: ['expanded', 'provider', 'model', 'temperature', 'input_tokens', 'output_tokens', 'finish_reason', 'used_details'],
      async call(input, context) {
        const result = await context.ai.expand(toExpandRequest(input, context.config), {
          signal: context.signal,
          onText: (text) => context.reportProgress({ done: 0, total: 1, partial: { passage: 0, text } }),
        });
        return {
          expanded: result.text,
          ...toWireAnswer(result),
          ...(result.usedDetails && { used_details: result.usedDetails }),
        };
      },
    },
  ],
]);

function requireText(input: Record<string, unknown>, name: string): string {
  const value = input[name];
  if (typeof value === 'string') return value;
  throw new RectoError('workflow_step_failed', `“${name}” must be text.`);
}

/** The wishes of a job's config, and over them those of the workflow's `context`. */
export function toExpandRequest(input: Record<string, unknown>, config: Record<string, unknown>): ExpandRequest {
  const { style } = input;
  if (style !== undefined && style !== null && !(typeof style === 'string' && STYLES.includes(style))) {
    throw new RectoError('workflow_step_failed', `“style” must be one of ${STYLES.join(', ')}.`);
  }
  const wishes = { ...config, ...(isRecord(input['context']) && input['context']) };
  const text = (name: string): string | undefined => (typeof wishes[name] === 'string' ? wishes[name] : undefined);
  const { seed, used_details: usedDetails } = wishes;
  return dropUndefined({
    original: requireText(input, 'original'),
    style: typeof style === 'string' ? (style as WritingStyle) : undefined,
    before: text('before'),
    after: text('after'),
    styleNotes: text('style_notes'),
    instruction: text('instruction'),
    language: text('language'),
    usedDetails: Array.isArray(usedDetails) ? usedDetails.filter((id) => typeof id === 'string') : undefined,
    seed: typeof seed === 'number' && Number.isSafeInteger(seed) ? seed : undefined,
  });
}

/** Optional members are absent, never undefined. */
function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
