import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settle, startWorld, type Person, type World } from './sync-rig.acceptance.ts';

let world: World;
let author: Person;

beforeEach(async () => {
  world = await startWorld();
  author = await world.register();
  await world.registerSchema({ name: 'poem', version: '1.0.0', definition: { type: 'object', required: ['lines'], properties: { lines: { type: 'array', items: { type: 'string' } } } } });
});
afterEach(() => world.close());

const POEM = { lines: ['The ship,', 'the storm.'], mood: { of: ['dusk', null, 3.5] }, constructor: 'a word like any other' };

test('a blob of a schema that the app has never heard of comes, is kept as it is, and goes on to the next device', async () => {
  const a = await world.device(author);
  const id = await a.write('', { schema_id: 'poem-v1', data: POEM, processor_id: 'poem-maker', tags: ['verse'] });
  const b = await world.device(author);
  await vi.waitFor(async () => expect(await b.blobs.get(id)).toMatchObject({ schema_id: 'poem-v1', data: POEM, processor_id: 'poem-maker', tags: ['verse'], version: 1 }));
  await settle(world, author, a, b);
  expect((await world.serverBlobs(author)).get(id)?.data).toEqual(POEM);

  // What the app does to any blob, it does to this one: tags, a delete.
  await b.blobs.change(id, (blob) => ({ ...blob, tags: ['kept'] }));
  await settle(world, author, a, b);
  expect(await a.blobs.get(id)).toMatchObject({ data: POEM, tags: ['kept'] });
  await a.blobs.tombstone([id], 'test');
  await settle(world, author, a, b);
  expect(await b.blobs.get(id)).toBeNull();
});

test('changed on two devices at once, both are kept: the one in its place, the other beside it', async () => {
  const [a, b] = [await world.device(author), await world.device(author)];
  const id = await a.write('', { schema_id: 'poem-v1', data: POEM });
  await settle(world, author, a, b);
  world.proxy.cut();
  await a.blobs.change(id, (blob) => ({ ...blob, data: { ...POEM, lines: ['Mine.'] } }));
  await b.blobs.change(id, (blob) => ({ ...blob, data: { ...POEM, lines: ['Theirs.'] } }));
  world.proxy.join();
  for (const device of [a, b]) device.setOnline(true);
  await settle(world, author, a, b);
  const kept = JSON.stringify([...(await a.all()).values()]);
  for (const line of ['Mine.', 'Theirs.']) expect(kept).toContain(line);
});
