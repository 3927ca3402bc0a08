import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
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

describe('two devices of one author', () => {
  test('what is written, changed and deleted on one shows on the other', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    const id = await a.write(BASE);
    await vi.waitFor(async () => expect(await b.text(id)).toBe(BASE));
    await b.edit(id, (text) => text.replace('dusk', 'dawn'));
    await vi.waitFor(async () => expect(await a.text(id)).toContain('dawn'));
    await a.blobs.tombstone([id], 'test');
    await vi.waitFor(async () => expect(await b.text(id)).toBeNull());
    await settle(world, author, a, b);
    expect((await a.sync.inSync(), await a.status(({ state }) => state === 'synced')).pending).toBe(0);
  });

  test('a device whose library fell back to an older state takes the newer one, and what it wrote on the older is merged', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    const [untouched, edited] = [await a.write(BASE), await a.write(BASE)];
    const storage = a.blobs.collection.storageInstance;
    const older = await storage.findDocumentsById([untouched, edited], true);
    for (const id of [untouched, edited]) for (const word of ['storm', 'gale']) await a.edit(id, (text) => `${text}\n\nThen came the ${word}.`);
    await settle(world, author, a, b);

    // As after a repair from a backup: the texts are of before, the record of what the server has is of today.
    world.proxy.cut();
    const now = new Map((await storage.findDocumentsById([untouched, edited], true)).map((row) => [row.id, row]));
    await storage.bulkWrite(older.map(({ _rev, _meta, ...row }) => ({ previous: now.get(row.id)!, document: { ...now.get(row.id)!, ...row } })), 'test');
    await a.edit(edited, (text) => `A lamp was lit.\n\n${text}`);
    world.proxy.join();
    for (const device of [a, b]) device.setOnline(true);
    await settle(world, author, a, b);
    for (const device of [a, b]) {
      expect(await device.text(untouched)).toBe(`${BASE}\n\nThen came the storm.\n\nThen came the gale.`);
      for (const words of ['A lamp was lit.', 'the storm', 'the gale']) expect(await device.text(edited)).toContain(words);
    }
  });

  test('an edit that arrives live costs one request: nobody pulls for it, neither the device that wrote nor the other', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    const id = await a.write(BASE);
    await settle(world, author, a, b);
    world.proxy.seen.length = 0;
    for (let i = 0; i < 5; i++) {
      await a.edit(id, (text) => `${text} ${i}`);
      await vi.waitFor(async () => expect(await b.text(id)).toMatch(new RegExp(`${i}$`)));
      await b.edit(id, (text) => `${text}.`);
      await vi.waitFor(async () => expect(await a.text(id)).toMatch(/\.$/));
    }
    expect(world.proxy.seen.filter((path) => path.includes('/pull'))).toEqual([]);
    expect(world.proxy.seen.filter((path) => path.includes('/push'))).toHaveLength(10);
  });

  test('both edited offline, then online: both texts hold every word of both, the same bytes everywhere', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    const id = await a.write(BASE);
    await settle(world, author, a, b);
    world.proxy.cut();
    await a.edit(id, (text) => text.replace('climbed', 'slowly climbed').replace('March', 'the storm'));
    await b.edit(id, (text) => text.replace('March', 'Easter').concat('\n\nA lamp was lit.'));
    await b.edit(id, (text) => `# Dusk\n\n${text}`);
    expect((await a.status(({ state }) => state === 'offline')).pending).toBe(1);
    world.proxy.join();
    for (const device of [a, b]) device.setOnline(true);
    await settle(world, author, a, b);
    const text = await a.text(id);
    for (const words of ['slowly climbed', 'the storm', 'Easter', 'A lamp was lit.', '# Dusk']) expect(text).toContain(words);
    // The words that both changed are a conflict: both versions are kept, and it is listed on both devices.
    const snapshots = [...(await b.all()).values()].filter((blob) => blob.schema_id === 'snapshot-v1');
    expect(snapshots.map((blob) => blob.data['reason']).toSorted()).toEqual(['conflict-base', 'conflict-mine', 'conflict-theirs']);
    expect(snapshots.every((blob) => blob.parent_id === id)).toBe(true);
  });

  test('an edit beats a delete that another device made meanwhile', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    const id = await a.write(BASE);
    await settle(world, author, a, b);
    world.proxy.cut();
    await a.blobs.tombstone([id], 'test');
    await b.edit(id, (text) => text.replace('dusk', 'dawn'));
    world.proxy.join();
    for (const device of [a, b]) device.setOnline(true);
    await settle(world, author, a, b);
    expect(await a.text(id)).toBe(BASE.replace('dusk', 'dawn'));
  });

  test('another author sees nothing of it', async () => {
    const other = await world.register();
    const [a, b] = [await world.device(author), await world.device(other)];
    await a.write(BASE);
    await settle(world, author, a);
    await settle(world, other, b);
    expect((await b.all()).size).toBe(0);
  });
});

