import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { findDataErrors } from '#schemas/blob.ts';
import type { ProcessorManifest } from '../contract/processor.ts';
import { WF_TEXT_EXPANSION } from '../text-expansion/wf-text-expansion.ts';
import { checkWorkflow } from './check-workflow.ts';
import { createWorkflowProcessor } from './create-workflow-processor.ts';
import { parseWorkflow } from './parse-workflow.ts';
import type { WorkflowFunctions } from './run-workflow.ts';
import { doublingAi, makeBlob, makeContext } from './test-support/make-context.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

const registration = (parse(read('./fixtures/seed-registration.yaml')) as { processor: Record<string, unknown> }).processor;
const manifest: ProcessorManifest = {
  description: '',
  priority: 0,
  max_concurrency: 1,
  config_schema: {},
  input_schema_ids: [String(registration['input_schema_id'])],
  ...(registration as { id: string; name: string; output_schema_id: string; event_patterns: string[] }),
};
const seedData = { content: 'The ship sailed into the storm.', metadata: { type: 'chapter', book_id: 'my-novel' } };

afterEach(() => {
  vi.useRealTimers();
});

describe('the seed’s wf-text-expansion', () => {
  it('is bundled as its file says', () => {
    expect(WF_TEXT_EXPANSION).toBe(read('../text-expansion/wf-text-expansion.yaml'));
  });

  it('can be registered', () => {
    expect(checkWorkflow(parseWorkflow(WF_TEXT_EXPANSION), { functions: [], outputSchemaId: manifest.output_schema_id })).toEqual([]);
  });

  it('runs as written and makes what the seed’s output schema asks for', async () => {
    const context = makeContext(makeBlob(seedData));
    const output = await createWorkflowProcessor(manifest, WF_TEXT_EXPANSION).run(context);
    expect(output.schema_id).toBe('expanded-text-v1');
    expect(findDataErrors('expanded-text-v1', output.data)).toEqual([]);
    expect(output.data).toMatchObject({
      original: seedData.content,
      expanded: `${seedData.content} ${seedData.content}`,
      expansion_ratio: 63 / 31,
      metadata: { model: 'gpt-4', temperature: 0.7 },
      style_analysis: { detected_style: 'creative' },
    });
    const { metadata } = output.data as { metadata: { processing_time_ms: number } };
    expect(metadata.processing_time_ms).toBeGreaterThan(0);
    expect(Number.isInteger(metadata.processing_time_ms)).toBe(true);
    expect(context.reported.map(({ message }) => message)).toContain('expand-text');
  });

  it('asks for the author’s style before the detected one', async () => {
    const asked: (string | undefined)[] = [];
    const ai = { ...doublingAi, expand: (...call: Parameters<typeof doublingAi.expand>) => (asked.push(call[0].style), doublingAi.expand(...call)) };
    const processor = createWorkflowProcessor(manifest, WF_TEXT_EXPANSION);
    await processor.run(makeContext(makeBlob({ ...seedData, style: 'technical' }), { ai }));
    await processor.run(makeContext(makeBlob(seedData), { ai }));
    expect(asked).toEqual(['technical', 'creative']);
  });

  it('refuses a text that its input schema refuses, with each path', async () => {
    const run = createWorkflowProcessor(manifest, WF_TEXT_EXPANSION).run(makeContext(makeBlob({ content: 'Too short' })));
    await expect(run).rejects.toMatchObject({ code: 'input_invalid', errors: [{ path: '/content' }] });
  });
});

const noteManifest: ProcessorManifest = { ...manifest, output_schema_id: 'note-v1' };

function makeNote(steps: string, functions: WorkflowFunctions = {}) {
  const yaml = `id: wf-note\nsteps:\n${steps}\n  - {id: out, type: state-update, operation: create-blob, schema_id: note-v1, data_map: {content: "$.text"}}\n`;
  return createWorkflowProcessor(noteManifest, yaml, functions);
}

