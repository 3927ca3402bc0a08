import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { createTestPlatform, readerOf } from '../test-support/test-platform.ts';
import { addMatter } from './add-matter.ts';
import { arrangeChapters } from './arrange-chapters.ts';
import { editExpansion } from './edit-expansion.ts';
import { compileBook } from './compile-book.ts';
import { editMatter } from './edit-matter.ts';
import { expandChapter } from './expand-chapter.ts';
import { importManuscript } from './import-manuscript.ts';
import { moveMatter } from './move-matter.ts';
import { removeMatter } from './remove-matter.ts';
import { removePreset } from './remove-preset.ts';
import { savePreset } from './save-preset.ts';
import { setEdition } from './set-edition.ts';
import { updateBook } from './update-book.ts';

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
    expect(compiled.manifest.chapters.map(({ chosen }) => chosen)).toEqual(['expansion', 'no-expansion']);
    // The built-in provider may leave a paragraph as it stands in the draft.
    const [grown] = compiled.manifest.chapters;
    expect(grown!.origin).toEqual({ author: grown!.words - grown!.origin!.model, model_edited: 0, model: expect.any(Number) as number, models: ['built-in'] });
    expect(grown!.origin!.model).toBeGreaterThan(0);
    expect(drafts.manifest.origin).toEqual({ author: drafts.manifest.words_out, model_edited: 0, model: 0 });

    await editExpansion(app, { bookId, chapterId: dusk!.id, text: `${expansion.text.replace(/\.$/, ', and that was that.')}\n\nI was there, and saw it all.` });
    const [edited] = (await compileBook(app, { bookId, format: 'markdown' }, options())).manifest.chapters;
    const { author, model_edited, model } = edited!.origin!;
    expect({ chosen: edited!.chosen, words: author + model_edited + model }).toEqual({ chosen: 'edited-expansion', words: edited!.words });
    expect(author).toBeGreaterThanOrEqual(grown!.origin!.author + 7);
    expect(model).toBeLessThanOrEqual(grown!.origin!.model);
  });

  it('has front and back matter, parts and numbers as the book says, looks as the layout says, and holds the chapters that are wanted', async () => {
    const [dusk, night] = (await bookNow()).chapters;
    await updateBook(app, bookId, { subtitle: 'A Tale' });
    await addMatter(app, bookId, 'about-the-author');
    const copyright = await addMatter(app, bookId, 'copyright');
    const dedication = await addMatter(app, bookId, 'dedication');
    const { matter } = await bookNow();
    expect(matter.map(({ kind }) => kind)).toEqual(['copyright', 'dedication', 'about-the-author']);
    await editMatter(app, bookId, dedication, { text: 'For my sister.' });
    await editMatter(app, bookId, matter[2]!.id, { text: 'She lives by the sea.' });
    await moveMatter(app, bookId, dedication, -1);
    await moveMatter(app, bookId, dedication, -1);
    await arrangeChapters(app, bookId, [dusk!.id], { numbered: false });
    await arrangeChapters(app, bookId, [night!.id], { part: ' The Sea ' });
    const whole = textOf(await compileBook(app, { bookId, format: 'text', layout: { chapter_heading: 'number', fields: { year: '2026' } } }, options()));
    expect(whole).toMatch(/^The Keeper\s+A Tale\s+A. Writer\s+For my sister\.\s+Copyright © 2026 A\. Writer[^]*Dusk\s+The keeper[^]*The Sea\s+Chapter 1\s+Nobody[^]*About the Author\s+She lives/);
    expect(whole).not.toContain('ISBN');

    const { undo } = await removeMatter(app, bookId, copyright);
    await arrangeChapters(app, bookId, [dusk!.id], { included: false });
    expect((await compileBook(app, { bookId, format: 'text' }, options())).manifest.chapters.map(({ title }) => title)).toEqual(['Night']);
    expect((await compileBook(app, { bookId, format: 'text', chapterIds: [dusk!.id] }, options())).manifest.chapters.map(({ title }) => title)).toEqual(['Dusk']);
    await undo();
    await arrangeChapters(app, bookId, [night!.id], { part: '' });
    const view = await bookNow();
    expect(view.matter.map(({ kind }) => kind)).toEqual(['dedication', 'copyright', 'about-the-author']);
    expect(view.chapters.map(({ part, isNumbered, isIncluded }) => [part, isNumbered, isIncluded])).toEqual([[null, false, false], [null, true, true]]);
  });

  it('can be asked for in ways that the book keeps', async () => {
    const id = await savePreset(app, bookId, { name: 'For the printer', format: 'html', layout: { scene_break: '#' } });
    await savePreset(app, bookId, { name: 'Second', format: 'text', layout: {} });
    await savePreset(app, bookId, { id, name: 'For the printer', format: 'epub', layout: {} });
    expect((await bookNow()).presets.map(({ name, format }) => [name, format])).toEqual([['For the printer', 'epub'], ['Second', 'text']]);
    const { undo } = await removePreset(app, bookId, id);
    expect((await bookNow()).presets.map(({ name }) => name)).toEqual(['Second']);
    await undo();
    expect((await bookNow()).presets.map(({ name }) => name)).toEqual(['For the printer', 'Second']);
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
