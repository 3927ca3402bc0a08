import type { ProcessorManifest } from '#processors/contract/processor.ts';
import { wantsEvent } from '#processors/orchestrator/event-patterns.ts';
import { normalizeSchemaId } from '#schemas/blob.ts';

/** Whether what `maker` makes, a new blob each time, is taken up by `reader` without anyone's hand. */
function feeds(maker: ProcessorManifest, reader: ProcessorManifest): boolean {
  const schema_id = normalizeSchemaId(maker.output_schema_id);
  return wantsEvent(reader, { type: 'blob.created', blob_id: '', user_id: '', schema_id, processor_id: maker.id, version: 1 });
}

/**
 * The ids of processors that would feed one another without end, from `start` back to `start`, the shortest way; null where there is none.
 */
export function findCycle(start: ProcessorManifest, manifests: readonly ProcessorManifest[]): string[] | null {
  const all = [start, ...manifests.filter(({ id }) => id !== start.id)];
  const seen = new Set<string>();
  let ways: { last: ProcessorManifest; ids: string[] }[] = [{ last: start, ids: [start.id] }];
  while (ways.length > 0) {
    const longer: typeof ways = [];
    for (const { last, ids } of ways) {
      for (const next of all.filter((reader) => feeds(last, reader))) {
        if (next.id === start.id) return [...ids, start.id];
        if (seen.has(next.id)) continue;
        seen.add(next.id);
        longer.push({ last: next, ids: [...ids, next.id] });
      }
    }
    ways = longer;
  }
  return null;
}
