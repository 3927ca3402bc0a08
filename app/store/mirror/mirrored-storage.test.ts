import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { Notice } from '#schemas/ipc.ts';
import { createApp } from '../../create-app.ts';
import type { Platform } from '../../ports.ts';
import type { RectoApp, SaveStatus } from '../../recto-app.ts';
import { createMemoryMirror, type MemoryMirror } from '../../test-support/memory-mirror.ts';
import { createTestPlatform, STORAGES } from '../../test-support/test-platform.ts';
import { createBook } from '../../use-cases/create-book.ts';
import { updateSettings } from '../../use-cases/update-settings.ts';

const FULL = new RectoError('storage_full', 'The disk with the library file is full.');

const apps: RectoApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function open(platform: Platform): Promise<RectoApp> {
  const app = await createApp(platform);
  apps.push(app);
  return app;
}

async function close(app: RectoApp): Promise<void> {
  apps.splice(apps.indexOf(app), 1);
  await app.close();
}

async function firstDraftId(app: RectoApp, bookId: string): Promise<string> {
  return (await firstValueFrom(app.observeBook(bookId).pipe(filter((book) => book !== null)))).chapters[0]!.draftId;
}

function statusOf(app: RectoApp): { seen: string[]; reaches(state: SaveStatus['state']): Promise<SaveStatus> } {
  const seen: string[] = [];
  app.saveStatus$.subscribe(({ state }) => seen.push(state));
  return { seen, reaches: (state) => firstValueFrom(app.saveStatus$.pipe(filter((status) => status.state === state))) };
}

async function writeBook(mirror: MemoryMirror, storage: Platform['storage']): Promise<{ bookId: string; draftId: string }> {
  const app = await open(createTestPlatform({ storage, mirror }));
  const { bookId } = await createBook(app, { title: 'The Keeper', author: 'A. Writer' });
  const draftId = await firstDraftId(app, bookId);
  const session = await app.openDraft(draftId);
  session.changed(() => 'The lamp burnt low.');
  await updateSettings(app, { theme: 'night' });
  await app.flush();
  await close(app);
  return { bookId, draftId };
}

