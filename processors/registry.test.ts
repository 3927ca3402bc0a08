import { describe, expect, it } from 'vitest';
import { findDataErrors, isSchemaId, normalizeSchemaId } from '#schemas/blob.ts';
import { createInProcessRunner } from './hosts/in-process.ts';
import { makeBench, writeDraft } from './orchestrator/test-support/bench-ports.ts';
import { MANIFESTS, PROCESSORS } from './registry.ts';

describe('the processors that ship', () => {
  it('have names of their own', () => {
    expect(new Set(MANIFESTS.map(({ id }) => id)).size).toBe(MANIFESTS.length);
    expect(MANIFESTS.map(({ id }) => id)).toEqual(expect.arrayContaining(['text-expansion', 'book-compiler']));
  });

  it.each(MANIFESTS.map((manifest) => [manifest.id, manifest] as const))('%s reads and makes what has a schema, and listens to what it reads', (_id, manifest) => {
    const known = [...manifest.input_schema_ids, manifest.output_schema_id].map(normalizeSchemaId);
    expect(known.filter((id) => !isSchemaId(id))).toEqual([]);
    for (const pattern of manifest.event_patterns) expect(pattern).toMatch(/^blob\.(created|updated|\*)\.[a-z0-9-]+$/);
    expect(manifest.max_concurrency).toBeGreaterThan(0);
  });
});

it('the seed’s event makes a derived blob that the seed’s output schema accepts', async () => {
  const runner = createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) });
  const bench = makeBench({ runner, manifests: () => MANIFESTS });
  bench.orchestrator.start();
  await bench.orchestrator.handleEvent(
    writeDraft(bench, 'blob_123', 1, { data: { content: 'The ship sailed into the storm.', metadata: { type: 'chapter', book_id: 'my-novel' } } }),
  );
  await bench.orchestrator.idle();
  expect(bench.jobs.all()).toMatchObject([{ processor_id: 'text-expansion', state: 'done' }]);
  const [derived] = bench.blobs.all().filter(({ parent_id }) => parent_id === 'blob_123');
  expect(derived).toMatchObject({ schema_id: 'expanded-text-v1', processor_id: 'text-expansion', data: { original: 'The ship sailed into the storm.' } });
  expect(findDataErrors('expanded-text-v1', derived!.data)).toEqual([]);
  await runner.dispose();
});
