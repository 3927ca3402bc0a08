import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { ChapterVersion, DraftSession, RectoApp } from '../recto-app.ts';
import type { Library } from '../store/library.ts';
import { createTestPlatform } from '../test-support/test-platform.ts';
import { createBook } from './create-book.ts';
import { editExpansion } from './edit-expansion.ts';
import { nameVersion } from './name-version.ts';
import { readVersion } from './read-version.ts';
import { restoreVersion } from './restore-version.ts';
import { takeParagraphs } from './take-paragraphs.ts';

const MINUTE = 60_000;
const LONG = [
  'The keeper climbed the lighthouse stairs at dusk. He counted them as he did each night, and each night there were as many as before.',
  'Nobody had come since March. The boat that brought the oil had turned away twice, and the letters in his drawer were old ones.',
].join('\n\n');

let app: RectoApp;
let library: Library;
let place: { bookId: string; chapterId: string };
let draftId: string;
let now: number;
let session: DraftSession;

async function write(text: string): Promise<void> {
  session.changed(() => text);
  await session.flush();
}

const versionsWhere = (test: (versions: ChapterVersion[]) => boolean): Promise<ChapterVersion[]> =>
  firstValueFrom(app.observeVersions(place.bookId, place.chapterId).pipe(filter(test)));
const versions = (): Promise<ChapterVersion[]> => versionsWhere(() => true);
const kept = async (): Promise<ChapterVersion[]> => (await versions()).filter(({ isCurrent }) => !isCurrent);
const textOf = async (versionId: string): Promise<string> => (await readVersion(app, { ...place, versionId })).text;
const draftText = async (): Promise<unknown> => (await library.blobs.get(draftId))!.data['content'];

beforeEach(async () => {
  now = Date.UTC(2030, 0, 1, 8);
  app = await createApp(createTestPlatform({ clock: { now: () => now }, deviceName: 'lamp' }));
  library = await coreOf(app).library();
  place = await createBook(app, { title: 'Lamp', author: 'A' });
  draftId = (await firstValueFrom(app.observeBook(place.bookId)))!.chapters[0]!.draftId;
  session = await app.openDraft(draftId);
});

afterEach(() => app.close());