describe('a workflow', () => {
  it('calls the processor’s functions with what the maps say', async () => {
    const processor = makeNote(
      '  - {id: shout, type: function, function: shout, input_map: {words: "$.data.content.split()", deep: {kind: loud, list: ["$.config.mark"]}}, output_map: {said: "$.text"}}',
      { shout: (input) => ({ said: JSON.stringify(input) }) },
    );
    const { data } = await processor.run(makeContext(makeBlob({ content: 'so it is' }), { config: { mark: '!' } }));
    expect(data).toEqual({ content: '{"words":["so","it","is"],"deep":{"kind":"loud","list":["!"]}}' });
  });

  it('names the step and the expression that failed', async () => {
    const processor = makeNote('  - {id: ratio, type: computation, operations: [{text: "1 / len($.data.content)"}]}');
    await expect(processor.run(makeContext(makeBlob({ content: '' })))).rejects.toMatchObject({
      code: 'workflow_step_failed',
      message: 'Step “ratio” of “wf-note” failed: “1 / len($.data.content)” can’t be computed: it divides by zero.',
    });
  });

  it('keeps the code of what a service says, so that it is retried or not as that asks', async () => {
    const { RectoError } = await import('#schemas/errors.ts');
    const processor = makeNote('  - {id: f, type: function, function: f, output_map: {text: "$.text"}}', {
      f: () => {
        throw new RectoError('provider_rate_limited', 'Busy.', { retryAfterMs: 7 });
      },
    });
    await expect(processor.run(makeContext(makeBlob({})))).rejects.toMatchObject({ code: 'provider_rate_limited', retryAfterMs: 7 });
  });

  it('stops a step that shows nothing for its time, and lets one go on that does', async () => {
    vi.useFakeTimers();
    const silent = makeNote('  - {id: f, type: function, function: f, timeout_ms: 1000, output_map: {text: "$.text"}}', { f: () => new Promise(() => {}) });
    await Promise.all([
      expect(silent.run(makeContext(makeBlob({})))).rejects.toMatchObject({ code: 'processor_timeout', message: expect.stringContaining('“f”') as string }),
      vi.advanceTimersByTimeAsync(1_000),
    ]);
    const busy = makeNote('  - {id: f, type: function, function: f, timeout_ms: 1000, output_map: {text: "$.text"}}', {
      async f(_input, { reportProgress }) {
        for (let done = 0; done < 12; done++) {
          await new Promise((resolve) => setTimeout(resolve, 900));
          reportProgress({ done, total: 12 });
        }
        return { text: 'in the end' };
      },
    });
    const finished = busy.run(makeContext(makeBlob({})));
    await vi.advanceTimersByTimeAsync(12 * 900);
    expect((await finished).data).toEqual({ content: 'in the end' });
  });

  it('ends when all its steps together do too much, and makes nothing that no one could store', async () => {
    const busy = Array.from({ length: 150 }, (_, at) => `  - {id: s${at}, type: computation, operations: [{text: "str(len($.data.content))"}]}`).join('\n');
    const long = makeContext(makeBlob({ content: 'word '.repeat(900_000) }));
    await expect(makeNote(busy).run(long)).rejects.toMatchObject({ code: 'workflow_step_failed', message: expect.stringMatching(/Step “s\d+”.*takes too long/) as string });
    // Each list is within its own limit, and all are kept: together they would fill the thread.
    const lists = Array.from({ length: 150 }, (_, at) => `  - {id: s${at}, type: computation, operations: [{l${at}: "$.data.content.split()"}, {text: "'made'"}]}`).join('\n');
    await expect(makeNote(lists).run(makeContext(makeBlob({ content: 'w '.repeat(400_000) })))).rejects.toMatchObject({ code: 'workflow_step_failed', message: expect.stringContaining('takes too long') as string });
    const parts = Array.from({ length: 20 }, (_, at) => `p${at}: "$.data.content"`).join(', ');
    const yaml = `id: w\nsteps:\n  - {id: out, type: state-update, operation: create-blob, schema_id: note-v1, data_map: {${parts}}}\n`;
    const flood = createWorkflowProcessor(noteManifest, yaml).run(makeContext(makeBlob({ content: 'x'.repeat(1_000_000) })));
    await expect(flood).rejects.toMatchObject({ code: 'workflow_step_failed', message: expect.stringMatching(/“out”.*more than 16000000 characters/) as string });
  });

  it('ends at once when it is cancelled, and tells the step', async () => {
    const controller = new AbortController();
    let told = false;
    const processor = makeNote('  - {id: f, type: function, function: f, output_map: {text: "$.text"}}', {
      f: (_input, { signal }) => {
        signal.addEventListener('abort', () => (told = true));
        controller.abort();
        return new Promise(() => {});
      },
    });
    await expect(processor.run(makeContext(makeBlob({}), { signal: controller.signal }))).rejects.toMatchObject({ code: 'cancelled' });
    expect(told).toBe(true);
  });
});

