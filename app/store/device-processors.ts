/**
 * The processors as this device registers them: what its orchestrator needs to know of each. None runs by itself
 * here; what the app writes is expanded when its author says so. (The processors themselves, with their thesaurus, are
 * loaded by their host alone.)
 */
import type { ProcessorManifest } from '#processors/contract/processor.ts';

export const TEXT_EXPANSION = 'text-expansion';
export const BOOK_COMPILER = 'book-compiler';
export const PITCH_BUILDER = 'pitch-builder';

export const DEVICE_MANIFESTS: readonly ProcessorManifest[] = [
  {
    id: TEXT_EXPANSION,
    name: 'Text expansion',
    description: 'Grows a terse draft into a full text, passage by passage.',
    input_schema_ids: ['text-input-v1', 'text-input-v2'],
    output_schema_id: 'expanded-text-v1',
    priority: 0,
    max_concurrency: 1,
    event_patterns: [],
    config_schema: {
      type: 'object',
      properties: { style: { type: 'string', enum: ['formal', 'casual', 'creative', 'technical'], description: 'Where none is chosen, the draft’s own.' } },
    },
  },
  {
    id: PITCH_BUILDER,
    name: 'Pitch builder',
    description: 'Makes a logline, a back cover, synopses, a query letter and keywords of a book.',
    input_schema_ids: ['book-v1'],
    output_schema_id: 'pitch-v1',
    priority: 0,
    max_concurrency: 1,
    event_patterns: [],
    config_schema: { type: 'object' },
  },
];
