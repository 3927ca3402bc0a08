import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import type { Blob, SyncCheckpoint, SyncPullPage, SyncPushVerdict } from '#schemas/generated/types.ts';
import { validateSyncPull, validateSyncPushResults } from '#schemas/generated/validators.js';
import { startTestServer, type Caller, type TestServer } from '../test-support/test-server.ts';

let server: TestServer;
let author: Caller;

beforeAll(async () => {
  server = await startTestServer({ workers: 'none' });
});
afterAll(() => server.close());

const AT = '2026-01-01T00:00:00.000Z';
const makeBlob = (id: string, content = 'Text.', version = 1): Blob => ({
  id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, tags: [], version, created_at: AT, updated_at: AT, deleted: false,
});

async function push(rows: unknown[], caller = author): Promise<SyncPushVerdict[]> {
  const reply = await caller.send('POST', ROUTES.push.path, rows);
  expect(reply.status, reply.text).toBe(200);
  expect(validateSyncPushResults(reply.body)).toBe(true);
  return reply.body['results'] as SyncPushVerdict[];
}
const pushOne = async (blob: Partial<Blob>, assumed: Partial<Blob> | null = null, caller = author) => (await push([{ new_document_state: blob, assumed_master_state: assumed }], caller))[0]!;

async function pull(checkpoint: SyncCheckpoint | null, limit = 100, caller = author): Promise<SyncPullPage> {
  const query = new URLSearchParams({ limit: String(limit), ...(checkpoint && { epoch: checkpoint.epoch, seq: String(checkpoint.seq) }) });
  const reply = await caller.send('GET', `${ROUTES.pull.path}?${query}`);
  expect(validateSyncPull(reply.body), reply.text).toBe(true);
  return reply.body as unknown as SyncPullPage;
}

describe('a push', () => {
  beforeAll(async () => {
    author = await server.signUp();
  });

  it('stores a new blob as the user’s, with fields that the server does not know, without what it computes', async () => {
    const blob = { ...makeBlob('p1'), parent_id: null, future: { field: [1] }, derived_ids: ['x'], processing_state: 'pending' };
    expect(await pushOne(blob as never)).toEqual({ id: 'p1', status: 'stored' });
    const { documents } = await pull(null);
    expect(documents).toEqual([{ ...makeBlob('p1'), user_id: author.session.user_id, future: { field: [1] } }]);
  });

  it('stores an edit of what the device assumed, whatever the order of its keys', async () => {
    const master = makeBlob('p2');
    await pushOne(master);
    const assumed = Object.fromEntries(Object.entries({ ...master, derived_ids: [], user_id: 'other', conversation_id: null }).toReversed());
    expect((await pushOne({ ...master, version: 2, data: { content: 'Edited.' } }, assumed)).status).toBe('stored');
  });

  it('is stored when it is there already: the reply was lost', async () => {
    const before = (await pull(null)).checkpoint;
    const edited = { ...makeBlob('p2', 'Edited.'), version: 2 };
    expect((await pushOne(edited, makeBlob('p2'))).status).toBe('stored');
    expect((await pushOne(edited, null)).status).toBe('stored');
    expect((await pull(null)).checkpoint).toEqual(before);
  });

  it('conflicts when the master differs, and hands it over', async () => {
    const verdict = await pushOne(makeBlob('p2', 'Mine.', 2), makeBlob('p2'));
    expect(verdict).toMatchObject({ id: 'p2', status: 'conflict', master: { data: { content: 'Edited.' }, version: 2 } });
    expect((await pushOne(makeBlob('p2', 'Mine.'), null)).status).toBe('conflict');
  });

  it('judges each row by itself, in order', async () => {
    const rows = [
      { new_document_state: makeBlob('r1') },
      { new_document_state: { ...makeBlob('r2'), data: { content: 7 } } },
      { new_document_state: { ...makeBlob('r3'), schema_id: 'unheard-of-v1' } },
      { new_document_state: { id: 'r4' } },
      { nonsense: true },
      null,
      { new_document_state: { ...makeBlob('r5'), schema_id: 'unheard-of-v1', deleted: true } },
      { new_document_state: makeBlob('r6') },
    ];
    const verdicts = await push(rows);
    expect(verdicts.map(({ id, status, error }) => [id, status, error?.code])).toEqual([
      ['r1', 'stored', undefined], ['r2', 'rejected', 'schema_violation'], ['r3', 'rejected', 'schema_unknown'], ['r4', 'rejected', 'schema_violation'],
      ['', 'rejected', 'schema_violation'], ['', 'rejected', 'schema_violation'], ['r5', 'stored', undefined], ['r6', 'stored', undefined],
    ]);
    expect(verdicts[1]!.error?.errors).toEqual([{ path: '/data/content', message: 'must be string' }]);
  });

  it('keeps what an edit replaces', async () => {
    const history = await author.send('GET', '/api/v1/blobs/p2/history');
    expect((history.body['versions'] as Blob[]).map(({ data }) => data['content'])).toEqual(['Text.']);
  });

  it('of what is no array, or too much, is refused as a whole', async () => {
    expect((await author.send('POST', ROUTES.push.path, { a: 1 })).status).toBe(422);
    expect((await author.send('POST', ROUTES.push.path, Array.from({ length: 5001 }, () => ({})))).status).toBe(422);
    expect((await author.send('POST', ROUTES.push.path, `["${'x'.repeat(33 * 1024 * 1024)}"]`)).body).toMatchObject({ status: 413, code: 'too_large' });
  });
});

