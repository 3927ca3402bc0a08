import { describe, expect, it } from 'vitest';
import type { ImportInput } from '../contract/manuscript.ts';
import { createImportWorker } from './import-worker.ts';
import { startNodeWorker } from './test-support/node-worker.ts';

const script = new URL('./test-support/import-worker-thread.ts', import.meta.url);
const read = createImportWorker(() => startNodeWorker(script));

const file = (name: string, text: string): ImportInput => ({ kind: 'file', name, bytes: new TextEncoder().encode(text) });

describe('the import’s worker', () => {
  it('reads a manuscript, and tells how far it is', async () => {
    const progress: number[] = [];
    const book = await read(file('a.md', '# One\n\na\n\n# Two\n\nb'), { signal: new AbortController().signal, onProgress: ({ done }) => progress.push(done) });
    expect(book.chapters).toEqual([{ title: 'One', content: 'a' }, { title: 'Two', content: 'b' }]);
    expect(progress).toEqual([0, 1]);
  });

  it('hands errors over with their code and sentence', async () => {
    await expect(read({ kind: 'folder', name: 'Empty', files: [] }, { signal: new AbortController().signal, onProgress() {} })).rejects.toMatchObject({ code: 'import_no_book', message: expect.stringContaining('“Empty”') });
  });

  it('ends at once when it is cancelled, and its thread with it', async () => {
    const abort = new AbortController();
    let ended = false;
    const watched = createImportWorker(() => {
      const worker = startNodeWorker(script);
      const terminate = worker.terminate.bind(worker);
      worker.terminate = () => {
        ended = true;
        terminate();
      };
      return worker;
    });
    const reading = watched(file('long.md', 'word '.repeat(2_000_000)), { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    expect(ended).toBe(true);
    await expect(read(file('a.md', 'x'), { signal: AbortSignal.abort(), onProgress() {} })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that can’t be started fails the import, and says that nothing was imported', async () => {
    const broken = createImportWorker(() => startNodeWorker(new URL('./test-support/no-such-worker.ts', import.meta.url)));
    await expect(broken(file('a.md', 'x'), { signal: new AbortController().signal, onProgress() {} })).rejects.toMatchObject({ code: 'processor_crashed', message: expect.stringContaining('Nothing was imported') });
  });
});
