import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job, JobStore } from '#processors/orchestrator/ports.ts';
import { USER_INPUT, type Blob } from '#schemas/blob.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { createTestPlatform } from '../test-support/test-platform.ts';
import { createBook } from '../use-cases/create-book.ts';
import { editExpansion } from '../use-cases/edit-expansion.ts';
import { createBlobStore, type BlobStore } from './blob-store.ts';
import { changeHead } from './change-head.ts';
import { createDerivedPorts } from './derived-writer.ts';
import type { Library } from './library.ts';
import { findHeadId } from './observe-expansion.ts';

const OLD = 'The keeper climbed the stairs.\n\nHe lit the lamp.';
const LATE = 'The keeper climbed the stairs.\n\nHe lit the lamp at last.';
const GROWN = `${OLD}\n\nAnd the sea was dark.`;

let app: RectoApp;
let library: Library;
let place: { bookId: string; chapterId: string };
/** The same blobs, as another window has them. */
let elsewhere: BlobStore;

beforeEach(async () => {
  app = await createApp(createTestPlatform());
  library = await coreOf(app).library();
  place = await createBook(app, { title: 'Lamp', author: 'A' });
  elsewhere = createBlobStore(library.database.blobs, app.platform.clock);
});
afterEach(() => app.close());

const expansion = (id: string, processorId: string, expanded: string, metadata: object = {}): Blob => ({
  id, user_id: library.userId, processor_id: processorId, schema_id: 'expanded-text-v1', parent_id: 'draft', conversation_id: place.chapterId, tags: [],
  data: { original: 'x', expanded, expansion_ratio: 1, metadata }, version: 1, created_at: '2020-01-01T00:00:00.000Z', updated_at: '2020-01-01T00:00:00.000Z', deleted: false,
});
const grown = (): Blob => expansion('grown', 'text-expansion', GROWN, { based_on: 'old' });
const job = { config: { based_on: 'old' } } as unknown as Job;
const jobs = { update: async () => true } as unknown as JobStore;

async function shown(): Promise<unknown> {
  const id = await findHeadId(library, place.chapterId);
  return (await library.blobs.get(id!))!.data['expanded'];
}

describe.each(['the author’s own', 'a processor’s'] as const)('words that another window stores on %s expansion while its next one takes its place', (whose) => {
  beforeEach(async () => {
    await library.blobs.insertOnce(expansion('old', whose === 'a processor’s' ? 'text-expansion' : USER_INPUT, OLD));
    await firstValueFrom(app.observeExpansion(place.bookId, place.chapterId));
  });

  it('go over that when they come before it', async () => {
    // The window with the job has looked at the head, and has not written yet.
    const store: BlobStore = {
      ...elsewhere,
      async insertOnce(blob) {
        if (blob.id === 'grown') await editExpansion(app, { ...place, text: LATE });
        return elsewhere.insertOnce(blob);
      },
    };
    const ports = createDerivedPorts(store, jobs);
    await ports.read('', 'old');
    await ports.writeDerived({ blob: grown(), also: [] }, job);
    expect(await shown()).toBe(`${LATE}\n\nAnd the sea was dark.`);
  });

  it('go over that when they come after it, by a window that has not heard of it', async () => {
    const ports = createDerivedPorts(elsewhere, jobs);
    await ports.read('', 'old');
    const write = whose === 'a processor’s' ? 'insert' : 'change';
    const late = {
      ...library.blobs,
      [write]: async (...args: never[]) => {
        await ports.writeDerived({ blob: grown(), also: [] }, job);
        return (library.blobs[write] as (...all: never[]) => Promise<unknown>)(...args);
      },
    } as BlobStore;
    await changeHead(app, { ...library, blobs: late }, place, (data) => ({ ...data, expanded: LATE }));
    expect(await shown()).toBe(`${LATE}\n\nAnd the sea was dark.`);
  });
});
