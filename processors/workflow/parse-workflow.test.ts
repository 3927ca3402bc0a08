import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { WF_TEXT_EXPANSION } from '../text-expansion/wf-text-expansion.ts';
import { checkWorkflow } from './check-workflow.ts';
import { parseWorkflow } from './parse-workflow.ts';
import { runWorkflow } from './run-workflow.ts';
import type { Workflow, WorkflowStep } from './workflow.ts';
import { makeBlob, makeContext } from './test-support/make-context.ts';

const lines = WF_TEXT_EXPANSION.split('\n');

/** The seed's workflow with lines taken out, doubled, swapped, or something else in their place. */
const damaged = fc
  .array(fc.tuple(fc.nat(lines.length - 1), fc.oneof(fc.constantFrom('', null, '    - x: [', '  id: a', 'steps:', '      style: "$.nope"', '&a *a', '__proto__: 1'), fc.string())), { minLength: 1, maxLength: 6 })
  .map((changes) => {
    const copy = [...lines];
    for (const [at, line] of changes) copy[at] = line ?? copy[(at * 7) % copy.length]!;
    return copy.join('\n');
  });

async function failsWithCodes(run: () => unknown): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    return error instanceof RectoError;
  }
}

it('any text is a workflow, or says what is wrong with it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: damaged }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) }), async (yaml) => {
      expect(await failsWithCodes(() => checkWorkflow(parseWorkflow(yaml), { functions: [] }))).toBe(true);
    }),
    { numRuns: 400, verbose: 1 },
  );
});

const value = fc.oneof(fc.constantFrom('$.data.content', '$.data', '$.blob.id', '$.kept', '$.kept.deep', 'len($.data.content)', '$.style_analysis', '1 / 0', '$.data.content.upper()', 'plain'), fc.string(), fc.jsonValue());
const map = fc.dictionary(fc.constantFrom('text', 'original', 'style', 'context', 'content', 'any'), value);
const outputs = fc.dictionary(fc.constantFrom('style', 'expanded', 'model', 'none'), fc.constantFrom('$.kept', '$.kept.deep', '$.data', 'nonsense', '$.__proto__.x'));
const step: fc.Arbitrary<WorkflowStep> = fc.oneof(
  fc.record({ id: fc.string(), type: fc.constant('computation' as const), operations: fc.array(fc.record({ name: fc.constantFrom('kept', 'other', '__proto__', 'data'), expression: value.map(String) })) }),
  fc.record({ id: fc.string(), type: fc.constant('api-call' as const), service: fc.constant('ai-service'), endpoint: fc.constantFrom('/analyze/style', '/generate/expand', '/none'), input_map: map, output_map: outputs }),
  fc.record({ id: fc.string(), type: fc.constant('schema-validation' as const), schema_id: fc.constantFrom('text-input-v1', 'none') }),
);

it('any workflow, checked or not, makes its blob or fails with a code', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 3 }), map, (steps, data_map) =>
      failsWithCodes(async () => {
        const workflow: Workflow = { id: 'w', name: 'w', steps: [...steps, { id: 'out', type: 'state-update', operation: 'create-blob', schema_id: 'note-v1', data_map }] };
        await runWorkflow(workflow, {}, makeContext(makeBlob({ content: 'The ship sailed into the storm.' })));
        made++;
      }),
    ),
    { numRuns: 800, verbose: 1 },
  );
  expect(made).toBeGreaterThan(50);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});
