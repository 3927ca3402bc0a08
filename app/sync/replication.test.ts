import { getChangedDocumentsSince } from 'rxdb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PUSH_BATCH_SIZE, startReplication } from './replication.ts';
import { isSameState } from './conflict-handler.ts';
import { openMetaStorage } from './meta-storage.ts';
import { createDevicePlatform, settle, startWorld, type Device, type Person, type World } from './sync-rig.acceptance.ts';
import { fromWire, type BlobState } from './wire-rows.ts';

let world: World;
let author: Person;

beforeEach(async () => {
  world = await startWorld();
  author = await world.register();
});
afterEach(async () => {
  await world.close();
});

/** RxDB reads again all that is here, as after a start before it had stored how far it was, and goes on when `until` resolves. */
function rereadAll({ blobs }: Device, until: () => Promise<unknown>): void {
  const instance = blobs.collection.storageInstance;
  const plain = Object.create(instance) as typeof instance;
  instance.getChangedDocumentsSince = async (limit, checkpoint) => {
    if (limit !== PUSH_BATCH_SIZE) return getChangedDocumentsSince(plain, limit, checkpoint);
    delete instance.getChangedDocumentsSince;
    const found = await getChangedDocumentsSince(plain, limit);
    await until();
    return found;
  };
  Object.defineProperty(plain, 'getChangedDocumentsSince', { value: undefined });
}

test('a delete that was sent long ago is not sent again over the words that came after it', async () => {
  const platform = createDevicePlatform({ durable: true });
  const [a, b] = [await world.device(author, { platform }), await world.device(author)];
  const id = await a.write('The keeper climbed the stairs.');
  await settle(world, author, a, b);
  await b.sync.stop();
  await a.blobs.tombstone([id], 'test');
  await a.sync.inSync();
  await a.sync.stop();
  await b.edit(id, (text) => `${text} Nobody had come.`);
  b.sync.start();
  await b.sync.inSync();

  const meta = await openMetaStorage(a.blobs.collection, `recto ${world.proxy.url} ${a.account.session!.userId}`, () => false);
  // What came is stored, and noted as what the server has.
  rereadAll(a, () => vi.waitFor(async () => expect((await meta.readAssumed([id])).get(id)?.docData.data['content']).toContain('Nobody had come.')));
  const sent: string[] = [];
  world.proxy.decide = (path, body) => {
    if (path.includes('/push')) sent.push(body);
    return 'pass';
  };
  a.sync.start();
  await settle(world, author, a, b);
  expect(sent.join()).not.toContain('"deleted":true}');
  for (const device of [a, b]) expect(await device.text(id)).toContain('Nobody had come.');
  await meta.close();
});

test('what is told while a page is on its way is not forgotten with its end, nor does it hold up the next one', async () => {
  const device = await world.device(author, { start: false });
  const { collection } = device.blobs;
  const [first, second] = ['first', 'second'].map((content, index) => stateOf(`text-${index}`, content)) as [BlobState, BlobState];
  const told = [first, second].map((state, index) => ({ documents: [state], checkpoint: { epoch: 'one', seq: index + 1 } }));
  let pulls = 0;
  const meta = await openMetaStorage(collection, 'test', () => false);
  const replication = await startReplication({
    identifier: 'test',
    collection,
    meta,
    conflictHandler: { isEqual: () => false, resolve: async ({ realMasterState }) => realMasterState },
    pull: async (checkpoint) => {
      pulls += 1;
      if (pulls === 1) return { documents: [], checkpoint: { epoch: 'one', seq: 0 }, more: false };
      if (pulls > 2) return { documents: told.slice(checkpoint?.seq ?? 0).flatMap(({ documents }) => documents), checkpoint: told[1]!.checkpoint, more: false };
      for (const [index, { checkpoint: at, documents }] of told.entries()) {
        replication.apply({ documents: documents.map((state) => ({ ...state, deleted: false }) as never), checkpoint: at, previous_seq: index });
      }
      // It was read before the second was stored.
      return { ...told[0]!, more: false };
    },
    push: async () => [],
    onActive: () => undefined,
    onFirstPush: () => undefined,
    onError: (error) => expect.unreachable(String(error)),
  });
  await replication.inSync();
  replication.resync();
  await vi.waitFor(async () => expect(await device.text('text-1')).toBe('second'));
  expect(await device.text('text-0')).toBe('first');

  // A change that was told before the last page, and taken in after it, sets back what is stored as reached.
  await replication.inSync();
  await meta.writeDownCheckpoint({ epoch: 'one', seq: 0 });
  const before = pulls;
  replication.resync();
  await vi.waitFor(() => expect(pulls).toBeGreaterThan(before));
  await replication.inSync();
  await replication.stop(() => undefined);
  await meta.close();
});

test('what another device writes while a merge is being made is taken in after it', async () => {
  const device = await world.device(author, { start: false });
  const { collection } = device.blobs;
  const id = await device.write('mine');
  const later = { ...stateOf(id, 'theirs, and later words'), version: 7 };
  const meta = await openMetaStorage(collection, 'test', () => false);
  let hasLater = false;
  const replication = await startReplication({
    identifier: 'test',
    collection,
    meta,
    conflictHandler: {
      isEqual: isSameState,
      resolve: async ({ realMasterState }) => {
        hasLater = true;
        replication.resync();
        // It may not come before this ends.
        await vi.waitUntil(async () => (await meta.readCheckpoint('down'))?.seq === 2, { timeout: 500 }).catch(() => undefined);
        return realMasterState;
      },
    },
    pull: async (checkpoint) => ({ documents: hasLater && checkpoint?.seq !== 2 ? [later] : [], checkpoint: { epoch: 'one', seq: hasLater ? 2 : 1 }, more: false }),
    push: async () => (hasLater ? [later] : [{ ...stateOf(id, 'theirs'), version: 6 }]),
    onActive: () => undefined,
    onFirstPush: () => undefined,
    onError: (error) => expect.unreachable(String(error)),
  });
  await vi.waitFor(async () => expect(await device.text(id)).toBe('theirs, and later words'));
  await replication.stop(() => undefined);
  await meta.close();
});

function stateOf(id: string, content: string): BlobState {
  const at = '2026-03-01T12:00:00.000Z';
  return fromWire({ id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version: 1, created_at: at, updated_at: at, deleted: false });
}