describe.each(Object.entries(STORAGES))('a library beside its file, on %s', (_name, createStorage) => {
  it('comes back whole when the browser engine has lost it, and says so', async () => {
    const mirror = createMemoryMirror();
    const { bookId, draftId } = await writeBook(mirror, createStorage());

    const app = await open(createTestPlatform({ storage: createStorage(), mirror }));
    const [book] = await firstValueFrom(app.books$.pipe(filter((books) => books.length > 0)));
    expect(book).toMatchObject({ id: bookId, title: 'The Keeper', author: 'A. Writer', words: 4 });
    expect((await app.openDraft(draftId)).initialText).toBe('The lamp burnt low.');
    expect((await firstValueFrom(app.settings$)).theme).toBe('night');
    expect(await firstValueFrom(app.notices$)).toEqual({ kind: 'warning', message: expect.stringContaining('2 texts came back from the library file. Nothing is missing.') });
  });

  it('fills a new file from what the browser engine has', async () => {
    const storage = createStorage();
    const { draftId } = await writeBook(createMemoryMirror(), storage);
    const mirror = createMemoryMirror();
    const app = await open(createTestPlatform({ storage, mirror }));
    await app.flush();
    const rows = mirror.rowsOf('blobs');
    expect(rows).toHaveLength(2);
    expect(JSON.parse(rows.find(({ id }) => id === draftId)!.body)).toMatchObject({ data: { content: 'The lamp burnt low.' }, _deleted: false });
    expect((await firstValueFrom(app.notices$)).message).toContain('made anew');
  });

  it('reads nothing when both agree', async () => {
    const mirror = createMemoryMirror();
    const storage = createStorage();
    await writeBook(mirror, storage);
    mirror.calls.length = 0;
    await open(createTestPlatform({ storage, mirror }));
    expect(mirror.calls.filter((name) => name.startsWith('read'))).toEqual([]);
    expect(mirror.calls.filter((name) => name === 'open')).toHaveLength(7);
  });

  it('says Saving from the first key to the file’s answer, and Saved once', async () => {
    const mirror = createMemoryMirror();
    const app = await open(createTestPlatform({ storage: createStorage(), mirror }));
    const { bookId } = await createBook(app, { title: 'T', author: '' });
    const session = await app.openDraft(await firstDraftId(app, bookId));
    await app.flush();
    const status = statusOf(app);
    let answer = (): void => undefined;
    mirror.gate = new Promise((resolve) => (answer = resolve));
    session.changed(() => 'Words.');
    await session.flush();
    expect(status.seen).toEqual(['saved', 'saving']);
    mirror.gate = null;
    answer();
    await app.flush();
    await status.reaches('saved');
    expect(status.seen).toEqual(['saved', 'saving', 'saved']);
  });

  it('says at once that it is not saved when the file can’t be written, and saves by itself when it can', async () => {
    const mirror = createMemoryMirror();
    const app = await open(createTestPlatform({ storage: createStorage(), mirror }));
    const { bookId } = await createBook(app, { title: 'T', author: '' });
    const draftId = await firstDraftId(app, bookId);
    const session = await app.openDraft(draftId);
    await app.flush();
    const status = statusOf(app);
    mirror.failure = FULL;
    session.changed(() => 'First.');
    await session.flush();
    expect(await status.reaches('not-saved')).toEqual({ state: 'not-saved', message: FULL.message });
    await expect(app.flush()).rejects.toMatchObject({ code: 'storage_full' });
    session.changed(() => 'First. Second.');
    await session.flush();
    mirror.failure = null;
    await status.reaches('saved');
    expect(status.seen.at(-1)).toBe('saved');
    expect(JSON.parse(mirror.rowsOf('blobs').find(({ id }) => id === draftId)!.body)).toMatchObject({ data: { content: 'First. Second.' } });
  });

  it('brings to the file at the next start what it could not take before', async () => {
    const mirror = createMemoryMirror();
    const storage = createStorage();
    const { bookId, draftId } = await writeBook(mirror, storage);
    const app = await open(createTestPlatform({ storage, mirror }));
    const session = await app.openDraft(draftId);
    mirror.failure = FULL;
    session.changed(() => 'The lamp went out.');
    await expect(app.flush()).rejects.toMatchObject({ code: 'storage_full' });
    await close(app);
    mirror.failure = null;
    await close(await open(createTestPlatform({ storage, mirror })));
    expect(JSON.parse(mirror.rowsOf('blobs').find(({ id }) => id === draftId)!.body)).toMatchObject({ data: { content: 'The lamp went out.' } });

    const again = await open(createTestPlatform({ storage: createStorage(), mirror }));
    expect((await again.openDraft(draftId)).initialText).toBe('The lamp went out.');
    expect(await firstDraftId(again, bookId)).toBe(draftId);
  });

  it('opens what the browser engine has while the file can’t be opened, but no library that would look empty', async () => {
    const mirror = createMemoryMirror();
    const storage = createStorage();
    const { draftId } = await writeBook(mirror, storage);
    mirror.failure = new RectoError('storage_locked', 'Another program holds the library file.');
    const app = await open(createTestPlatform({ storage, mirror }));
    expect((await app.openDraft(draftId)).initialText).toBe('The lamp burnt low.');
    expect(await statusOf(app).reaches('not-saved')).toMatchObject({ message: 'Another program holds the library file.' });
    await close(app);

    const lost = createStorage();
    await expect(createApp(createTestPlatform({ storage: lost, mirror }))).rejects.toMatchObject({ code: 'storage_locked' });
    mirror.failure = null;
    const again = await open(createTestPlatform({ storage: lost, mirror }));
    expect((await again.openDraft(draftId)).initialText).toBe('The lamp burnt low.');
  });

  it('names the backup that lost texts came back from', async () => {
    const mirror = createMemoryMirror();
    await writeBook(mirror, createStorage());
    mirror.setBackup('2026-03-01T10:00:00Z');
    const notices: Notice[] = [];
    const app = await open(createTestPlatform({ storage: createStorage(), mirror }));
    app.notices$.subscribe((notice) => notices.push(notice));
    expect(notices).toEqual([{ kind: 'warning', message: expect.stringContaining(`from the backup of ${new Date('2026-03-01T10:00:00Z').toLocaleString()}`) }]);
  });
});
