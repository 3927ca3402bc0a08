import { filter, firstValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '#processors/contract/passages.ts';
import type { ProcessorRunner } from '#processors/contract/runner.ts';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { ChapterView, ExpansionView, JobView, RectoApp } from '../recto-app.ts';
import { createTestPlatform } from '../test-support/test-platform.ts';
import type { Platform } from '../ports.ts';
import { readKept } from '../store/history/read-kept.ts';
import { createJobStore } from '../store/job-store.ts';
import { addChapter } from './add-chapter.ts';
import { cancelJob } from './cancel-job.ts';
import { createBook } from './create-book.ts';
import { deleteChapter } from './delete-chapter.ts';
import { discardPassage } from './discard-passage.ts';
import { editExpansion } from './edit-expansion.ts';
import { expandChapter } from './expand-chapter.ts';
import { keepPassage } from './keep-passage.ts';
import { updateBook } from './update-book.ts';

/** Three paragraphs, each long enough to be a passage of its own. */
const DRAFT = [
  'The keeper climbed the lighthouse stairs at dusk. He counted them as he did each night, and each night there were as many as before. His hand knew the rail. The wind knocked at the glass, and the sea below went on with its work in the dark.',
  'Nobody had come since March. The boat that brought the oil had turned away twice, and the letters in his drawer were old ones. He read them again at supper, aloud, to hear how a voice sounded in the room, and then he put them back in order.',
  'He lit the lamp and waited. The beam went round over the water and found nothing. Far out there was a light that he did not know, low and yellow, and it did not move as a ship moves. He watched it until his tea was cold.',
].join('\n\n');

let app: RectoApp;
let platform: Platform;
let bookId: string;
let chapterId: string;
let draftId: string;

/** A runner whose results can be held back. */
function createGate(runner: ProcessorRunner) {
  let shut: { opened: Promise<void>; open(): void; holds: Promise<void>; hold(): void } | null = null;
  const held: ProcessorRunner = {
    async run(request, options) {
      const output = await runner.run(request, options);
      shut?.hold();
      await Promise.race([shut?.opened, new Promise((_resolve, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason as Error)))]);
      return output;
    },
    dispose: () => runner.dispose(),
  };
  return {
    runner: held,
    close() {
      const [opened, open] = createSignal();
      const [holds, hold] = createSignal();
      shut = { opened, open, holds, hold };
    },
    /** Resolves when a result is held back. */
    holds: () => shut?.holds,
    open() {
      shut?.open();
      shut = null;
    },
  };
}

function createSignal(): [Promise<void>, () => void] {
  let give: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [promise, give];
}

let gate: ReturnType<typeof createGate>;

async function write(text: string): Promise<void> {
  const session = await app.openDraft(draftId);
  session.changed(() => text);
  await session.close();
}

const chapterWhere = (test: (chapter: ChapterView) => boolean): Promise<ChapterView> =>
  firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book !== null && book.chapters.some(test)))).then((book) => book!.chapters.find(test)!);
const expansionWhere = (test: (view: ExpansionView) => boolean): Promise<ExpansionView> =>
  firstValueFrom(app.observeExpansion(bookId, chapterId).pipe(filter((view): view is ExpansionView => view !== null && test(view))));
const jobWhere = (jobId: string, state: JobView['state']): Promise<JobView> =>
  firstValueFrom(app.jobs$.pipe(filter((jobs) => jobs.some((job) => job.id === jobId && job.state === state)))).then((jobs) => jobs.find(({ id }) => id === jobId)!);
async function expand(more: { passages?: number[]; again?: boolean } = {}): Promise<void> {
  await jobWhere(await expandChapter(app, { bookId, chapterId, ...more }), 'done');
}
const states = (view: ExpansionView): string[] => view.passages.map(({ state }) => state);
const texts = (view: ExpansionView): string[] => view.passages.map(({ passage }) => textOf(view.blob.data, passage));

beforeEach(async () => {
  gate = createGate(createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) }));
  platform = createTestPlatform({ runner: gate.runner });
  app = await createApp(platform);
  ({ bookId, chapterId } = await createBook(app, { title: 'The Keeper', author: 'A. Writer', language: 'en-GB' }));
  draftId = (await chapterWhere(() => true)).draftId;
  await write(DRAFT);
});
afterEach(async () => {
  gate.open();
  await app.close();
});