describe('a chapter’s history', () => {
  it('has what stood there at the first edit of a session, and each five minutes of writing; nothing twice', async () => {
    await write('One.');
    expect(await kept()).toEqual([]);
    now += MINUTE;
    await write('One. Two.');
    expect(await kept()).toEqual([]);
    now += 5 * MINUTE;
    await write('One. Two. Three.');
    now += MINUTE;
    await write('One. Two. Three. Four.');
    now += 45 * MINUTE;
    await write('One. Two. Three. Four. Five.');
    now += 45 * MINUTE;
    // Taken back: what stands there is kept already when the next session begins.
    await write('One. Two. Three. Four.');
    now += 45 * MINUTE;
    await write('Six.');
    const found = await versions();
    expect(await Promise.all(found.map(({ id }) => textOf(id)))).toEqual(['Six.', 'One. Two. Three. Four.', 'One. Two. Three. Four. Five.', 'One. Two. Three. Four.', 'One. Two.']);
    expect(found.map(({ reason }) => reason)).toEqual(['now', 'session', 'session', 'session', 'interval']);
    expect(found.map(({ words, wordsBefore }) => [words, wordsBefore])).toEqual([[1, 4], [4, 5], [5, 4], [4, 2], [2, null]]);
    expect(found[1]).toMatchObject({ of: 'draft', device: 'lamp', isCurrent: false, at: new Date(now).toISOString() });
  });

  it('has what stood there before everything that is alike was replaced', async () => {
    await write('The lamp and the lamp.');
    session.keepBefore('The lamp, the lamp and the lamp.');
    await write('The light, the light and the light.');
    const [before] = await versionsWhere((found) => found.some(({ reason }) => reason === 'replace-all')).then((found) => found.filter(({ reason }) => reason === 'replace-all'));
    expect(await textOf(before!.id)).toBe('The lamp, the lamp and the lamp.');
  });

  it('shows a version when it is kept, while it is looked at', async () => {
    const named = versionsWhere((found) => found.some(({ name }) => name === 'Before the cut'));
    await write('One.');
    await nameVersion(app, { ...place, name: '  Before the cut ' });
    expect(await named).toMatchObject([{ isCurrent: true }, { name: 'Before the cut', reason: 'named', words: 1 }]);
  });

  it('has a name for what is kept already, and another for the same words beside it', async () => {
    await write('One.');
    now += 45 * MINUTE;
    await write('Two.');
    const [one] = await kept();
    await nameVersion(app, { ...place, name: 'First', versionId: one!.id });
    expect(await kept()).toMatchObject([{ id: one!.id, name: 'First', reason: 'session' }]);
    await nameVersion(app, { ...place, name: 'Second' });
    await nameVersion(app, { ...place, name: 'Second' });
    expect((await kept()).map(({ name }) => name)).toEqual(['Second', 'First']);
    await nameVersion(app, { ...place, name: 'Third' });
    expect((await kept()).map(({ name }) => name).toSorted()).toEqual(['First', 'Second', 'Third']);
    await expect(nameVersion(app, { ...place, name: ' ' })).rejects.toMatchObject({ code: 'input_invalid' });
  });

  it('gives a version back; what it replaces is kept, and undo leaves what was written since', async () => {
    await write(LONG);
    await nameVersion(app, { ...place, name: 'Long' });
    const [long] = await kept();
    await write('A short chapter.');
    const shown: string[] = [];
    const following = session.external$.subscribe((text) => shown.push(text));
    const { undo } = await restoreVersion(app, { ...place, versionId: long!.id });
    expect(await draftText()).toBe(LONG);
    await expect.poll(() => shown.at(-1)).toBe(LONG);
    expect(await Promise.all((await kept()).map(({ id }) => textOf(id)))).toContain('A short chapter.');
    await write(`${LONG}\n\nWritten since.`);
    await undo();
    expect(await draftText()).toBe('A short chapter.\n\nWritten since.');
    following.unsubscribe();
  });

  it('loses no word that another window stores in the moment when a version is given back', async () => {
    await write(LONG);
    await nameVersion(app, { ...place, name: 'Long' });
    const [long] = await kept();
    await write('A short chapter.');
    let writing: Promise<unknown> | null = null;
    const other = library.blobs.changes$.subscribe(({ blobs }) => {
      if (blobs.some(({ data }) => data['reason'] === 'restore')) writing ??= library.blobs.change(draftId, (draft) => ({ ...draft, data: { ...draft.data, content: 'A short chapter. With a late word.' } }));
    });
    await restoreVersion(app, { ...place, versionId: long!.id });
    await writing;
    other.unsubscribe();
    expect((await Promise.all((await versions()).map(({ id }) => textOf(id)))).join('\n')).toContain('late word');
  });

  it('gives single paragraphs back, and the rest stays as it is', async () => {
    await write('One.\n\nTwo.\n\nThree.');
    await nameVersion(app, { ...place, name: 'Three of them' });
    const versionId = (await kept())[0]!.id;
    await write('One, now longer.\n\nThree.\n\nFour.');
    const { undo } = await takeParagraphs(app, { ...place, versionId, from: { first: 1, count: 1 }, at: { first: 1, count: 0 } });
    expect(await draftText()).toBe('One, now longer.\n\nTwo.\n\nThree.\n\nFour.');
    await takeParagraphs(app, { ...place, versionId, from: { first: 0, count: 1 }, at: { first: 0, count: 1 } });
    expect(await draftText()).toBe('One.\n\nTwo.\n\nThree.\n\nFour.');
    await undo();
    expect(await draftText()).toBe('One.\n\nThree.\n\nFour.');
    await takeParagraphs(app, { ...place, versionId, from: { first: 1, count: 0 }, at: { first: 2, count: 1 } });
    expect(await draftText()).toBe('One.\n\nThree.');
    await expect(takeParagraphs(app, { ...place, versionId, from: { first: 0, count: 1 }, at: { first: 9, count: 1 } })).rejects.toMatchObject({ code: 'input_invalid' });
    expect(await draftText()).toBe('One.\n\nThree.');
  });

  it('gives back the paragraph that was meant, also where the chapter was written on since the two were compared', async () => {
    await write('One.\n\nTwo.');
    await nameVersion(app, { ...place, name: 'Two of them' });
    const versionId = (await kept())[0]!.id;
    const seen = 'One.\n\nTwo, in other words.';
    await write(seen);
    await write(`A new beginning.\n\n${seen}`);
    await takeParagraphs(app, { ...place, versionId, from: { first: 1, count: 1 }, at: { first: 1, count: 1 }, seen });
    expect(await draftText()).toBe('A new beginning.\n\nOne.\n\nTwo.');
  });

  it('has the expansions, too: what was grown, what the author made of it, and the way back', async () => {
    await write(LONG);
    const grown = `${LONG}\n\nAnd more was grown from it.`;
    const data = { original: LONG, expanded: grown, expansion_ratio: 1.2 };
    await library.blobs.insert([{ id: 'grown', user_id: library.userId, processor_id: 'text-expansion', schema_id: 'expanded-text-v1', data, parent_id: draftId, conversation_id: place.chapterId }]);
    await editExpansion(app, { ...place, text: `${grown}\n\nThe author’s own end.` });
    now += 6 * MINUTE;
    await editExpansion(app, { ...place, text: `${grown}\n\nThe author’s other end.` });
    const lane = (await versions()).filter(({ of }) => of === 'expansion');
    expect(lane.map(({ reason, isCurrent }) => [reason, isCurrent])).toEqual([['now', true], ['session', false], ['grown', false]]);
    const { undo } = await restoreVersion(app, { ...place, versionId: lane[1]!.id });
    const shown = async (): Promise<string> => textOf((await versions()).find(({ of, isCurrent }) => of === 'expansion' && isCurrent)!.id);
    expect(await shown()).toBe(`${grown}\n\nThe author’s own end.`);
    await undo();
    expect(await shown()).toBe(`${grown}\n\nThe author’s other end.`);
    const last = grown.split('\n\n').length;
    await takeParagraphs(app, { ...place, versionId: lane[1]!.id, from: { first: last, count: 1 }, at: { first: last, count: 1 } });
    expect(await shown()).toBe(`${grown}\n\nThe author’s own end.`);
  });

  it('says of a version that can’t be read that it can’t, and the others are read', async () => {
    const long = `${LONG}\n\n`.repeat(8);
    await write(long);
    await nameVersion(app, { ...place, name: 'Whole' });
    await write(`${long}More.`);
    await nameVersion(app, { ...place, name: 'Difference' });
    const [difference, whole] = await kept();
    expect(await textOf(difference!.id)).toBe(`${long}More.`);
    const { packed } = (await library.blobs.get(difference!.id))!.data as { packed: { keyframe?: string; deflate: string } };
    expect(packed.keyframe).toBe(whole!.id);
    await library.blobs.change(difference!.id, (blob) => ({ ...blob, data: { ...blob.data, packed: { ...packed, deflate: packed.deflate.replace(/[A-Z]/, 'q') } } }));
    await expect(textOf(difference!.id)).rejects.toMatchObject({ code: 'storage_damaged', message: expect.stringContaining('can’t be read') as string });
    await expect(restoreVersion(app, { ...place, versionId: difference!.id })).rejects.toMatchObject({ code: 'storage_damaged' });
    expect(await draftText()).toBe(`${long}More.`);
    expect(await textOf(whole!.id)).toBe(long);
  });
});
