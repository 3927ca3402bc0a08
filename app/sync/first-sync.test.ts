import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { v7 as newId } from 'uuid';
import { ROUTES } from '#schemas/http.ts';
import { countBlobs } from '../store/count-blobs.ts';
import { PULL_BATCH_SIZE } from './replication.ts';
import type { Fate } from '../test-support/fault-proxy.ts';
import { createDevicePlatform, startWorld, type Person, type World } from './sync-rig.acceptance.ts';

const AT = '2026-03-01T12:00:00.000Z';

let world: World;
let author: Person;

beforeEach(async () => {
  world = await startWorld();
  author = await world.register();
});
afterEach(async () => {
  await world.close();
});

/** As another device has left them on the server. */
async function fill(count: number): Promise<void> {
  const login = await fetch(world.proxy.url + ROUTES.login.path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(author) });
  const { access_token: token } = (await login.json()) as { access_token: string };
  for (let at = 0; at < count; at += 1000) {
    const rows = Array.from({ length: Math.min(1000, count - at) }, (_, i) => ({
      new_document_state: { id: newId(), user_id: '', processor_id: 'user-input', schema_id: 'note-v1', data: { content: `Note ${at + i}.` }, tags: [], version: 1, created_at: AT, updated_at: AT, deleted: false },
    }));
    const reply = await fetch(world.proxy.url + ROUTES.push.path, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify(rows) });
    if (!reply.ok) throw new Error(await reply.text());
  }
}

/** Of a page; a device that has something to send asks for one blob first. */
const isPull = (path: string): boolean => path.includes('/sync/blobs/pull') && path.includes(`limit=${PULL_BATCH_SIZE}`);

const seqOf = (path: string): number => Number(/seq=(\d+)/.exec(path)?.[1] ?? 0);

test('a first sync that breaks off goes on where it was: no page that was stored is fetched twice', async () => {
  const total = 2 * PULL_BATCH_SIZE + 10;
  await fill(total);
  const pages: number[] = [];
  let isCut = true;
  world.proxy.decide = (path) => {
    if (!isPull(path)) return 'pass';
    if (isCut && seqOf(path) === 2 * PULL_BATCH_SIZE) return 'drop-request';
    pages.push(seqOf(path));
    return 'pass';
  };
  const device = await world.device(author);
  await vi.waitFor(async () => expect(await countBlobs(device.blobs.collection)).toBe(2 * PULL_BATCH_SIZE), { timeout: 60_000 });
  await device.sync.stop();
  isCut = false;
  device.sync.start();
  await vi.waitFor(async () => expect(await countBlobs(device.blobs.collection)).toBe(total), { timeout: 60_000 });
  await device.sync.inSync();
  expect(pages.filter((seq) => seq < 2 * PULL_BATCH_SIZE)).toEqual([0, PULL_BATCH_SIZE]);
});

test('what the author writes meanwhile is sent, and makes no page come twice', async () => {
  const total = 2 * PULL_BATCH_SIZE;
  await fill(total);
  const device = await world.device(author, { start: false });
  const pages: string[] = [];
  world.proxy.decide = async (path): Promise<Fate> => {
    if (!isPull(path)) return 'pass';
    pages.push(path);
    // Sent before the page is there.
    await device.write(`Written during page ${pages.length}.`);
    const written = Math.min(pages.length, 3) - 1;
    await vi.waitUntil(() => world.proxy.seen.filter((seen) => seen.includes('/push')).length >= written);
    return 'pass';
  };
  device.sync.start();
  await vi.waitFor(async () => expect(await countBlobs(device.blobs.collection)).toBeGreaterThan(total), { timeout: 60_000 });
  const full = pages.filter((path) => seqOf(path) < total);
  expect(new Set(full).size).toBe(full.length);
  world.proxy.decide = () => 'pass';
  await device.sync.inSync();
});

test('how many were never sent is told before any is', async () => {
  const platform = createDevicePlatform({ durable: true });
  const first = await world.device(author, { platform, start: false });
  for (let i = 0; i < 3; i++) await first.write(`Text ${i}.`);
  await first.close();
  world.proxy.cut();
  const device = await world.device(author, { platform });
  expect(await device.status(({ state }) => state === 'offline')).toMatchObject({ pending: 3 });
});
