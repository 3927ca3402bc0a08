import { filter, firstValueFrom, map } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stateOfSentence, textOfPart, type PitchKind } from '#processors/contract/pitch.ts';
import { applyPitchEdit } from '#processors/contract/pitch-edits.ts';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import type { PitchPart, PitchSentence } from '#schemas/generated/types.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { findPitchHead } from '../store/pitch-head.ts';
import { createTestPlatform, readerOf } from '../test-support/test-platform.ts';
import { createBook } from './create-book.ts';
import { deleteBook } from './delete-book.ts';
import { deleteChapter } from './delete-chapter.ts';
import { editPitchPart } from './edit-pitch-part.ts';
import { fillPitchField } from './fill-pitch-field.ts';
import { importManuscript } from './import-manuscript.ts';
import { keepPitchSentence } from './keep-pitch-sentence.ts';
import { makePitch } from './make-pitch.ts';
import { observePitch, type PitchView } from './observe-pitch.ts';
import { restoreBook } from './restore-book.ts';

const tell = (names: readonly string[]): string => names.map((name, index) => `The ${name} walked slowly along the quiet harbour of ${name} with lantern number ${index + 1}.`).join(' ');
const manuscript = {
  title: 'The Keeper', author: 'A. Writer', language: 'en-GB', warnings: [],
  chapters: [
    { title: 'Dusk', content: tell(['captain', 'gardener', 'widow', 'fiddler', 'priest']) },
    { title: 'Night', content: tell(['dancer', 'sheriff', 'orphan', 'miller', 'baker']) },
    { title: 'Dawn', content: tell(['hunter', 'weaver', 'smuggler', 'nurse', 'poet']) },
  ],
};

let app: RectoApp;
let bookId: string;
let holdBack: Promise<void> | null = null;
beforeEach(async () => {
  holdBack = null;
  const real = createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) });
  const runner: typeof real = {
    async run(request, options) {
      const output = await real.run(request, options);
      await holdBack;
      return output;
    },
    dispose: () => real.dispose(),
  };
  app = await createApp(createTestPlatform({ runner, readManuscript: readerOf(manuscript) }));
  ({ bookId } = await importManuscript(app, { kind: 'file', name: 'book.md', bytes: new Uint8Array() }, { signal: new AbortController().signal, onProgress: () => undefined }));
});
afterEach(async () => app.close());

type Made = PitchView & { blob: NonNullable<PitchView['blob']> };
const view = (when: (view: Made) => boolean = () => true): Promise<Made> =>
  firstValueFrom(observePitch(app, bookId).pipe(filter((seen): seen is Made => seen?.blob !== null && seen !== null), filter(when)));
const partOf = ({ blob }: Made, kind: PitchKind): PitchPart => blob.data.parts.find((part) => part.kind === kind)!;
const states = (seen: Made, kind: PitchKind): string[] => partOf(seen, kind).sentences.map((sentence) => stateOfSentence(seen.blob.data, partOf(seen, kind), sentence, seen.today));
const all = ({ blob }: Made): PitchSentence[] => blob.data.parts.flatMap(({ sentences }) => sentences);

async function make(wish: { again?: boolean } = {}): Promise<void> {
  const jobId = await makePitch(app, { bookId, ...wish });
  await firstValueFrom(app.jobs$.pipe(map((jobs) => jobs.find(({ id }) => id === jobId)?.state), filter((state) => state === 'done' || state === 'failed')));
}

async function write(chapter: number, text: string): Promise<void> {
  const book = await firstValueFrom(app.observeBook(bookId).pipe(filter((seen) => seen !== null)));
  const session = await app.openDraft(book.chapters[chapter]!.draftId);
  session.changed(() => text);
  await session.close();
}