describe('expanding a chapter', () => {
  it('shows nothing, then that it works, then each passage level with its paragraphs', async () => {
    expect(await firstValueFrom(app.observeExpansion(bookId, chapterId))).toBeNull();
    const marks = firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book?.chapters[0]?.mark != null), take(2), toArray()));
    await expand();
    const view = await expansionWhere(() => true);
    expect(view.blob).toMatchObject({ processor_id: 'text-expansion', parent_id: draftId, conversation_id: chapterId, user_id: 'local' });
    expect(states(view)).toEqual(['fresh', 'fresh', 'fresh']);
    expect(view.passages.map(({ draft }) => draft)).toEqual([{ first: 0, count: 1 }, { first: 1, count: 1 }, { first: 2, count: 1 }]);
    expect(view.text).toContain('Nobody had come since March.');
    expect((await marks).map((book) => book?.chapters[0]?.mark)).toEqual(['working', 'expanded']);
  });

  it('takes what was typed a moment ago', async () => {
    const session = await app.openDraft(draftId);
    session.changed(() => `${DRAFT}\n\nA knock came at the door.`);
    await expand();
    expect((await expansionWhere(() => true)).text).toContain('A knock came at the door.');
    await session.close();
  });

  it('asks for words first where there are none', async () => {
    await write('  \n');
    await expect(expandChapter(app, { bookId, chapterId })).rejects.toMatchObject({ code: 'input_invalid' });
  });

  it('marks one changed paragraph as stale, and grows only that one again', async () => {
    await expand();
    const before = await expansionWhere(() => true);
    await write(DRAFT.replace('since March', 'since the storm in March'));
    expect(states(await expansionWhere((view) => states(view).includes('stale')))).toEqual(['fresh', 'stale', 'fresh']);
    expect((await chapterWhere(({ mark }) => mark === 'stale')).words).toBe(146);
    await expand();
    const after = await expansionWhere((view) => view.blob.id !== before.blob.id && !states(view).includes('stale'));
    expect(states(after)).toEqual(['fresh', 'fresh', 'fresh']);
    expect([texts(after)[0], texts(after)[2]]).toEqual([texts(before)[0], texts(before)[2]]);
    expect(after.text).toContain('since the storm in March');
    expect(after.blob.data.metadata?.based_on).toBe(before.blob.id);
    await chapterWhere(({ mark }) => mark === 'expanded');
  });

  it('never touches the author’s own edit, and an edit is a blob over what was grown', async () => {
    await expand();
    const grown = await expansionWhere(() => true);
    const edited = grown.text.replace('Nobody had come since March.', 'Nobody at all had come since March.');
    await editExpansion(app, { bookId, chapterId, text: edited });
    const mine = await expansionWhere((view) => view.text === edited);
    expect(mine.blob).toMatchObject({ processor_id: 'user-input', parent_id: grown.blob.id, conversation_id: chapterId });
    expect(states(mine)).toEqual(['fresh', 'edited', 'fresh']);
    await editExpansion(app, { bookId, chapterId, text: edited.replace('at all', 'whatever') });
    const again = await expansionWhere((view) => view.text.includes('Nobody whatever'));
    expect(again.blob.id).toBe(mine.blob.id);
    await write(DRAFT.replace('since March', 'since April'));
    await expand({ again: true });
    const after = await expansionWhere((view) => view.blob.processor_id === 'text-expansion' && view.blob.id !== grown.blob.id);
    expect(texts(after)[1]).toBe(texts(again)[1]);
  });

  it('keeps what the author edits while the next one is grown', async () => {
    await expand();
    const grown = await expansionWhere(() => true);
    gate.close();
    const jobId = await expandChapter(app, { bookId, chapterId, passages: [0], again: true });
    await jobWhere(jobId, 'running');
    await gate.holds();
    await editExpansion(app, { bookId, chapterId, text: grown.text.replace('He lit the lamp and waited.', 'He lit the great lamp and waited.') });
    gate.open();
    await jobWhere(jobId, 'done');
    const after = await expansionWhere((view) => view.blob.processor_id === 'text-expansion' && view.blob.id !== grown.blob.id);
    expect(after.text).toContain('He lit the great lamp and waited.');
    expect(states(after)).toEqual(['fresh', 'fresh', 'edited']);
  });

  it('can be cancelled, and leaves all as it was', async () => {
    gate.close();
    const jobId = await expandChapter(app, { bookId, chapterId });
    await jobWhere(jobId, 'running');
    await cancelJob(app, jobId);
    await jobWhere(jobId, 'cancelled');
    expect(await firstValueFrom(app.observeExpansion(bookId, chapterId))).toBeNull();
    expect((await chapterWhere(({ mark }) => mark === null)).words).toBe(143);
    gate.open();
    await expand();
    expect(states(await expansionWhere(() => true))).toEqual(['fresh', 'fresh', 'fresh']);
  });

  it('is stopped when its chapter is deleted', async () => {
    gate.close();
    const jobId = await expandChapter(app, { bookId, chapterId });
    await jobWhere(jobId, 'running');
    const { undo } = await deleteChapter(app, bookId, chapterId);
    await jobWhere(jobId, 'cancelled');
    await undo();
    expect(await firstValueFrom(app.observeExpansion(bookId, chapterId))).toBeNull();
  });

  it('goes on after the app was closed in the middle of it', async () => {
    gate.close();
    await jobWhere(await expandChapter(app, { bookId, chapterId }), 'running');
    await app.close();
    gate.open();
    app = await createApp(platform);
    expect(states(await expansionWhere(() => true))).toEqual(['fresh', 'fresh', 'fresh']);
  });

  it('tells the processor of the book: its language, its voice, and what other chapters have used', async () => {
    await updateBook(app, bookId, { styleNotes: 'Terse. Rain.' });
    await expand();
    const library = await coreOf(app).library();
    await library.stats.caughtUp();
    const [row] = library.stats.inConversation(chapterId).filter(({ schema_id }) => schema_id === 'expanded-text-v1');
    expect(row?.used_details?.length).toBeGreaterThan(0);
    const second = await addChapter(app, bookId, {});
    const { draftId: secondDraft } = await chapterWhere(({ id }) => id === second);
    const session = await app.openDraft(secondDraft);
    session.changed(() => 'The rain fell on the stairs.');
    await session.close();
    const jobId = await expandChapter(app, { bookId, chapterId: second, instruction: 'Slower.' });
    const job = await createJobStore(library.database.jobs).get(jobId);
    expect(job?.config).toMatchObject({ language: 'en-GB', style_notes: 'Terse. Rain.', instruction: 'Slower.', used_details: row?.used_details?.toSorted(), ai: { provider: 'built-in' } });
    await jobWhere(jobId, 'done');
  });
});

