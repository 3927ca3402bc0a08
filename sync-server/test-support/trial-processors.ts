/** Processors that go wrong in every way that their draft names, for tests of the server around them. */
import { existsSync } from 'node:fs';
import type { Processor } from '#processors/contract/processor.ts';

const BEHAVIOURS: Record<string, (rest: string) => unknown> = {
  throw: () => {
    throw new Error('Out of ideas.');
  },
  hang: () => {
    for (;;);
  },
  leak: () => {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 1_000_000 }, (_, index) => index));
  },
  /** A thread that does this takes its whole process with it. */
  giant: () => String(Array<number>(1e9).fill(0).length),
  nest: () => String(JSON.parse(`[${'[],'.repeat(30_000_000)}[]]`)),
  /** No heap is in the way of these. */
  buffers: () => {
    const kept: Uint8Array[] = [];
    for (;;) kept.push(new Uint8Array(10_000_000).fill(1));
  },
  exit: () => process.exit(3),
  huge: () => 'x'.repeat(200_000_000),
  names: () => ({ ['x'.repeat(200_000_000)]: '' }),
  /** When nothing awaits it any more, with all that it was given in its message. */
  late: (text) => {
    setTimeout(() => {
      throw new Error(`Out of ideas for:\n    at ${text}\n${text}`);
    }, 0);
    return new Promise(() => {});
  },
  /** Until a file is there. */
  poison: (file) => {
    if (!existsSync(file)) throw new Error('The recipe is wrong.');
    return 'mended';
  },
};

export const TRIAL: Processor = {
  manifest: {
    id: 'trial',
    name: 'Trial',
    description: 'Does what its draft says.',
    input_schema_ids: ['text-input-v1'],
    output_schema_id: 'note-v1',
    priority: 0,
    max_concurrency: 4,
    event_patterns: ['blob.created.text-input-v1', 'blob.updated.text-input-v1'],
    config_schema: { type: 'object', additionalProperties: false },
  },
  run: async ({ blob }) => {
    const [word = '', ...rest] = String(blob.data['content']).split(' ');
    const behave = BEHAVIOURS[word];
    return { schema_id: 'note-v1', data: { content: behave ? await behave(rest.join(' ')) : 'done' } };
  },
};

/** Makes of each note the next one. */
export const ECHO: Processor = {
  manifest: { ...TRIAL.manifest, id: 'echo', name: 'Echo', input_schema_ids: ['note-v1'], event_patterns: ['blob.created.note-v1'] },
  run: async ({ blob }) => ({ schema_id: 'note-v1', data: { content: `${String(blob.data['content'])}.` } }),
};
