import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { coreOf } from '../app-core.ts';
import type { Platform } from '../ports.ts';
import type { BookSummary, RectoApp } from '../recto-app.ts';
import { libraryName } from '../store/open-database.ts';
import { createDevicePlatform } from '../sync/sync-rig.acceptance.ts';
import { setUpApps, synced } from '../test-support/apps-beside-a-server.ts';
import { createMemoryStorage, createTestPlatform } from '../test-support/test-platform.ts';
import { addChapter } from './add-chapter.ts';
import { bringLocalBooks } from './bring-local-books.ts';
import { changePassword } from './change-password.ts';
import { createBook } from './create-book.ts';
import { deleteChapter } from './delete-chapter.ts';
import { deleteAccount } from './delete-account.ts';
import { listDevices } from './list-devices.ts';
import { requestPasswordReset } from './request-password-reset.ts';
import { restoreFromTrash } from './restore-from-trash.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { signOutDevice } from './sign-out-device.ts';
import { signUp } from './sign-up.ts';

const apps = setUpApps();

const openApp = (platform: Platform = createDevicePlatform()): Promise<RectoApp> => apps.open(platform);

const PASSWORD = 'correct horse battery';
const person = (password = PASSWORD) => ({ server: apps.world.proxy.url, email: 'author@example.org', password });
const books = (app: RectoApp, count: number): Promise<BookSummary[]> => firstValueFrom(app.books$.pipe(filter((list) => list.length === count)));
const signedOut = (app: RectoApp) => firstValueFrom(app.syncStatus$.pipe(filter(({ state }) => state === 'signed-out')));

describe('an account’s devices', () => {
  test('are listed, and each can be signed out from another; what is written on it stays', async () => {
    const [desk, lost] = [await openApp(), await openApp()];
    await signUp(desk, person());
    await signIn(lost, person());
    await createBook(lost, { title: 'Dusk', author: 'A. Writer' });
    await synced(lost);
    const devices = await listDevices(desk);
    expect(devices.map(({ current }) => current).toSorted()).toEqual([false, true]);
    const other = devices.find(({ current }) => !current)!;
    await signOutDevice(desk, other.id);
    // Asked twice, as by two clicks: it is signed out.
    await signOutDevice(desk, other.id);
    expect(await listDevices(desk)).toHaveLength(1);
    expect((await signedOut(lost)).message).toMatch(/Sign in/);
    expect(await books(lost, 1)).toMatchObject([{ title: 'Dusk' }]);
  });

  test('are signed out by a new password, but for the one that sets it', async () => {
    const [desk, sofa] = [await openApp(), await openApp()];
    await signUp(desk, person());
    await signIn(sofa, person());
    await synced(sofa);
    await expect(changePassword(desk, { current: 'not this one', next: 'another one, longer still', signOutOthers: true })).rejects.toMatchObject({ code: 'forbidden' });
    await changePassword(desk, { current: PASSWORD, next: 'another one, longer still', signOutOthers: true });
    await signedOut(sofa);
    expect(await listDevices(desk)).toHaveLength(1);
    await signIn(sofa, person('another one, longer still'));
    await synced(sofa);
  });
});