describe('the pitch of a book', () => {
  it('is made on this device and shown, each sentence fresh', async () => {
    expect(await firstValueFrom(observePitch(app, bookId))).toMatchObject({ blob: null });
    await make();
    const seen = await view();
    expect(seen.blob).toMatchObject({ processor_id: 'pitch-builder', parent_id: bookId });
    expect(partOf(seen, 'logline').sentences).toHaveLength(1);
    expect(new Set(states(seen, 'synopsis-long'))).toEqual(new Set(['fresh']));
  });

  it('says what is stale when a chapter is another, and makes that alone again', async () => {
    await make();
    const before = await view();
    await write(1, tell(['tailor', 'judge', 'cook', 'rider', 'thief']));
    const stale = await view((seen) => states(seen, 'synopsis-long').includes('stale'));
    const [, night] = [...stale.today.keys()];
    for (const part of stale.blob.data.parts) for (const sentence of part.sentences) expect(stateOfSentence(stale.blob.data, part, sentence, stale.today)).toBe(sentence.chapter_ids.includes(night!) ? 'stale' : 'fresh');
    await make();
    const after = await view((seen) => seen.blob.id !== before.blob.id);
    const others = (seen: Made): string[] => all(seen).filter(({ chapter_ids }) => !chapter_ids.includes(night!)).map(({ text }) => text);
    expect(others(after)).toEqual(others(before));
    expect(new Set(states(after, 'synopsis-long'))).toEqual(new Set(['fresh']));
  });

  it('keeps what its author wrote, also when all of it is made anew', async () => {
    await make();
    const made = await view();
    const text = textOfPart(partOf(made, 'synopsis-short'), made.blob.data.fields);
    const second = partOf(made, 'synopsis-short').sentences[1]!;
    await editPitchPart(app, { bookId, kind: 'synopsis-short', text: text.replace(second.text, 'Somebody is out tonight.') });
    await fillPitchField(app, { bookId, field: 'genre', value: 'gothic' });
    const edited = await view((seen) => seen.blob.data.fields?.genre === 'gothic');
    expect(edited.blob).toMatchObject({ processor_id: 'user-input', parent_id: made.blob.id, version: 2 });
    expect(states(edited, 'synopsis-short').filter((state) => state === 'edited')).toHaveLength(1);
    expect(partOf(edited, 'synopsis-short').sentences[1]).toMatchObject({ text: 'Somebody is out tonight.', chapter_ids: second.chapter_ids });
    await make({ again: true });
    const anew = await view((seen) => seen.blob.processor_id === 'pitch-builder' && seen.blob.id !== made.blob.id);
    expect(textOfPart(partOf(anew, 'synopsis-short'))).toContain('Somebody is out tonight.');
    expect(textOfPart(partOf(anew, 'query-letter'), anew.blob.data.fields)).toContain('The Keeper, a gothic novel');
  });

  it('an edit that is stale stays, and can be kept as it is', async () => {
    await make();
    await editPitchPart(app, { bookId, kind: 'logline', text: 'A keeper waits.' });
    const mine = await view((seen) => partOf(seen, 'logline').sentences[0]?.origin === 'author');
    const at = [...mine.today.keys()].indexOf(partOf(mine, 'logline').sentences[0]!.chapter_ids[0]!);
    await write(at, tell(['tailor', 'judge', 'cook', 'rider', 'thief']));
    await make();
    const stale = await view((seen) => seen.blob.processor_id === 'pitch-builder' && states(seen, 'logline')[0] === 'edited-stale');
    expect(partOf(stale, 'logline').sentences).toMatchObject([{ text: 'A keeper waits.' }]);
    await keepPitchSentence(app, { bookId, kind: 'logline', index: 0 });
    expect(states(await view((seen) => seen.blob.processor_id === 'user-input'), 'logline')).toEqual(['edited']);
  });

  it('what its author writes while it is made again is not lost', async () => {
    await make();
    const before = await view();
    await write(0, tell(['tailor', 'judge', 'cook', 'rider', 'thief']));
    let go = (): void => undefined;
    holdBack = new Promise((resolve) => (go = resolve));
    const ended = make();
    await firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some(({ state, progress }) => state === 'running' && progress?.done === progress?.total && progress !== null))));
    await editPitchPart(app, { bookId, kind: 'back-cover', text: 'Written meanwhile.' });
    go();
    await ended;
    const after = await view((seen) => seen.blob.processor_id === 'pitch-builder' && seen.blob.id !== before.blob.id);
    expect(textOfPart(partOf(after, 'back-cover'))).toBe('Written meanwhile.');
    expect(states(after, 'synopsis-long')).not.toContain('stale');
  });

  it('goes with its book, and comes back with it', async () => {
    await make();
    await editPitchPart(app, { bookId, kind: 'logline', text: 'A keeper waits.' });
    await deleteBook(app, bookId);
    expect(await firstValueFrom(observePitch(app, bookId))).toBeNull();
    expect(await findPitchHead((await coreOf(app).library()).blobs, bookId)).toBeNull();
    await restoreBook(app, bookId);
    expect(partOf(await view(), 'logline').sentences).toMatchObject([{ text: 'A keeper waits.', origin: 'author' }]);
  });

  it('a chapter that is deleted makes what rests on it stale; a book with no words is told what to do', async () => {
    await make();
    const [first] = [...(await view()).today.keys()];
    await deleteChapter(app, bookId, first!);
    const seen = await view(({ today }) => !today.has(first!));
    expect(all(seen).filter(({ chapter_ids }) => chapter_ids.includes(first!)).length).toBeGreaterThan(0);
    expect(states(seen, 'synopsis-long').filter((state) => state === 'stale').length).toBeGreaterThan(0);
    const { bookId: empty } = await createBook(app, { title: 'Nothing', author: 'N.' });
    await expect(makePitch(app, { bookId: empty })).rejects.toMatchObject({ code: 'input_invalid' });
  });

  it('shows what its author wrote on two devices, and goes on from both', async () => {
    await make();
    const made = await view();
    const { blobs, userId } = await coreOf(app).library();
    await editPitchPart(app, { bookId, kind: 'logline', text: 'A keeper waits.' });
    const elsewhere = applyPitchEdit(made.blob.data, 'back-cover', 'Written on the other device.', made.today);
    await blobs.insert([{ id: app.platform.newId(), user_id: userId, processor_id: 'user-input', schema_id: 'pitch-v1', data: { ...elsewhere }, parent_id: made.blob.id }]);
    const both = await view((seen) => textOfPart(partOf(seen, 'back-cover')) === 'Written on the other device.');
    expect(textOfPart(partOf(both, 'logline'))).toBe('A keeper waits.');
    await editPitchPart(app, { bookId, kind: 'keywords', text: 'lighthouse' });
    const edited = await view((seen) => textOfPart(partOf(seen, 'keywords')) === 'lighthouse');
    expect([textOfPart(partOf(edited, 'logline')), textOfPart(partOf(edited, 'back-cover'))]).toEqual(['A keeper waits.', 'Written on the other device.']);
    await make({ again: true });
    const anew = await view((seen) => seen.blob.processor_id === 'pitch-builder' && seen.blob.id !== made.blob.id);
    expect([textOfPart(partOf(anew, 'logline')), textOfPart(partOf(anew, 'back-cover'))]).toEqual(['A keeper waits.', 'Written on the other device.']);
  });

  it('takes the summaries that it was written from along when its book goes', async () => {
    const { blobs, userId } = await coreOf(app).library();
    const [chapter] = (await firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book !== null)))).chapters;
    const data = { chapter_id: chapter!.id, sentences: ['A keeper waits.'], metadata: { provider: 'scripted', model: 'm', source_hash: '0f3c1a9be2d44c55' } };
    const own = { user_id: userId, processor_id: 'pitch-builder', schema_id: 'chapter-summary-v1', parent_id: chapter!.draftId };
    await blobs.insert([{ ...own, id: 'summary', data }, { ...own, id: 'of-another', data: { ...data, chapter_id: 'another' } }]);
    await deleteBook(app, bookId);
    expect((await blobs.find('schema_id', 'chapter-summary-v1')).map(({ id }) => id)).toEqual(['of-another']);
    await restoreBook(app, bookId);
    expect(await blobs.find('schema_id', 'chapter-summary-v1')).toHaveLength(2);
  });
});
