/** A processor that does nothing, so that what is measured is what is around it. */
import type { Processor } from '#processors/contract/processor.ts';

export const NOTHING: Processor = {
  manifest: {
    id: 'nothing',
    name: 'Nothing',
    description: '',
    input_schema_ids: ['text-input-v1'],
    output_schema_id: 'note-v1',
    priority: 0,
    max_concurrency: 8,
    event_patterns: ['blob.created.text-input-v1'],
    config_schema: { type: 'object' },
  },
  run: async () => ({ schema_id: 'note-v1', data: { content: 'Nothing.' } }),
};
