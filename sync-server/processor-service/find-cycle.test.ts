import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProcessorManifest } from '#processors/contract/processor.ts';
import { wantsEvent } from '#processors/orchestrator/event-patterns.ts';
import { findCycle } from './find-cycle.ts';

const schema = fc.nat(5).map((number) => `schema-${'abcdef'[number]!}-v1`);
const pattern = fc.oneof(fc.constantFrom('blob.created.*', 'blob.>', 'blob.updated.*', 'blob.*.a-v1'), schema.map((id) => `blob.created.${id.slice(7)}`));
const manifest = (id: string): fc.Arbitrary<ProcessorManifest> =>
  fc.record({ input_schema_ids: fc.array(schema, { minLength: 1, maxLength: 2 }), output_schema_id: schema, event_patterns: fc.array(pattern, { maxLength: 2 }) })
    .map((fields) => ({ id, name: id, description: '', priority: 0, max_concurrency: 1, config_schema: {}, ...fields }));

it('finds a circle where a blob that the first makes comes back to it, and only there; the way it names is one', () => {
  let circles = 0;
  fc.assert(
    fc.property(fc.tuple(...['p0', 'p1', 'p2', 'p3', 'p4', 'p5'].map(manifest)), (manifests) => {
      const [first] = manifests as [ProcessorManifest];
      const feeds = (maker: ProcessorManifest, reader: ProcessorManifest): boolean =>
        wantsEvent(reader, { type: 'blob.created', blob_id: 'b', user_id: 'u', schema_id: maker.output_schema_id.slice(7), processor_id: maker.id, version: 1 });
      // What a flood of blobs from the first would reach.
      const reached = new Set<string>();
      for (let wave = [first]; wave.length > 0; ) {
        const next = manifests.filter((reader) => !reached.has(reader.id) && wave.some((maker) => feeds(maker, reader)));
        for (const { id } of next) reached.add(id);
        wave = next;
      }
      const cycle = findCycle(first, manifests);
      expect(cycle !== null).toBe(reached.has(first.id));
      if (cycle === null) return;
      circles += 1;
      const way = cycle.map((id) => manifests.find((candidate) => candidate.id === id)!);
      expect([way[0], way.at(-1)]).toEqual([first, first]);
      expect(way.slice(1).every((reader, index) => feeds(way[index]!, reader))).toBe(true);
    }),
    { numRuns: 1_000, verbose: 1 },
  );
  expect(circles).toBeGreaterThan(50);
});
