import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDevicePlatform, settle, settleLive, startWorld, type Device, type Person, type World } from './sync-rig.acceptance.ts';

const BASE = 'The keeper climbed the stairs at dusk.\n\nNobody had come since March.';

let world: World;
let author: Person;

beforeEach(async () => {
  world = await startWorld();
  author = await world.register();
});
afterEach(async () => {
  await world.close();
});

const count = (part: string): number => world.proxy.seen.filter((path) => path.includes(part)).length;

test('a device that lost its local store signs in again and has everything: texts, deletes and both sides of a conflict', async () => {
  const [a, b] = [await world.device(author), await world.device(author)];
  const [kept, deleted] = [await a.write(BASE), await a.write('Gone.')];
  await settle(world, author, a, b);
  world.proxy.cut();
  await a.edit(kept, (text) => text.replace('March', 'the storm'));
  await b.edit(kept, (text) => text.replace('March', 'Easter'));
  await b.blobs.tombstone([deleted], 'test');
  world.proxy.join();
  for (const device of [a, b]) device.setOnline(true);
  await settle(world, author, a, b);
  const before = await b.all();
  await b.close();

  const again = await world.device(author);
  await settle(world, author, a, again);
  expect((await again.all()).size).toBe(before.size);
  for (const words of ['the storm', 'Easter']) expect(await again.text(kept)).toContain(words);
  expect([...(await again.all()).values()].filter((blob) => blob.schema_id === 'snapshot-v1')).toHaveLength(3);
  expect(await again.text(deleted)).toBeNull();
});

