import { filter, firstValueFrom } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { coreOf } from '../app-core.ts';
import type { ChapterVersion, RectoApp } from '../recto-app.ts';
import { createDevicePlatform } from '../sync/sync-rig.acceptance.ts';
import { setUpApps, synced } from '../test-support/apps-beside-a-server.ts';
import { createBook } from './create-book.ts';
import { nameVersion } from './name-version.ts';
import { readVersion } from './read-version.ts';
import { readConflict } from './read-conflict.ts';
import { restoreVersion } from './restore-version.ts';
import { settleConflict } from './settle-conflict.ts';
import { signIn } from './sign-in.ts';
import { signUp } from './sign-up.ts';

const BASE = ['The keeper climbed the stairs at dusk.', 'Nobody had come since March.', 'He lit the lamp.'].join('\n\n');

const apps = setUpApps();

const openApp = (deviceName: string, durable: boolean): Promise<RectoApp> => apps.open({ ...createDevicePlatform({ durable }), deviceName });

test('a version that one device keeps is read, named and restored on another; what a merge joins is kept first; a conflict says which device had what, and a choice can be undone', async () => {
  const [desk, lap] = [await openApp('desk', true), await openApp('lap', false)];
  const person = { server: apps.world.proxy.url, email: 'author@example.org', password: 'correct horse battery' };
  await signUp(desk, person);
  const place = await createBook(desk, { title: 'Dusk', author: 'A' });
  const draftOf = async (app: RectoApp): Promise<string> =>
    (await firstValueFrom(app.observeBook(place.bookId).pipe(filter((view) => view !== null && view.chapters.length > 0))))!.chapters[0]!.draftId;
  const write = async (app: RectoApp, change: (text: string) => string): Promise<void> => {
    const session = await app.openDraft(await draftOf(app));
    session.changed(() => change(session.initialText));
    await session.close();
  };
  const text = async (app: RectoApp): Promise<string> => {
    const session = await app.openDraft(await draftOf(app));
    await session.close();
    return session.initialText;
  };
  const versionsWhere = (app: RectoApp, fits: (list: ChapterVersion[]) => boolean): Promise<ChapterVersion[]> =>
    firstValueFrom(app.observeVersions(place.bookId, place.chapterId).pipe(filter(fits)));

  await write(desk, () => BASE);
  await nameVersion(desk, { ...place, name: 'First' });
  await write(desk, (now) => now.replace('dusk', 'dawn'));
  await nameVersion(desk, { ...place, name: 'Second' });
  await signIn(lap, person);
  const found = await versionsWhere(lap, (list) => list.filter(({ name }) => name !== undefined).length === 2);
  const first = found.find(({ name }) => name === 'First')!;
  expect(first).toMatchObject({ device: 'desk', words: 16 });
  expect((await readVersion(lap, { ...place, versionId: first.id })).text).toBe(BASE);
  await restoreVersion(lap, { ...place, versionId: first.id });
  await vi.waitFor(async () => expect(await text(desk)).toBe(BASE));
  await Promise.all([synced(desk), synced(lap)]);

  apps.world.proxy.cut();
  await write(desk, (now) => now.replace('March', 'the storm'));
  await write(lap, (now) => now.replace('keeper', 'old keeper'));
  apps.world.proxy.join();
  for (const app of [desk, lap]) coreOf(app).sync()!.syncNow();
  const merged = BASE.replace('March', 'the storm').replace('keeper', 'old keeper');
  await vi.waitFor(async () => expect([await text(desk), await text(lap)]).toEqual([merged, merged]));
  const kept = (await Promise.all([desk, lap].map((app) => versionsWhere(app, (list) => list.some(({ reason }) => reason === 'merge'))))).flat().find(({ reason }) => reason === 'merge')!;
  expect([BASE.replace('March', 'the storm'), BASE.replace('keeper', 'old keeper')]).toContain((await readVersion(desk, { ...place, versionId: kept.id })).text);
  expect(await firstValueFrom(desk.conflicts$)).toEqual([]);

  apps.world.proxy.cut();
  await write(desk, (now) => now.replace('He lit the lamp.', 'He lit the lamp with a match.'));
  await write(lap, (now) => now.replace('He lit the lamp.', 'He lit the lamp with a candle.'));
  apps.world.proxy.join();
  for (const app of [desk, lap]) coreOf(app).sync()!.syncNow();
  for (const app of [desk, lap]) {
    const [conflict] = await firstValueFrom(app.conflicts$.pipe(filter((list) => list.length > 0)));
    const { texts, devices, title, of } = await readConflict(app, conflict!);
    expect([title, of]).toEqual(['Chapter 1', 'chapter']);
    expect([devices.mine, devices.theirs].find((device) => device?.isThis)?.name).toBe(app.platform.deviceName);
    const had = { [devices.mine!.name]: texts.mine, [devices.theirs!.name]: texts.theirs };
    expect(had).toEqual({ desk: merged.replace('lamp.', 'lamp with a match.'), lap: merged.replace('lamp.', 'lamp with a candle.') });
    expect(texts.base).toBe(merged);
  }
  const [conflict] = await firstValueFrom(desk.conflicts$);
  const joined = await text(desk);
  const { undo } = await settleConflict(desk, conflict!.id, 'mine');
  const { texts } = await readConflict(desk, conflict!);
  expect(await text(desk)).toBe(texts.mine);
  await firstValueFrom(lap.conflicts$.pipe(filter((list) => list.length === 0)));
  await vi.waitFor(async () => expect(await text(lap)).toBe(texts.mine));
  await undo();
  expect(await text(desk)).toBe(joined);
  await firstValueFrom(lap.conflicts$.pipe(filter((list) => list.length === 1)));
});
