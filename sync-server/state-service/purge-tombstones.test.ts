import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import type { Blob, SyncCheckpoint, SyncPullPage } from '#schemas/generated/types.ts';
import { validateSyncPull } from '#schemas/generated/validators.js';
import { openDatabase, type Database } from '../db/database.ts';
import { startTestServer, type Caller, type Reply, type TestServer } from '../test-support/test-server.ts';
import { purgeTombstones, TOMBSTONES_KEPT_MS } from './purge-tombstones.ts';

const DAY_MS = 24 * 3_600_000;
const AT = Date.parse('2026-03-01T12:00:00Z');

let server: TestServer;
let author: Caller;
/** Beside the running server, on its file. */
let database: Database;

beforeEach(async () => {
  server = await startTestServer({ workers: 'none' });
  author = await server.signUp();
  database = openDatabase(`${server.dataDir}/recto.db`);
});
afterEach(async () => {
  await database.close();
  await server.close();
});

const blobOf = (id: string, more: Partial<Blob> = {}): Blob => ({
  id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: `Text ${id}.` }, tags: [], version: 1,
  // What a device's clock says is not asked.
  created_at: '1970-01-02T00:00:00.000Z', updated_at: '1970-01-02T00:00:00.000Z', deleted: false, ...more,
});

async function write(...blobs: Blob[]): Promise<void> {
  const rows = blobs.map((blob) => ({ new_document_state: blob, assumed_master_state: blob.version > 1 ? blobOf(blob.id) : null }));
  const reply = await author.send('POST', ROUTES.push.path, rows);
  expect((reply.body['results'] as { status: string }[]).every(({ status }) => status === 'stored'), reply.text).toBe(true);
}
const remove = (...ids: string[]): Promise<void> => write(...ids.map((id) => blobOf(id, { version: 2, deleted: true })));

const ask = (checkpoint: SyncCheckpoint | null, limit = 100): Promise<Reply> =>
  author.send('GET', `${ROUTES.pull.path}?${new URLSearchParams({ limit: String(limit), ...Object.fromEntries(Object.entries(checkpoint ?? {}).map(([key, value]) => [key, String(value)])) })}`);

async function pull(checkpoint: SyncCheckpoint | null, limit?: number): Promise<SyncPullPage> {
  const reply = await ask(checkpoint, limit);
  expect(validateSyncPull(reply.body), reply.text).toBe(true);
  return reply.body as unknown as SyncPullPage;
}
const idsOf = (page: SyncPullPage): string[] => page.documents.map(({ id }) => id);

describe('tombstones', () => {
  it('are kept for 180 days by the server’s clock, then gone with all that they held', async () => {
    await write(blobOf('stays'), blobOf('goes'));
    await remove('goes');
    await purgeTombstones(database, AT);
    await purgeTombstones(database, AT + TOMBSTONES_KEPT_MS - 1);
    expect(idsOf(await pull(null))).toEqual(['stays', 'goes']);
    await write(blobOf('later'));
    await remove('later');
    await purgeTombstones(database, AT + TOMBSTONES_KEPT_MS);
    expect(idsOf(await pull(null))).toEqual(['stays', 'later']);
    expect((await author.send('GET', ROUTES.readHistory.path.replace(':id', 'goes'))).status).toBe(404);
    expect(database.sqlite.prepare('SELECT count(*) FROM blob_versions WHERE blob_id = ?').pluck().get('goes')).toBe(0);
  });

  it('that came back to life are none', async () => {
    await write(blobOf('back'));
    await remove('back');
    await purgeTombstones(database, AT);
    const reply = await author.send('POST', ROUTES.push.path, [{ new_document_state: blobOf('back', { version: 3 }), assumed_master_state: blobOf('back', { version: 2, deleted: true }) }]);
    expect(reply.body['results']).toEqual([{ id: 'back', status: 'stored' }]);
    await purgeTombstones(database, AT + TOMBSTONES_KEPT_MS + DAY_MS);
    expect(await pull(null)).toMatchObject({ documents: [{ id: 'back', deleted: false }], checkpoint: { seq: 3 } });
  });

  it('of many are all removed, and of nobody else', async () => {
    const other = await server.signUp();
    await other.send('POST', ROUTES.push.path, [{ new_document_state: blobOf('theirs', { deleted: true }) }]);
    const ids = Array.from({ length: 1200 }, (_, index) => `b${index}`);
    await write(...ids.map((id) => blobOf(id)));
    await purgeTombstones(database, AT);
    await remove(...ids);
    await purgeTombstones(database, AT + DAY_MS);
    await purgeTombstones(database, AT + TOMBSTONES_KEPT_MS);
    expect((await pull(null, 2000)).documents).toHaveLength(1200);
    await purgeTombstones(database, AT + TOMBSTONES_KEPT_MS + DAY_MS);
    expect(await pull(null)).toEqual({ documents: [], checkpoint: { epoch: database.epoch, seq: 0, horizon: 2400 } });
    expect((await other.send('GET', ROUTES.pull.path)).body['documents']).toEqual([]);
  });
});

describe('a checkpoint', () => {
  /** Three live ones, and three that were deleted after the first page of a device was made. */
  async function prepare(): Promise<{ early: SyncCheckpoint; late: SyncCheckpoint }> {
    await write(blobOf('a'), blobOf('b'), blobOf('x'), blobOf('y'), blobOf('z'));
    const early = (await pull(null, 3)).checkpoint!;
    await remove('x', 'y', 'z');
    await write(blobOf('c'));
    const late = (await pull(null)).checkpoint!;
    await purgeTombstones(database, AT);
    await purgeTombstones(database, AT + TOMBSTONES_KEPT_MS);
    return { early, late };
  }

  it('below the horizon has expired: the device is told so, and is given nothing', async () => {
    const { early } = await prepare();
    const reply = await ask(early);
    expect(reply).toMatchObject({ status: 410, body: { code: 'checkpoint_expired' } });
    expect(reply.text).not.toContain('Text');
  });

  it('past the horizon goes on as before', async () => {
    const { late } = await prepare();
    await write(blobOf('d'));
    expect(idsOf(await pull(late))).toEqual(['d']);
  });

  it('of a device that began after they were gone leads through all pages', async () => {
    await prepare();
    const ids: string[] = [];
    for (let page = await pull(null, 1); page.documents.length > 0; page = await pull(page.checkpoint, 1)) ids.push(...idsOf(page));
    expect(ids).toEqual(['a', 'b', 'c']);
  });

  it('of a device that began before more of them went has expired', async () => {
    await prepare();
    const begun = (await pull(null, 1)).checkpoint!;
    await remove('b');
    await purgeTombstones(database, AT + TOMBSTONES_KEPT_MS);
    await purgeTombstones(database, AT + 2 * TOMBSTONES_KEPT_MS);
    expect((await ask(begun)).body).toMatchObject({ code: 'checkpoint_expired' });
    expect(idsOf(await pull(null))).toEqual(['a', 'c']);
  });

  it('of another epoch starts over, whatever its numbers are', async () => {
    await prepare();
    expect(idsOf(await pull({ epoch: 'another', seq: 1 }))).toEqual(['a', 'b', 'c']);
    expect((await ask({ epoch: 'x', seq: 1, horizon: -1 })).status).toBe(400);
  });
});
