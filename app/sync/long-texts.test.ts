import { afterEach, expect, test, vi } from 'vitest';
import { v7 as newId } from 'uuid';
import { ROUTES } from '#schemas/http.ts';
import { countBlobs } from '../store/count-blobs.ts';
import { startWorld, type World } from './sync-rig.acceptance.ts';

const AT = '2026-03-01T12:00:00.000Z';
const COUNT = 24;
/** Nearly the longest that a draft may be. */
const TEXT = 'It was dark. '.repeat(70_000);

let world: World | undefined;
afterEach(async () => world?.close());

test('texts so long that a page of them would fill the memory come in several pages, each asked for once', async () => {
  world = await startWorld();
  const author = await world.register();
  const post = async (path: string, body: unknown, token?: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const reply = await fetch(world!.proxy.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(await reply.text());
    return reply.json();
  };
  const { access_token: token } = (await post(ROUTES.login.path, author)) as { access_token: string };
  for (let i = 0; i < COUNT; i++) {
    const blob = { id: newId(), user_id: '', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: `${i} ${TEXT}` }, tags: [], version: 1, created_at: AT, updated_at: AT, deleted: false };
    await post(ROUTES.push.path, [{ new_document_state: blob }], token);
  }
  const asked: number[] = [];
  world.proxy.decide = (path) => {
    if (path.includes(ROUTES.pull.path)) asked.push(Number(/seq=(\d+)/.exec(path)?.[1] ?? 0));
    return 'pass';
  };
  const device = await world.device(author);
  await vi.waitFor(async () => expect(await countBlobs(device.blobs.collection)).toBe(COUNT), { timeout: 60_000 });
  await device.sync.inSync();
  expect(asked.filter((seq) => seq < COUNT).length).toBeGreaterThan(1);
  expect(new Set(asked).size).toBe(asked.length);
});