describe('the end of an account', () => {
  test('leaves every book on this device, in the library without an account: those of other devices, and what came along before', async () => {
    const [desk, sofa] = [await openApp(createDevicePlatform({ durable: true })), await openApp()];
    await createBook(desk, { title: 'Before the account', author: 'A. Writer' });
    const session = await signUp(desk, person());
    await bringLocalBooks(desk);
    await signIn(sofa, person());
    await createBook(sofa, { title: 'On the sofa', author: 'A. Writer' });
    await synced(sofa);
    await expect(deleteAccount(desk, { password: 'not this one' })).rejects.toMatchObject({ code: 'forbidden' });
    expect((await firstValueFrom(desk.session$))?.email).toBe('author@example.org');
    await books(desk, 2);

    const { deletedAt, books: kept } = await deleteAccount(desk, { password: PASSWORD });
    expect(kept).toBe(2);
    expect(Date.parse(deletedAt)).toBeGreaterThan(0);
    expect(await firstValueFrom(desk.session$)).toBeNull();
    expect((await books(desk, 2)).map(({ title }) => title).toSorted()).toEqual(['Before the account', 'On the sofa']);
    await expect(signIn(desk, person())).rejects.toMatchObject({ code: 'wrong_credentials' });
    // The same email, a new account: nothing of the old one is there, here or on the server.
    const again = await signUp(desk, person());
    expect(libraryName(again)).not.toBe(libraryName(session));
    await synced(desk);
    await books(desk, 0);
    await signOut(desk);
    await books(desk, 2);
  });

  test('leaves the trash, too: what was deleted in the account can still come back', async () => {
    const desk = await openApp();
    const { bookId } = await createBook(desk, { title: 'Before the account', author: 'A. Writer' });
    const early = await addChapter(desk, bookId, { title: 'Noon' });
    await signUp(desk, person());
    await bringLocalBooks(desk);
    const { bookId: laterBook } = await createBook(desk, { title: 'In the account', author: 'A. Writer' });
    const late = await addChapter(desk, laterBook, { title: 'Night' });
    await deleteChapter(desk, bookId, early);
    await deleteChapter(desk, laterBook, late);
    await synced(desk);
    await deleteAccount(desk, { password: PASSWORD });
    await books(desk, 2);
    expect((await firstValueFrom(desk.observeTrash())).map(({ title }) => title).toSorted()).toEqual(['Night', 'Noon']);
    await restoreFromTrash(desk, { id: early });
    await restoreFromTrash(desk, { id: late });
    for (const [id, title] of [[bookId, 'Noon'], [laterBook, 'Night']] as const) {
      expect((await firstValueFrom(desk.observeBook(id)))?.chapters.map((chapter) => chapter.title)).toContain(title);
    }
  });

  test('loses nothing that is written in another window after it: the next start finds that', async () => {
    const disk = createMemoryStorage();
    let windows = 0;
    // RxDB lets a database be open once for each storage of a name; the state behind it is one.
    const openWindow = (): Promise<RectoApp> => openApp(createTestPlatform({ storage: { ...disk, name: `${disk.name}-${(windows += 1)}` }, manyWindows: true }));
    const first = await openWindow();
    await signUp(first, person());
    const { bookId } = await createBook(first, { title: 'Dusk', author: 'A. Writer' });
    await synced(first);
    const second = await openWindow();
    const { draftId } = (await firstValueFrom(second.observeBook(bookId).pipe(filter((book) => book?.chapters.length === 1))))!.chapters[0]!;
    const draft = await second.openDraft(draftId);
    const chapterId = await addChapter(first, bookId, { title: 'Night' });
    await synced(first);
    await deleteAccount(first, { password: PASSWORD });
    await books(first, 1);
    // What is changed here from now on is not what the account's library has, and stays as it is.
    await deleteChapter(first, bookId, chapterId);
    draft.changed(() => 'Written when the account was gone.');
    await draft.flush();
    for (const app of [second, first]) await apps.close(app);
    const again = await openWindow();
    await books(again, 1);
    await expect.poll(async () => (await again.openDraft(draftId)).initialText).toBe('Written when the account was gone.');
    expect((await firstValueFrom(again.observeBook(bookId)))?.chapters).toHaveLength(1);
    // Nothing is left of the account's own library: there is nothing to bring along any more.
    await apps.close(again);
    const { device } = coreOf(await openWindow());
    expect(await device.get('left-libraries')).toBeNull();
  });

  test('is not reached without a connection: nothing changes', async () => {
    const app = await openApp();
    await signUp(app, person());
    await createBook(app, { title: 'Dusk', author: 'A. Writer' });
    await synced(app);
    apps.world.proxy.cut();
    await expect(deleteAccount(app, { password: PASSWORD })).rejects.toMatchObject({ code: 'network' });
    apps.world.proxy.join();
    await synced(app);
    await books(app, 1);
  });
});

test('a forgotten password, on a server that sends no mail, is its operator’s to help with', async () => {
  const app = await openApp();
  await expect(requestPasswordReset(app, person())).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('Ask whoever runs it') });
});