describe('a bad network', () => {
  test('a reply that is lost makes no conflict and nothing twice', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    await settle(world, author, a, b);
    let lost = 0;
    world.proxy.decide = (path) => (path.includes('/push') && lost++ < 2 ? 'drop-reply' : 'pass');
    const id = await a.write(BASE);
    await a.edit(id, (text) => text.replace('dusk', 'dawn'));
    await settle(world, author, a, b);
    expect(lost).toBeGreaterThan(2);
    expect((await b.all()).size).toBe(1);
    expect(await b.text(id)).toBe(BASE.replace('dusk', 'dawn'));
  });

  test('what another device makes of a text while the reply to its sending is on its way is taken in', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    const id = await a.write(BASE);
    await settle(world, author, a, b);
    // It gathers offline: RxDB sends that in another way than what is written live.
    a.setOnline(false);
    world.proxy.cut();
    await a.edit(id, (text) => text.replace('dusk', 'dawn'));
    let release = (): void => undefined;
    let held = false;
    world.proxy.watch = (path) => {
      if (!path.includes('/push') || held) return;
      held = true;
      return new Promise((resolve) => (release = resolve));
    };
    world.proxy.join();
    for (const device of [a, b]) device.setOnline(true);
    await vi.waitFor(async () => expect(await b.text(id)).toContain('dawn'));
    for (const word of ['storm', 'gale', 'calm']) {
      await b.edit(id, (text) => `${text}\n\nThen came the ${word}.`);
      await b.sync.inSync();
    }
    release();
    await settle(world, author, a, b);
    expect(await a.text(id)).toBe(`${BASE.replace('dusk', 'dawn')}\n\nThen came the storm.\n\nThen came the gale.\n\nThen came the calm.`);
  });

  test('requests that come twice, late or not at all lose nothing', async () => {
    const devices = [await world.device(author), await world.device(author), await world.device(author)];
    const id = await devices[0]!.write(BASE);
    await settle(world, author, ...devices);
    let turn = 0;
    world.proxy.decide = async (path) => {
      if (!path.includes('/sync/')) return 'pass';
      turn += 1;
      if (turn > 40) return 'pass';
      if (turn % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      return (['pass', 'twice', 'drop-reply', 'pass', 'drop-request'] as const)[turn % 5]!;
    };
    for (let i = 0; i < 8; i++) {
      await Promise.all(devices.map((device, n) => device.edit(id, (text) => text.replace('stairs', `device${n}edit${i} stairs`))));
      for (const device of devices) device.setOnline(true);
    }
    await settle(world, author, ...devices);
    const text = (await devices[0]!.text(id)) ?? '';
    const written = devices.flatMap((_device, n) => Array.from({ length: 8 }, (_edit, i) => `device${n}edit${i}`));
    expect(written.filter((word) => !text.includes(word))).toEqual([]);
  });

  test('offline, everything is kept and counted; it is sent at once when the network is back', async () => {
    const a = await world.device(author);
    await a.sync.inSync();
    world.proxy.cut();
    await a.write('One.');
    await a.write('Two.');
    const status = await a.status(({ state, pending }) => state === 'offline' && pending === 2);
    expect(status.message).toContain('What you write is kept on this device');
    world.proxy.join();
    a.setOnline(true);
    await a.status(({ state }) => state === 'synced');
    expect((await world.serverBlobs(author)).size).toBe(2);
  });
});

