/** Processors that behave in every way a host has to cope with. */
import { RectoError } from '#schemas/errors.ts';
import type { Processor, ProcessorContext, ProcessorOutput } from '../../contract/processor.ts';

function processor(id: string, run: (context: ProcessorContext) => Promise<ProcessorOutput>): Processor {
  return {
    manifest: { id, name: id, description: '', input_schema_ids: [], output_schema_id: 'note-v1', priority: 0, max_concurrency: 1, event_patterns: [], config_schema: {} },
    run,
  };
}

const note = (content: string): ProcessorOutput => ({ schema_id: 'note-v1', data: { content } });

const never = (): Promise<never> => new Promise(() => {});

export const ACCEPTANCE_PROCESSORS: readonly Processor[] = [
  processor('echo', async ({ blob, config, reportProgress }) => {
    reportProgress({ done: 1, total: 2, message: 'half', partial: { passage: 0, text: 'so far' } });
    reportProgress({ done: 2, total: 2 });
    return { schema_id: 'note-v1', data: { content: JSON.stringify({ data: blob.data, config }) }, tags: ['echoed'] };
  }),
  processor('meddler', async ({ blob }) => {
    blob.data['content'] = 'changed';
    return note('done');
  }),
  processor('reader', async ({ config, readBlob }) => {
    const ids = config['ids'] as string[];
    const blobs = await Promise.all(ids.map(readBlob));
    return note(blobs.map((blob) => (blob ? String(blob.data['content']) : '-')).join('|'));
  }),
  processor('refuser', async () => {
    throw new RectoError('provider_rate_limited', 'Busy.', { retryAfterMs: 4_000, errors: [{ path: '/a', message: 'is wrong' }] });
  }),
  processor('thrower', async () => {
    throw new TypeError('a bug');
  }),
  processor('waiter', async ({ reportProgress }) => {
    reportProgress({ done: 0, total: 0 });
    return never();
  }),
  /** Stops when it is told to, and says so to a blob that the test watches. */
  processor('listener', async ({ signal, readBlob, reportProgress }) => {
    reportProgress({ done: 0, total: 0 });
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await readBlob('aborted');
    return note('too late');
  }),
  processor('looper', async ({ reportProgress }) => {
    reportProgress({ done: 0, total: 0 });
    // The report has to leave the thread before it is taken for good.
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (;;);
  }),
  processor('crasher', async () => {
    setTimeout(() => {
      throw new Error('crash on purpose');
    }, 0);
    return never();
  }),
  /** Says itself that it can't go on: a second run in the same thread finds it broken. */
  processor('breaker', async () => {
    const scope = globalThis as { broken?: true };
    if (scope.broken) return note('broken');
    scope.broken = true;
    throw new RectoError('processor_crashed', 'Out of memory.');
  }),
  processor('binder', async ({ config }) => {
    const size = Number(config['size']);
    const whole = new Uint8Array(size + 8).map((_, index) => index % 251);
    // A view on a part of its buffer: the rest must not come along.
    return { ...note('bound'), file: { name: 'book.epub', mediaType: 'application/epub+zip', bytes: whole.subarray(8) } };
  }),
  processor('smuggler', async () => ({ schema_id: 'note-v1', data: { content: 'x', run: () => {} } })),
  processor('writer', async ({ blob, ai, signal }) => note((await ai.expand({ original: String(blob.data['content']) }, { signal })).text)),
  /** Writes its passages in turn. */
  processor('chapter-writer', async ({ config, ai, signal }) => {
    const texts: string[] = [];
    for (const original of config['passages'] as string[]) texts.push((await ai.expand({ original }, { signal })).text);
    return note(texts.join('|'));
  }),
  processor('summer', async ({ blob, ai, signal }) => note((await ai.hasModel()) ? (await ai.write({ instruction: 'Sum up.', text: String(blob.data['content']) }, { signal })).text : 'no model')),
];