describe('a device that was away longer than deletions are kept', () => {
  /** Both have all; `late` is away from then on. */
  async function part(texts: number): Promise<{ late: Device; other: Device; platform: Device['platform']; ids: string[] }> {
    const platform = createDevicePlatform({ durable: true });
    const [late, other] = [await world.device(author, { platform }), await world.device(author)];
    const ids: string[] = [];
    for (let i = 0; i < texts; i++) ids.push(await late.write(`${BASE}\n\nText ${i}.`));
    await settle(world, author, late, other);
    await late.sync.stop();
    return { late, other, platform, ids };
  }

  test('brings its own edits and its own deletes, takes what others wrote, and brings back nothing that was deleted elsewhere', async () => {
    const { late, other, ids } = await part(6);
    const [stays, gone, goneButEditedHere, editedThere, editedOnBoth, deletedHere] = ids as [string, string, string, string, string, string];
    await other.blobs.tombstone([gone, goneButEditedHere], 'test');
    await other.edit(editedThere, (text) => text.replace('dusk', 'dawn'));
    await other.edit(editedOnBoth, (text) => text.replace('dusk', 'noon'));
    await settleLive(world, author, other);
    await world.forgetDeletes();
    const newThere = await other.write('Written while it was away.');
    await late.edit(goneButEditedHere, (text) => `${text}\n\nA lamp was lit.`);
    await late.edit(editedOnBoth, (text) => text.replace('March', 'Easter'));
    await late.blobs.tombstone([deletedHere], 'test');
    const newHere = await late.write('Written here.');
    world.proxy.seen.length = 0;
    late.sync.start();
    await settleLive(world, author, late, other);
    // Compared page by page: not a question for each text that was changed meanwhile.
    expect(count('/history')).toBe(0);
    expect(count('&seq=0&')).toBe(0);

    const master = await world.serverBlobs(author);
    // Not even as a delete: nothing of it was sent.
    expect(master.has(gone)).toBe(false);
    expect(await late.text(gone)).toBeNull();
    expect((await late.all()).get(gone)).toMatchObject({ deleted: true, data: { content: expect.stringContaining('keeper') } });
    expect(master.get(goneButEditedHere)?.data['content']).toContain('A lamp was lit.');
    expect(await other.text(goneButEditedHere)).toContain('A lamp was lit.');
    expect(await late.text(editedThere)).toContain('dawn');
    for (const words of ['noon', 'Easter']) expect(await other.text(editedOnBoth)).toContain(words);
    expect(await other.text(deletedHere)).toBeNull();
    expect([await late.text(newThere), await other.text(newHere)]).toEqual(['Written while it was away.', 'Written here.']);
    expect(master.get(stays)?.version).toBe(1);
    expect(await late.status(({ state }) => state === 'synced')).toMatchObject({ pending: 0, setAside: [] });
  });

  test('does so also when it starts anew, and compares only once', async () => {
    const { late, other, platform, ids } = await part(3);
    await other.blobs.tombstone([ids[0]!], 'test');
    await settleLive(world, author, other);
    await world.forgetDeletes();
    await late.edit(ids[1]!, (text) => `${text}\n\nA lamp was lit.`);
    await late.close();
    const again = await world.device(author, { platform });
    await settleLive(world, author, again, other);
    expect(await again.text(ids[0]!)).toBeNull();
    expect(await other.text(ids[1]!)).toContain('A lamp was lit.');
    await again.close();

    world.proxy.seen.length = 0;
    await other.edit(ids[2]!, (text) => text.replace('dusk', 'dawn'));
    const third = await world.device(author, { platform });
    await settleLive(world, author, third, other);
    expect(await third.text(ids[2]!)).toContain('dawn');
    expect(world.proxy.seen.filter((path) => /pull\?limit/.test(path))).toEqual([]);
  });

  test('takes back what it had to delete when yet another one comes back with an edit of it, of an older version', async () => {
    const { late, other, ids } = await part(1);
    const id = ids[0]!;
    const longest = await world.device(author);
    await settle(world, author, other, longest);
    await longest.sync.stop();
    late.sync.start();
    for (const word of ['one', 'two', 'three']) await other.edit(id, (text) => `${text} ${word}`);
    await settle(world, author, late, other);
    await late.sync.stop();
    await longest.edit(id, (text) => `${text}\n\nA lamp was lit.`);
    await other.blobs.tombstone([id], 'test');
    await settleLive(world, author, other);
    await world.forgetDeletes();
    late.sync.start();
    await settleLive(world, author, late, other);
    expect(await late.text(id)).toBeNull();
    longest.sync.start();
    await settleLive(world, author, longest, late, other);
    for (const device of [late, other]) expect(await device.text(id)).toContain('A lamp was lit.');
  });

  test('has nothing left where all was deleted, and writes on', async () => {
    const { late, other, ids } = await part(2);
    await other.blobs.tombstone(ids, 'test');
    await settleLive(world, author, other);
    await world.forgetDeletes();
    expect((await world.serverBlobs(author)).size).toBe(0);
    late.sync.start();
    await vi.waitFor(async () => expect(await Promise.all(ids.map(late.text))).toEqual([null, null]));
    const id = await late.write('A new beginning.');
    await settleLive(world, author, late, other);
    expect(await other.text(id)).toBe('A new beginning.');
  });

  test('many deletes leave nothing waiting', async () => {
    const { late, other, ids } = await part(150);
    await other.blobs.tombstone(ids, 'test');
    await settleLive(world, author, other);
    await world.forgetDeletes();
    await late.blobs.tombstone(ids.slice(0, 120), 'test');
    late.sync.start();
    await settleLive(world, author, late, other);
    expect(await late.status(({ state }) => state === 'synced')).toMatchObject({ pending: 0 });
    expect((await world.serverBlobs(author)).size).toBe(0);
  });

  test('an edit that is made while it compares is not lost', async () => {
    const { late, other, ids } = await part(3);
    await other.blobs.tombstone(ids, 'test');
    await settleLive(world, author, other);
    await world.forgetDeletes();
    let edit: Promise<void> | null = null;
    world.proxy.decide = (path) => {
      if (/pull\?limit/.test(path)) edit ??= late.edit(ids[0]!, (text) => `${text}\n\nTyped meanwhile.`);
      return 'pass';
    };
    late.sync.start();
    await vi.waitFor(() => expect(edit).not.toBeNull());
    await edit;
    await settleLive(world, author, late, other);
    expect(await other.text(ids[0]!)).toContain('Typed meanwhile.');
    expect(await other.text(ids[1]!)).toBeNull();
  });
});

test('a server that was restored after it had removed deletes gets back what it forgot, and needs to be asked once', async () => {
  const [a, b] = [await world.device(author), await world.device(author)];
  const [kept, gone] = [await a.write(BASE), await a.write('Gone.')];
  await a.blobs.tombstone([gone], 'test');
  await settle(world, author, a, b);
  await world.forgetDeletes();
  await world.backup();
  await b.edit(kept, (text) => `${text}\n\nA lamp was lit.`);
  const fresh = await a.write('Written after the backup.');
  await settleLive(world, author, a, b);
  await world.restore();
  await settleLive(world, author, a, b);
  const master = await world.serverBlobs(author);
  expect(master.get(kept)?.data['content']).toContain('A lamp was lit.');
  expect(master.get(fresh)?.data['content']).toBe('Written after the backup.');
  world.proxy.seen.length = 0;
  await a.edit(kept, (text) => `${text}\n\nAnd out.`);
  await settleLive(world, author, a, b);
  expect(count('/pull?limit')).toBe(0);
});