describe('a passage', () => {
  it('is kept as it is: level with the draft again, and never replaced', async () => {
    await expand();
    const before = await expansionWhere(() => true);
    await write(DRAFT.replace('since March', 'since April'));
    await expansionWhere((view) => states(view)[1] === 'stale');
    await keepPassage(app, { bookId, chapterId, index: 1 });
    const kept = await expansionWhere((view) => view.blob.processor_id === 'user-input');
    expect(states(kept)[1]).toBe('fresh');
    await chapterWhere(({ mark }) => mark === 'expanded');
    await expand({ again: true });
    const after = await expansionWhere((view) => view.blob.processor_id === 'text-expansion' && view.blob.id !== before.blob.id);
    expect(texts(after)[1]).toBe(texts(before)[1]);
  });

  it('that is discarded is the draft’s own words again; what the author had written in it is in a snapshot', async () => {
    await expand();
    const grown = await expansionWhere(() => true);
    const edited = grown.text.replace('Nobody had come since March.', 'Nobody, nobody had come.');
    await editExpansion(app, { bookId, chapterId, text: edited });
    await discardPassage(app, { bookId, chapterId, index: 1 });
    const after = await expansionWhere((view) => states(view)[1] === 'draft');
    expect(texts(after)[1]).toBe(DRAFT.split('\n\n')[1]);
    const library = await coreOf(app).library();
    const snapshot = (await library.blobs.find('parent_id', after.blob['id'] as string)).find(({ data }) => data['reason'] === 'expansion')!;
    expect(snapshot).toMatchObject({ schema_id: 'snapshot-v1', conversation_id: chapterId });
    expect(await readKept(library.blobs, snapshot)).toMatchObject({ expanded: edited });
  });
});
