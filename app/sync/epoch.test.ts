import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDevicePlatform, settle, startWorld, type Person, type World } from './sync-rig.acceptance.ts';

const BASE = 'The keeper climbed the stairs at dusk.\n\nNobody had come since March.\n\nThe sea was loud.';

let world: World;
let author: Person;

beforeEach(async () => {
  world = await startWorld();
  author = await world.register();
});

afterEach(async () => {
  await world.close();
});

describe('a server that was restored from a backup', () => {
  test('gets back what was written and changed after the backup, as it was: no merge, no conflict', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    const [old, changed, deleted] = [await a.write(BASE), await a.write(BASE), await a.write(BASE)];
    await settle(world, author, a, b);
    await world.backup();
    await b.edit(changed, (text) => text.replace('climbed', 'ran up').replace('March', 'April'));
    await b.edit(changed, (text) => `${text}\n\nA lamp was lit.`);
    await b.blobs.tombstone([deleted], 'test');
    const fresh = await a.write('Written after the backup.');
    await settle(world, author, a, b);
    await world.restore();
    await settle(world, author, a, b);
    const master = await world.serverBlobs(author);
    expect(master.get(changed)?.data['content']).toBe(`${BASE.replace('climbed', 'ran up').replace('March', 'April')}\n\nA lamp was lit.`);
    expect(master.get(fresh)?.data['content']).toBe('Written after the backup.');
    expect(master.get(deleted)?.deleted).toBe(true);
    expect(master.get(old)?.version).toBe(1);
    expect([...master.values()].filter((blob) => blob.schema_id === 'snapshot-v1')).toEqual([]);
  });

  test('meets edits made while it was away, pushed before anything is pulled', async () => {
    const a = await world.device(author);
    const id = await a.write(BASE);
    await settle(world, author, a);
    await world.backup();
    await a.edit(id, (text) => text.replace('dusk', 'dawn'));
    await settle(world, author, a);
    world.proxy.cut();
    await a.edit(id, (text) => `${text}\n\nA lamp was lit.`);
    await world.restore();
    world.proxy.join();
    a.setOnline(true);
    await settle(world, author, a);
    expect(await a.text(id)).toBe(`${BASE.replace('dusk', 'dawn')}\n\nA lamp was lit.`);
  });

  test('a device that comes late finds what another one wrote since, and loses none of its own', async () => {
    const late = createDevicePlatform({ durable: true });
    const [a, b] = [await world.device(author, { platform: late }), await world.device(author)];
    const [both, onlyB, onlyA] = [await a.write(BASE), await a.write(BASE), await a.write(BASE)];
    await settle(world, author, a, b);
    await world.backup();
    world.proxy.cut();
    await b.edit(both, (text) => text.replace('March', 'Easter'));
    await b.sync.stop();
    world.proxy.join();
    a.setOnline(true);
    // On the old server this is the late device's alone: the other one never sees it there.
    await a.edit(both, (text) => text.replace('dusk', 'dawn'));
    await a.edit(onlyA, (text) => text.replace('sea', 'ocean'));
    await settle(world, author, a);
    await a.close();
    await world.restore();
    b.sync.start();
    await settle(world, author, b);
    await b.edit(onlyB, (text) => text.replace('loud', 'calm'));
    await b.edit(both, (text) => `${text}\n\nA lamp was lit.`);
    await settle(world, author, b);
    const again = await world.device(author, { platform: late });
    await settle(world, author, again, b);
    const text = await again.text(both);
    for (const words of ['dawn', 'Easter', 'A lamp was lit.']) expect(text).toContain(words);
    expect(await b.text(onlyA)).toBe(BASE.replace('sea', 'ocean'));
    expect(await again.text(onlyB)).toBe(BASE.replace('loud', 'calm'));
  });

  test('a server that lost everything is filled again', async () => {
    const a = await world.device(author);
    await a.sync.inSync();
    await world.backup();
    const ids = [await a.write('One.'), await a.write('Two.')];
    await settle(world, author, a);
    await world.restore();
    await settle(world, author, a);
    expect([...(await world.serverBlobs(author)).keys()].toSorted()).toEqual(ids.toSorted());
  });
});

test('what was written while the clock was set back is sent at the next start', async () => {
  const platform = createDevicePlatform({ durable: true });
  const a = await world.device(author, { platform });
  const [first, second] = [await a.write('One.'), await a.write('Two.')];
  await settle(world, author, a);
  await a.sync.stop();
  await a.edit(first, () => 'One, written by a clock that ran behind.');
  // As RxDB stores it when the computer's clock stands a day earlier.
  const storage = a.blobs.collection.storageInstance;
  const below = (storage as unknown as { originalStorageInstance: typeof storage }).originalStorageInstance;
  const [row] = await below.findDocumentsById([first], false);
  const behind = { ...row!, _rev: `${Number.parseInt(row!._rev, 10) + 1}-behind`, _meta: { ...row!._meta, lwt: row!._meta.lwt - 86_400_000 } };
  await below.bulkWrite([{ previous: row!, document: behind }], 'test');
  await a.close();
  const again = await world.device(author, { platform });
  await settle(world, author, again);
  const master = await world.serverBlobs(author);
  expect(master.get(first)?.data['content']).toBe('One, written by a clock that ran behind.');
  expect(master.get(second)?.version).toBe(1);
});
