import { filter, firstValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { coreOf } from '../app-core.ts';
import type { BookView, RectoApp } from '../recto-app.ts';
import { createDevicePlatform } from '../sync/sync-rig.acceptance.ts';
import { setUpApps, synced } from '../test-support/apps-beside-a-server.ts';
import { addChapter } from './add-chapter.ts';
import { createBook } from './create-book.ts';
import { deleteBook } from './delete-book.ts';
import { deleteChapter } from './delete-chapter.ts';
import { nameVersion } from './name-version.ts';
import { signIn } from './sign-in.ts';
import { signUp } from './sign-up.ts';
import { updateBook } from './update-book.ts';

const apps = setUpApps();

const openApp = (durable: boolean): Promise<RectoApp> => apps.open(createDevicePlatform({ durable }));

const bookWhere = (app: RectoApp, bookId: string, fits: (book: BookView) => boolean): Promise<BookView> =>
  firstValueFrom(app.observeBook(bookId).pipe(filter((view): view is BookView => view !== null && fits(view))));

async function write(app: RectoApp, draftId: string, text: string): Promise<void> {
  const session = await app.openDraft(draftId);
  session.changed(() => text);
  await session.close();
}

test('what one device deletes while another changes it is whole on both: a book that was renamed, a chapter that was written in, with its history', async () => {
  const [desk, lap] = [await openApp(true), await openApp(false)];
  const person = { server: apps.world.proxy.url, email: 'author@example.org', password: 'correct horse battery' };
  await signUp(desk, person);
  const renamed = await createBook(desk, { title: 'Dusk', author: 'A' });
  const written = await createBook(desk, { title: 'Dawn', author: 'A' });
  const chapterId = await addChapter(desk, written.bookId, { title: 'Noon' });
  const first = (await bookWhere(desk, renamed.bookId, () => true)).chapters[0]!.draftId;
  const noon = (await bookWhere(desk, written.bookId, ({ chapters }) => chapters.length === 2)).chapters[1]!.draftId;
  await write(desk, first, 'Words of dusk.');
  await write(desk, noon, 'Words of noon.');
  await nameVersion(desk, { bookId: written.bookId, chapterId, name: 'First' });
  await synced(desk);
  await signIn(lap, person);
  await bookWhere(lap, written.bookId, ({ chapters }) => chapters.length === 2);
  await synced(lap);

  apps.world.proxy.cut();
  await updateBook(desk, renamed.bookId, { title: 'Dusk, again' });
  await deleteBook(lap, renamed.bookId);
  await write(desk, noon, 'Words of noon. And more.');
  await deleteChapter(lap, written.bookId, chapterId);
  apps.world.proxy.join();
  for (const app of [desk, lap]) coreOf(app).sync()!.syncNow();

  for (const app of [desk, lap]) {
    const { blobs } = await coreOf(app).library();
    await expect.poll(async () => (await blobs.get(first))?.data['content'], { timeout: 60_000 }).toBe('Words of dusk.');
    await expect.poll(async () => (await blobs.get(renamed.bookId))?.data['title'], { timeout: 60_000 }).toBe('Dusk, again');
    await bookWhere(app, written.bookId, ({ chapters }) => chapters.map(({ title }) => title).join() === 'Chapter 1,Noon');
    await expect.poll(async () => (await blobs.get(noon))?.data['content'], { timeout: 60_000 }).toBe('Words of noon. And more.');
    await firstValueFrom(app.observeVersions(written.bookId, chapterId).pipe(filter((versions) => versions.some(({ name }) => name === 'First'))));
  }
}, 120_000);