describe('what a server may answer', () => {
  test('a refused text does not stop the rest, is shown, stays as it is here, and is sent when it has changed', async () => {
    const [a, b] = [await world.device(author), await world.device(author)];
    const id = await a.write(BASE);
    await settle(world, author, a, b);
    // A schema that the server does not know: it refuses this row alone.
    await a.blobs.change(id, (blob) => ({ ...blob, schema_id: 'text-input-v9' }));
    const others = [await a.write('One.'), await a.write('Two.')];
    const status = await a.status(({ setAside, state }) => setAside.length === 1 && state === 'synced');
    expect(status.setAside[0]).toMatchObject({ blobId: id, error: expect.any(RectoError) });
    expect(status.message).toBe('The server refused one text. It is safe on this device.');
    await vi.waitFor(async () => expect(await b.text(others[1]!)).toBe('Two.'));
    // A change from elsewhere does not overwrite what was refused.
    await b.edit(id, (text) => `${text}\n\nFrom elsewhere.`);
    await b.sync.inSync();
    a.sync.syncNow();
    await a.sync.inSync();
    expect((await a.blobs.get(id))?.schema_id).toBe('text-input-v9');
    await a.blobs.change(id, (blob) => ({ ...blob, schema_id: 'text-input-v2', data: { content: `Mine. ${String(blob.data['content'])}` } }));
    await settle(world, author, a, b);
    expect(await b.text(id)).toBe(`Mine. ${BASE}\n\nFrom elsewhere.`);
    expect((await a.status(() => true)).setAside).toEqual([]);
  });

  test('a refused text is still set aside when the app starts again, and tried once more', async () => {
    const platform = createDevicePlatform({ durable: true });
    const first = await world.device(author, { platform });
    const id = await first.write(BASE, { schema_id: 'text-input-v9' });
    await first.status(({ setAside }) => setAside.length === 1);
    await first.close();
    world.proxy.seen.length = 0;
    const again = await world.device(author, { platform });
    expect((await again.status(({ setAside }) => setAside.length === 1)).setAside[0]!.blobId).toBe(id);
    await vi.waitFor(() => expect(world.proxy.seen.filter((path) => path.includes('/push'))).toHaveLength(1));
    await again.sync.inSync();
    expect(world.proxy.seen.filter((path) => path.includes('/push'))).toHaveLength(1);
  });

  test('a batch that is too large is sent in halves', async () => {
    world.proxy.decide = (path, body) =>
      path.includes('/push') && (JSON.parse(body) as unknown[]).length > 3 ? { status: 413, body: { type: 'x', title: 'Too large', status: 413, code: 'too_large' } } : 'pass';
    const a = await world.device(author, { start: false });
    for (let i = 0; i < 10; i++) await a.write(`Text ${i}.`);
    a.sync.start();
    await settle(world, author, a);
    expect((await world.serverBlobs(author)).size).toBe(10);
  });

  test('a server that asks for time gets it', async () => {
    const times: number[] = [];
    world.proxy.decide = (path) => {
      if (!path.includes('/push')) return 'pass';
      times.push(performance.now());
      return times.length === 1 ? { status: 429, body: { type: 'x', title: 'Slow', status: 429, code: 'rate_limited', detail: 'Slow down.' }, headers: { 'retry-after': '1' } } : 'pass';
    };
    const a = await world.device(author);
    await a.write('One.');
    a.setOnline(true);
    await settle(world, author, a);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990);
  });

  test('too old for the server: sync says so, writing goes on', async () => {
    const a = await world.device(author);
    await a.sync.inSync();
    world.proxy.decide = () => ({ status: 426, body: { type: 'x', title: 'Old', status: 426, code: 'upgrade_required' } });
    const id = await a.write('One.');
    const status = await a.status(({ message }) => message?.includes('too old') === true);
    expect(status).toMatchObject({ state: 'offline', pending: 1 });
    await a.edit(id, () => 'Two.');
    expect(await a.text(id)).toBe('Two.');
  });

  test('a server that is too old for the app gets nothing, is named, and gets all of it when it has been updated', async () => {
    let sent = 0;
    world.proxy.decide = (path) => {
      if (path.includes('/push')) sent += 1;
      return path.includes('/sync/') ? { status: 200, body: { documents: [], checkpoint: null, results: [] }, headers: { 'recto-protocol': '0' } } : 'pass';
    };
    const a = await world.device(author, { start: false });
    const id = await a.write('One.');
    a.sync.start();
    const status = await a.status(({ message }) => message?.includes('too old') === true);
    expect(status).toMatchObject({ state: 'offline', pending: 1, message: expect.stringMatching(/^The Recto on 127.0.0.1:\d+ is too old .* kept on this device\.$/) });
    expect(sent).toBe(0);
    world.proxy.decide = () => 'pass';
    a.sync.syncNow();
    await settle(world, author, a);
    expect((await world.serverBlobs(author)).has(id)).toBe(true);
  });

  test.each([400, 413, 502])('what a proxy answers a question with in the server’s place (%i) ends nothing: it is asked again', async (status) => {
    const [a, b] = [await world.device(author), await world.device(author)];
    await settle(world, author, a, b);
    let answered = 0;
    world.proxy.decide = (path) => {
      if (!path.includes('/pull') || answered >= 2) return 'pass';
      answered += 1;
      return { status, body: { type: 'x', title: 'No', status, code: { 400: 'malformed', 413: 'too_large' }[status] ?? 'x' } };
    };
    a.sync.syncNow();
    await vi.waitFor(() => expect(answered).toBe(2));
    const id = await b.write('Written meanwhile.');
    await settle(world, author, a, b);
    expect(await a.text(id)).toBe('Written meanwhile.');
  });

  test('an access token that ran out is renewed once for all who need it', async () => {
    const a = await world.device(author);
    await a.sync.inSync();
    world.proxy.decide = (path) =>
      path.includes('/sync/') && !world.proxy.seen.some((seen) => seen.includes('/auth/refresh')) ? { status: 401, body: { type: 'x', title: 'Expired', status: 401, code: 'token_expired' } } : 'pass';
    world.proxy.seen.length = 0;
    await a.write('One.');
    a.sync.syncNow();
    await settle(world, author, a);
    expect(world.proxy.seen.filter((path) => path.includes('/auth/refresh'))).toHaveLength(1);
  });

  test('a session that has ended: sign in to sync N changes; nothing is lost, and signing in sends it', async () => {
    const platform = createDevicePlatform({ durable: true });
    const a = await world.device(author, { platform });
    await a.sync.inSync();
    world.proxy.decide = (path) => (path.includes('/login') ? 'pass' : { status: 401, body: { type: 'x', title: 'Ended', status: 401, code: 'unauthenticated' } });
    await a.write('One.');
    expect(await a.status(({ state }) => state === 'signed-out')).toMatchObject({ message: 'Sign in to sync 1 change', pending: 1 });
    await a.write('Two.');
    expect(await a.status(({ pending }) => pending === 2)).toMatchObject({ state: 'signed-out', message: 'Sign in to sync 2 changes' });
    expect(a.account.session?.email).toBe(author.email);
    await a.close();
    world.proxy.decide = () => 'pass';
    const again = await world.device(author, { platform, start: false });
    await again.account.signIn({ server: world.proxy.url, ...author });
    again.sync.start();
    await settle(world, author, again);
    expect((await world.serverBlobs(author)).size).toBe(2);
  });
});
