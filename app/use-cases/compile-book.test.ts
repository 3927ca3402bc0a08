import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { createTestPlatform, readerOf } from '../test-support/test-platform.ts';
import { compileBook } from './compile-book.ts';
import { expandChapter } from './expand-chapter.ts';
import { importManuscript } from './import-manuscript.ts';
import { setEdition } from './set-edition.ts';

const manuscript = {
  title: 'The Keeper', author: 'A. Writer', language: 'en-GB', warnings: [],
  chapters: [
    { title: 'Dusk', content: 'The keeper climbed the lighthouse stairs at dusk.' },
    { title: 'Night', content: 'Nobody had come since March.' },
  ],
};
const options = () => ({ signal: new AbortController().signal, onProgress: () => undefined });

let app: RectoApp;
let bookId: string;
beforeEach(async () => {
  const runner = createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) });
  app = await createApp(createTestPlatform({ runner, readManuscript: readerOf(manuscript) }));
  ({ bookId } = await importManuscript(app, { kind: 'file', name: 'book.md', bytes: new Uint8Array() }, options()));
});
afterEach(async () => app.close());

const bookNow = async () => (await firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book !== null))));
const textOf = ({ bytes }: { bytes: Uint8Array }): string => new TextDecoder().decode(bytes);

async function expand(chapterId: string): Promise<void> {
  const jobId = await expandChapter(app, { bookId, chapterId });
  await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some(({ id, state }) => id === jobId && state === 'done'))));
}

describe('compiling', () => {
  it('makes a file of the drafts, in order, with what was typed a moment ago', async () => {
    const session = await app.openDraft((await bookNow()).chapters[1]!.draftId);
    session.changed(() => 'Nobody had come since the storm.');
    const compiled = await compileBook(app, { bookId, format: 'text' }, options());
    expect(textOf(compiled)).toMatch(/climbed the lighthouse[^]*Nobody had come since the storm\./);
    expect(compiled.name).toMatch(/\.txt$/);
    expect(compiled.manifest.chapters.map(({ title, edition }) => [title, edition])).toEqual([['Dusk', 'draft'], ['Night', 'draft']]);
    expect(compiled.bytes.length).toBe(compiled.manifest.size_bytes);
  });

  it('takes each chapter’s own edition, and says where the draft stands for an expansion that is not there', async () => {
    const [dusk, night] = (await bookNow()).chapters;
    await expand(dusk!.id);
    await setEdition(app, bookId, dusk!.id, 'expansion');
    await setEdition(app, bookId, night!.id, 'expansion');
    const expansion = await firstValueFrom(app.observeExpansion(bookId, dusk!.id).pipe(filter((view) => view !== null)));
    const compiled = await compileBook(app, { bookId, format: 'markdown' }, options());
    expect(compiled.manifest.chapters.map(({ edition, blob_id }) => [edition, blob_id])).toEqual([['expansion', expansion.blob.id], ['draft', night!.draftId]]);
    const drafts = await compileBook(app, { bookId, format: 'markdown', edition: 'draft' }, options());
    expect(drafts.manifest.chapters.map(({ edition }) => edition)).toEqual(['draft', 'draft']);
    expect(compiled.manifest.words_out).toBeGreaterThan(drafts.manifest.words_out);
  });

  it('can be cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(compileBook(app, { bookId, format: 'epub' }, { signal: controller.signal, onProgress: () => undefined })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says so when the book is gone', async () => {
    await expect(compileBook(app, { bookId: 'none', format: 'text' }, options())).rejects.toMatchObject({ code: 'not_found' });
  });
});