describe('a workflow that can’t run', () => {
  const home = { functions: ['known'], outputSchemaId: 'note-v1' };
  const out = '  - {id: out, type: state-update, operation: create-blob, schema_id: note-v1, data_map: {content: "$.data.content"}}\n';
  it.each([
    ['an unknown service', '  - {id: a, type: api-call, service: mail, endpoint: /send}\n', '/steps/0/service'],
    ['an unknown endpoint', '  - {id: a, type: api-call, service: ai-service, endpoint: /sing}\n', '/steps/0/endpoint'],
    ['an input that the endpoint has not', '  - {id: a, type: api-call, service: ai-service, endpoint: /analyze/style, input_map: {txt: a}}\n', '/steps/0/input_map/txt'],
    ['an answer that the endpoint has not', '  - {id: a, type: api-call, service: ai-service, endpoint: /analyze/style, output_map: {mood: "$.mood"}}\n', '/steps/0/output_map/mood'],
    ['an unknown function', '  - {id: a, type: function, function: unknown}\n', '/steps/0/function'],
    ['an unknown schema', '  - {id: a, type: schema-validation, schema_id: poem-v1}\n', '/steps/0/schema_id'],
    ['a value that no step makes', '  - {id: a, type: computation, operations: [{b: "len($.nothing)"}]}\n', '/steps/0/operations/b'],
    ['a value that only a later step makes', '  - {id: a, type: computation, operations: [{b: "$.c"}, {c: "1"}]}\n', '/steps/0/operations/b'],
    ['an expression that can’t be parsed', '  - {id: a, type: computation, operations: [{b: "len($.data"}]}\n', '/steps/0/operations/b'],
    ['a write to what is given', '  - {id: a, type: function, function: known, output_map: {x: "$.data.content"}}\n', '/steps/0/output_map/x'],
    ['an expression deep in a map', '  - {id: a, type: function, function: known, input_map: {x: [{y: "$.nope"}]}}\n', '/steps/0/input_map/x/0/y'],
  ])('%s', (_what, step, path) => {
    const errors = checkWorkflow(parseWorkflow(`id: w\nsteps:\n${step}${out}`), home);
    expect(errors.map((error) => error.path)).toEqual([path]);
  });

  it.each([
    ['no output', '  - {id: a, type: computation, operations: [{b: "1"}]}\n'],
    ['two outputs', out + out.replace('id: out', 'id: out2')],
    ['an output that is not the end', `${out}  - {id: a, type: computation, operations: [{b: "1"}]}\n`],
    ['an output of another schema than the processor’s', out.replace('note-v1', 'pitch-v1')],
  ])('%s', (_what, steps) => {
    expect(checkWorkflow(parseWorkflow(`id: w\nsteps:\n${steps}`), home)).toHaveLength(1);
  });

  it.each([
    ['an unknown type', 'id: w\nsteps: [{id: a, type: magic}]', '/steps/0/type'],
    ['no steps', 'id: w', '/steps'],
    ['a time that no timer can keep', 'id: w\nsteps: [{id: a, type: schema-validation, schema_id: x, timeout_ms: 3000000000}]', '/steps/0/timeout_ms'],
    ['two steps of one id', 'id: w\nsteps: [{id: a, type: schema-validation, schema_id: x}, {id: a, type: schema-validation, schema_id: x}]', '/steps/1/id'],
    ['broken YAML', 'id: [', '/'],
    ['no map', 'just words', '/'],
    ['nested without an end', `a: ${'['.repeat(40_000)}`, '/'],
    ['a text that is too long', `id: ${'w'.repeat(60_000)}`, '/'],
    ['aliases that grow', `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]`, '/'],
  ])('%s', (_what, yaml, path) => {
    expect(() => parseWorkflow(yaml)).toThrowError(expect.objectContaining({ code: 'workflow_invalid', errors: [expect.objectContaining({ path })] as unknown }));
  });
});
