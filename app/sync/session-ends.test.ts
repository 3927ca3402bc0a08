import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSkippableClock, type SkippableClock } from '#sync-server/test-support/skippable-clock.ts';
import { createDevicePlatform, settle, startWorld, type Person, type World } from './sync-rig.acceptance.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

let clock: SkippableClock;
let world: World;
let author: Person;

beforeEach(async () => {
  clock = createSkippableClock();
  world = await startWorld(clock);
  author = await world.register();
});
afterEach(async () => {
  await world.close();
});

const refreshes = (): number => world.proxy.seen.filter((path) => path.includes('/auth/refresh')).length;

test('the access token runs out while there is no network: that is no reason to sign in again, and what was written is sent', async () => {
  // Of two devices one sees by its clock that its token is over, the other is told so.
  const [a, b] = [await world.device(author, { platform: createDevicePlatform({ clock }) }), await world.device(author)];
  await settle(world, author, a, b);
  world.proxy.cut();
  clock.skip(24 * HOUR_MS);
  const ids = [await a.write('Written by the one.'), await b.write('Written by the other.')];
  for (const device of [a, b]) {
    device.sync.syncNow();
    expect(await device.status(({ state, pending }) => state === 'offline' && pending === 1)).toMatchObject({ message: expect.stringContaining('kept on this device') });
  }
  world.proxy.seen.length = 0;
  world.proxy.join();
  for (const device of [a, b]) device.setOnline(true);
  await settle(world, author, a, b);
  expect([...(await world.serverBlobs(author)).keys()]).toEqual(expect.arrayContaining(ids));
  expect(refreshes()).toBe(2);
});

test('the session itself ends while there is no network: signing in again sends what was written', async () => {
  const platform = createDevicePlatform({ durable: true });
  const a = await world.device(author, { platform });
  const id = await a.write('Before.');
  await settle(world, author, a);
  world.proxy.cut();
  clock.skip(2 * YEAR_MS);
  await a.edit(id, () => 'Written while the session ended.');
  const fresh = await a.write('New.');
  world.proxy.join();
  a.setOnline(true);
  expect(await a.status(({ state }) => state === 'signed-out')).toMatchObject({ message: 'Sign in to sync 2 changes', pending: 2 });
  expect(await a.text(fresh)).toBe('New.');
  await a.close();

  const again = await world.device(author, { platform, start: false });
  await again.account.signIn({ server: world.proxy.url, ...author });
  await again.close();
  const last = await world.device(author, { platform });
  await settle(world, author, last);
  const master = await world.serverBlobs(author);
  expect([id, fresh].map((one) => master.get(one)?.data['content'])).toEqual(['Written while the session ended.', 'New.']);
});

test('another account on the same device gets nothing of what the first could not send; the first sends it when it is back', async () => {
  const platform = createDevicePlatform({ durable: true });
  const other = await world.register();
  const first = await world.device(author, { platform });
  const sent = await first.write('Sent.');
  await settle(world, author, first);
  world.proxy.cut();
  const unsent = await first.write('Not sent yet.');
  await first.edit(sent, () => 'Edited, not sent yet.');
  await first.account.signOut();
  await first.close();
  world.proxy.join();

  const second = await world.device(other, { platform });
  const theirs = await second.write('Of the other account.');
  await settle(world, other, second);
  expect([...(await second.all()).keys()]).toEqual([theirs]);
  expect([...(await world.serverBlobs(other)).keys()]).toEqual([theirs]);
  await second.account.signOut();
  await second.close();

  const back = await world.device(author, { platform });
  await settle(world, author, back);
  const master = await world.serverBlobs(author);
  expect([...master.keys()].toSorted()).toEqual([sent, unsent].toSorted());
  expect(master.get(sent)?.data['content']).toBe('Edited, not sent yet.');
});
