import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Job } from '#processors/orchestrator/ports.ts';
import type { ProcessorInstance, SaveStatus } from '../recto-app.ts';
import { DEFAULT_INSTANCE } from '../domain/processor-instance.ts';
import { openTestLibrary } from '../test-support/open-test-library.ts';
import { createAutoExpansion, type AutoExpansion } from './auto-expansion.ts';
import type { Library } from './library.ts';
import type { ExpansionWish } from './request-expansion.ts';
import { newBookBlob, newDraftBlob } from './change-book.ts';

const CHAPTER = { id: 'chapter', title: 'Dusk', draft_blob_id: 'draft', edition: 'draft' as const };
const BOOK = { title: 'The Keeper', author: 'A. Writer', chapters: [CHAPTER] };

let library: Library;
let auto: AutoExpansion;
let instance: ProcessorInstance;
let status: SaveStatus['state'];
let asked: ExpansionWish[];
let now: number;
let fails: Error | null;
/** The last job on the draft that ended. */
let ended: Pick<Job, 'state' | 'updated_at'> | null;
let timer: { at: number; callback: () => void } | null;

/** Lets time pass; resolves when what was due has been looked at. */
async function pass(seconds: number): Promise<void> {
  now += seconds * 1000;
  const due = timer;
  if (!due || due.at > now) return;
  timer = null;
  due.callback();
  await new Promise((resolve) => setTimeout(resolve));
  await library.stats.settled();
  await library.blobs.get('book');
  await new Promise((resolve) => setTimeout(resolve));
}

async function write(content: string): Promise<void> {
  const seen = firstValueFrom(library.blobs.changes$.pipe(filter(({ blobs }) => blobs.some(({ id }) => id === 'draft'))));
  await library.blobs.change('draft', (blob) => ({ ...blob, data: { ...blob.data, content } }));
  await seen;
  await library.stats.caughtUp();
}

beforeEach(async () => {
  ({ library } = await openTestLibrary());
  await library.blobs.insert([newBookBlob(library, 'book', BOOK), newDraftBlob(library, 'book', CHAPTER, '')]);
  instance = { ...DEFAULT_INSTANCE, mode: 'after-pause' };
  status = 'saved';
  asked = [];
  now = 1_000_000;
  timer = null;
  fails = null;
  ended = null;
  auto = createAutoExpansion({
    library: { ...library, jobs: { ...library.jobs, lastEnded: () => ended as Job | null } },
    clock: {
      now: () => now,
      after(ms, callback) {
        const own = { at: now + ms, callback };
        timer = own;
        return () => {
          if (timer === own) timer = null;
        };
      },
    },
    readInstance: () => instance,
    readStatus: () => status,
    async expand(wish) {
      asked.push(wish);
      if (fails) throw fails;
      return 'job';
    },
  });
  auto.start();
});
afterEach(async () => {
  auto.close();
  await library.close();
});

it('expands a chapter once its author has paused, and not while words come', async () => {
  await write('The keeper climbed the stairs.');
  await pass(19);
  await write('The keeper climbed the stairs at dusk.');
  await pass(19);
  expect(asked).toEqual([]);
  await pass(1);
  expect(asked).toEqual([{ bookId: 'book', chapterId: 'chapter' }]);
  await pass(60);
  expect(asked).toHaveLength(1);
});

it('asks for nothing where the author wants to be asked, or has it off', async () => {
  instance = DEFAULT_INSTANCE;
  await write('The keeper climbed the stairs.');
  await pass(60);
  instance = { ...DEFAULT_INSTANCE, mode: 'after-pause', active: false };
  await write('The keeper climbed.');
  await pass(60);
  expect(asked).toEqual([]);
});

it('leaves an empty chapter alone, and one that has unsaved words waits', async () => {
  await write('The keeper.');
  await write('  ');
  await pass(20);
  expect(asked).toEqual([]);
  await write('The keeper climbed.');
  status = 'saving';
  await pass(20);
  status = 'saved';
  await pass(19);
  expect(asked).toEqual([]);
  await pass(1);
  expect(asked).toHaveLength(1);
});

it('leaves what came from the server to the device it was written on', async () => {
  const [row] = await library.blobs.collection.storageInstance.findDocumentsById(['draft'], false);
  const seen = firstValueFrom(library.blobs.changes$);
  await library.blobs.collection.storageInstance.bulkWrite([{ previous: row!, document: { ...row!, data: { content: 'From elsewhere.' } } }], 'replication');
  await seen;
  await pass(60);
  expect(asked).toEqual([]);
});

it('leaves a chapter alone for an hour when its last expansion failed for good, then tries once', async () => {
  await write('The keeper climbed.');
  await pass(20);
  expect(asked).toHaveLength(1);
  ended = { state: 'dead', updated_at: now };
  await write('The keeper climbed the stairs.');
  await pass(20);
  await pass(3500);
  expect(asked).toHaveLength(1);
  await pass(80);
  expect(asked).toHaveLength(2);
  await pass(7200);
  expect(asked).toHaveLength(2);
});

it('goes on at once when one that its author asked for has succeeded since', async () => {
  ended = { state: 'dead', updated_at: now };
  await write('The keeper climbed.');
  await pass(20);
  expect(asked).toHaveLength(0);
  ended = { state: 'done', updated_at: now };
  await write('The keeper climbed the stairs.');
  await pass(20);
  expect(asked).toHaveLength(1);
});

it('goes on after a chapter that could not be read', async () => {
  fails = new Error('The disk is away.');
  await write('The keeper climbed.');
  await pass(20);
  fails = null;
  await write('The keeper climbed the stairs.');
  await pass(20);
  expect(asked).toHaveLength(2);
});
