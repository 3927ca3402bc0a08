import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import { coreOf } from '../app-core.ts';
import type { Platform } from '../ports.ts';
import type { BookSummary, RectoApp } from '../recto-app.ts';
import { createDevicePlatform } from '../sync/sync-rig.acceptance.ts';
import { setUpApps, synced } from '../test-support/apps-beside-a-server.ts';
import { bringLocalBooks } from './bring-local-books.ts';
import { createBook } from './create-book.ts';
import { deleteBook } from './delete-book.ts';
import { expandChapter } from './expand-chapter.ts';
import { settleConflict } from './settle-conflict.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { signUp } from './sign-up.ts';

const apps = setUpApps();

const openApp = (platform: Platform = createDevicePlatform({ durable: true })): Promise<RectoApp> => apps.open(platform);

const person = (email = 'author@example.org') => ({ server: apps.world.proxy.url, email, password: 'correct horse battery' });
const books = (app: RectoApp, fits: (list: BookSummary[]) => boolean): Promise<BookSummary[]> => firstValueFrom(app.books$.pipe(filter(fits)));
const titles = (list: BookSummary[]): string[] => list.map(({ title }) => title).toSorted();

describe('an account', () => {
  test('brings a book from one device to another, and the local books along once', async () => {
    const [a, b] = [await openApp(), await openApp(createDevicePlatform())];
    await createBook(a, { title: 'Dusk', author: 'A. Writer' });
    const dropped = await createBook(a, { title: 'Dropped', author: 'A. Writer' });
    await deleteBook(a, dropped.bookId);
    await signUp(a, person());
    expect(await books(a, () => true)).toEqual([]);
    expect(await bringLocalBooks(a)).toEqual({ books: 1 });
    expect(await bringLocalBooks(a)).toEqual({ books: 0 });
    expect(titles(await books(a, (list) => list.length > 0))).toEqual(['Dusk']);
    await signIn(b, person());
    expect(titles(await books(b, (list) => list.length > 0))).toEqual(['Dusk']);
    await signOut(a);
    expect(await books(a, () => true)).toEqual([]);
  });

  test('runs nothing of the local library while its books are brought along', async () => {
    const asked: string[] = [];
    const platform = createDevicePlatform({ durable: true });
    const stalls = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const app = await openApp({ ...platform, runner: { run: ({ jobId }, { signal }) => (asked.push(jobId), stalls(signal)), dispose: async () => undefined } });
    const { bookId, chapterId } = await createBook(app, { title: 'The Keeper', author: 'A. Writer' });
    const book = await firstValueFrom(app.observeBook(bookId).pipe(filter((one) => one?.chapters.length === 1)));
    const session = await app.openDraft(book!.chapters[0]!.draftId);
    session.changed(() => 'The keeper climbed the stairs.');
    await session.close();
    await expandChapter(app, { bookId, chapterId });
    await expect.poll(() => asked).toHaveLength(1);
    await signUp(app, person());
    expect(await bringLocalBooks(app)).toEqual({ books: 1 });
    expect(asked).toHaveLength(1);
  });

  test('signing out keeps what is not sent, says so, and sends it after signing in again', async () => {
    const app = await openApp();
    await signUp(app, person());
    await synced(app);
    apps.world.proxy.cut();
    await createBook(app, { title: 'Offline', author: 'A. Writer' });
    await firstValueFrom(app.syncStatus$.pipe(filter(({ pending }) => pending === 2)));
    expect(await signOut(app)).toEqual({
      unsynced: 2,
      message: '2 changes are not on the server yet. They stay on this device and are sent when you sign in as author@example.org again.',
    });
    expect(await firstValueFrom(app.session$)).toBeNull();
    apps.world.proxy.join();
    await signIn(app, person());
    await synced(app);
    expect((await apps.world.serverBlobs({ email: 'author@example.org', password: 'correct horse battery' })).size).toBe(2);
  });

  test('two accounts on one computer never see each other’s books', async () => {
    const app = await openApp();
    await signUp(app, person());
    await createBook(app, { title: 'The first author’s', author: 'One' });
    await synced(app);
    await signOut(app);
    await signUp(app, person('other@example.org'));
    await synced(app);
    expect(await books(app, () => true)).toEqual([]);
    await createBook(app, { title: 'The second author’s', author: 'Two' });
    await synced(app);
    await signOut(app);
    await signIn(app, person());
    expect(titles(await books(app, (list) => list.length > 0))).toEqual(['The first author’s']);
    await synced(app);
    expect((await apps.world.serverBlobs({ email: 'other@example.org', password: 'correct horse battery' })).size).toBe(2);
  });

  test('the session is there again when the app starts', async () => {
    const platform = createDevicePlatform({ durable: true });
    const first = await openApp(platform);
    await signUp(first, person());
    await createBook(first, { title: 'Dusk', author: 'A. Writer' });
    await apps.close(first);
    const again = await openApp(platform);
    expect((await firstValueFrom(again.session$))?.email).toBe('author@example.org');
    await synced(again);
    expect(titles(await books(again, (list) => list.length > 0))).toEqual(['Dusk']);
  });

  test('a conflict is listed on both devices until the author settles it on one', async () => {
    const [a, b] = [await openApp(), await openApp(createDevicePlatform())];
    await signUp(a, person());
    await signIn(b, person());
    const { bookId, chapterId } = await createBook(a, { title: 'Dusk', author: 'A. Writer' });
    const draftId = (await (await coreOf(a).library()).blobs.get(bookId))!.data['chapters'] as { draft_blob_id: string }[];
    const id = draftId[0]!.draft_blob_id;
    const write = async (app: RectoApp, content: string): Promise<void> => {
      await (await coreOf(app).library()).blobs.change(id, (blob) => ({ ...blob, data: { ...blob.data, content } }));
    };
    await write(a, 'It was dark.');
    await synced(a);
    await vi.waitFor(async () => expect((await (await coreOf(b).library()).blobs.get(id))?.data['content']).toBe('It was dark.'));
    apps.world.proxy.cut();
    await write(a, 'It was light.');
    await write(b, 'It was dusk.');
    apps.world.proxy.join();
    for (const app of [a, b]) (app.platform as ReturnType<typeof createDevicePlatform>).setOnline(true);
    for (const app of [a, b]) {
      const [conflict] = await firstValueFrom(app.conflicts$.pipe(filter((list) => list.length > 0)));
      expect(conflict).toMatchObject({ blobId: id, conversationId: chapterId, schemaId: 'text-input-v2' });
    }
    const [conflict] = await firstValueFrom(a.conflicts$);
    await settleConflict(a, conflict!.id);
    await firstValueFrom(b.conflicts$.pipe(filter((list) => list.length === 0)));
  });
});

