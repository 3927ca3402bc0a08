import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import { WF_TEXT_EXPANSION } from '../text-expansion/wf-text-expansion.ts';
import { checkWorkflow } from './check-workflow.ts';
import { parseWorkflow } from './parse-workflow.ts';
import { runWorkflow } from './run-workflow.ts';
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

it('any text is a workflow, or says what is wrong with it; and one that passes its check runs or fails with a code', async () => {
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: damaged }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) }), async (yaml) => {
      try {
        const workflow = parseWorkflow(yaml);
        if (checkWorkflow(workflow, { functions: [] }).length > 0) return true;
        ran++;
        await runWorkflow(workflow, {}, makeContext(makeBlob({ content: 'The ship sailed into the storm.' })));
        return true;
      } catch (error) {
        return error instanceof RectoError;
      }
    }),
    { numRuns: 600, verbose: 1 },
  );
  expect(ran).toBeGreaterThan(5);
});
