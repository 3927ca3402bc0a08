import { analyzeStyle } from '../../ai-service/analyze-style.ts';
import type { AiService, ProcessorContext, Progress } from '../../contract/processor.ts';
import type { Blob } from '#schemas/blob.ts';

export function makeBlob(data: Record<string, unknown>, fields: Partial<Blob> = {}): Blob {
  return {
    id: 'blob_123',
    user_id: 'user_456',
    processor_id: 'user-input',
    schema_id: 'text-input-v1',
    data,
    tags: [],
    version: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    deleted: false,
    ...fields,
  };
}

/** ai-service with the real style analysis; its text is the original's sentences, each said twice. */
export const doublingAi: AiService = {
  hasModel: async () => true,
  async analyzeStyle(text) {
    return analyzeStyle(text);
  },
  async expand({ original }, { onText }) {
    onText?.(original);
    return { text: `${original} ${original}`, provider: 'test', model: 'none', temperature: 0, inputTokens: 1, outputTokens: 2, finishReason: 'stop' };
  },
  async write({ text }) {
    return { text: `${text} ${text}`, provider: 'test', model: 'none', temperature: 0, inputTokens: 1, outputTokens: 2, finishReason: 'stop' };
  },
};

/** A processor's context, with what it reported; time passes 5 ms at each look at the clock. */
export function makeContext(blob: Blob, overrides: Partial<ProcessorContext> = {}): ProcessorContext & { reported: Progress[] } {
  const reported: Progress[] = [];
  let time = 1_000;
  return {
    blob,
    config: {},
    signal: new AbortController().signal,
    reportProgress: (progress) => reported.push(progress),
    readBlob: async () => null,
    ai: doublingAi,
    now: () => (time += 5),
    reported,
    ...overrides,
  };
}