describe('what goes wrong at signing in is a sentence', () => {
  test('a wrong password', async () => {
    const app = await openApp();
    await signUp(app, person());
    await signOut(app);
    await expect(signIn(app, { ...person(), password: 'not this one' })).rejects.toMatchObject({ code: 'wrong_credentials', message: 'The email or the password is wrong. Nothing on this device has changed.' });
    expect(await firstValueFrom(app.session$)).toBeNull();
  });

  test('an account that is there already', async () => {
    const app = await openApp();
    await signUp(app, person());
    await expect(signUp(app, person())).rejects.toMatchObject({ code: 'already_exists' });
  });

  test.each([
    ['nobody answers', { server: 'http://127.0.0.1:9' }, 'network', /can’t be reached/],
    ['no address', { server: 'not an address' }, 'malformed', /Write the server’s address/],
  ])('%s', async (_name, more, code, message) => {
    const app = await openApp();
    await expect(signIn(app, { ...person(), ...more })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('another server, and too many tries', async () => {
    const app = await openApp();
    apps.world.proxy.decide = () => ({ status: 200, body: { hello: 'world' } });
    await expect(signIn(app, person())).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining('not as a Recto server') });
    apps.world.proxy.decide = () => ({ status: 404, body: 'nothing here' });
    await expect(signIn(app, person())).rejects.toMatchObject({ code: 'protocol' });
    apps.world.proxy.decide = () => ({ status: 429, body: { type: 'x', title: 'Slow', status: 429, code: 'rate_limited' }, headers: { 'retry-after': '30' } });
    await expect(signIn(app, person())).rejects.toMatchObject({ code: 'rate_limited', message: 'Too many tries. Wait 30 seconds and try again.' });
  });
});