describe('a pull', () => {
  it('goes page by page, and an empty page keeps the checkpoint', async () => {
    author = await server.signUp();
    expect(await pull(null)).toEqual({ documents: [], checkpoint: null });
    await push(Array.from({ length: 5 }, (_, index) => ({ new_document_state: makeBlob(`b${index}`) })));
    const first = await pull(null, 3);
    expect(first.documents.map(({ id }) => id)).toEqual(['b0', 'b1', 'b2']);
    const second = await pull(first.checkpoint, 3);
    expect(second.documents.map(({ id }) => id)).toEqual(['b3', 'b4']);
    expect(await pull(second.checkpoint, 3)).toEqual({ documents: [], checkpoint: second.checkpoint });
    expect((await pull({ epoch: 'another', seq: 999 })).documents).toHaveLength(5);
    for (const query of ['epoch=x', 'seq=1', 'epoch=x&seq=-1', 'limit=0', 'limit=5001']) expect((await author.send('GET', `${ROUTES.pull.path}?${query}`)).status).toBe(400);
  });

  it('sends tombstones, and what other routes wrote', async () => {
    author = await server.signUp();
    const made = await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'x' } });
    const before = await pull(null);
    await author.send('DELETE', `/api/v1/blobs/${String(made.body['id'])}`);
    expect((await pull(before.checkpoint)).documents).toMatchObject([{ id: made.body['id'], deleted: true, version: 2, data: { content: 'x' } }]);
  });

  it('of more than one buffer holds is whole', async () => {
    author = await server.signUp();
    const blobs = Array.from({ length: 30 }, (_, index) => makeBlob(`big${index}`, `“${index}” `.repeat(60_000)));
    for (const blob of blobs) await pushOne(blob);
    const page = await pull(null, 1000);
    expect(page.documents.map(({ id, data }) => [id, data])).toEqual(blobs.map(({ id, data }) => [id, data]));
  });
});

it('a device that pulls while others push misses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ device: fc.nat(3), id: fc.nat(12), rows: fc.integer({ min: 1, max: 4 }) }), { minLength: 5, maxLength: 30 }), fc.integer({ min: 1, max: 5 }), async (steps, limit) => {
      const caller = await server.signUp();
      const expected = new Map<string, unknown>();
      const seen = new Map<string, unknown>();
      let checkpoint: SyncCheckpoint | null = null;
      const pullAll = async (): Promise<void> => {
        for (;;) {
          const page: SyncPullPage = await pull(checkpoint, limit, caller);
          for (const blob of page.documents) seen.set(blob.id, blob.data);
          checkpoint = page.checkpoint;
          if (page.documents.length < limit) return;
        }
      };
      // Each device owns its ids, so that no push conflicts; what is raced is the order of commits and reads.
      const writers = [0, 1, 2, 3].map(async (device) => {
        const versions = new Map<string, Blob>();
        for (const [index, step] of steps.entries()) {
          if (step.device !== device) continue;
          const rows = Array.from({ length: step.rows }, (_, row) => {
            const id = `${device}-${(step.id + row) % 13}`;
            const old = versions.get(id);
            const next = makeBlob(id, `${index}.${row}`, (old?.version ?? 0) + 1);
            versions.set(id, next);
            expected.set(id, next.data);
            return { assumed_master_state: old ?? null, new_document_state: next };
          });
          expect((await push(rows, caller)).every(({ status }) => status === 'stored')).toBe(true);
        }
      });
      let writing = true;
      const done = Promise.all(writers).finally(() => (writing = false));
      while (writing) await pullAll();
      await done;
      await pullAll();
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(expected));
    }),
    { numRuns: 15 },
  );
});
