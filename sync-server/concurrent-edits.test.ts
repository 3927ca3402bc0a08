/** Several devices of one account that write the same blobs at once, and one that only listens. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import type { Blob, SyncPullPage, SyncPushVerdict } from '#schemas/generated/types.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { listen, type TestSocket } from './test-support/test-socket.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ workers: 'none' });
});
afterAll(() => server.close());

interface Edit {
  device: number;
  blob: number;
}

const AT = '2026-01-01T00:00:00.000Z';
const wordsOf = (blob: Blob): string[] => String(blob.data['content']).split(' ');

function addWord(id: string, old: Blob | null, word: string): Blob {
  return {
    id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: [...(old ? wordsOf(old) : []), word].join(' ') },
    tags: [], version: (old?.version ?? 0) + 1, created_at: AT, updated_at: AT, deleted: false,
  };
}

/** Adds a word to a blob, again on top of each master that was there first. */
async function edit(author: Caller, known: Map<string, Blob>, id: string, word: string): Promise<void> {
  for (;;) {
    const assumed = known.get(id) ?? null;
    const next = addWord(id, assumed, word);
    const reply = await author.send('POST', ROUTES.push.path, [{ assumed_master_state: assumed, new_document_state: next }]);
    const [verdict] = reply.body['results'] as [SyncPushVerdict];
    known.set(id, verdict.status === 'conflict' ? (verdict.master as Blob) : next);
    if (verdict.status === 'stored') return;
    expect(verdict.status).toBe('conflict');
  }
}

async function pullAll(author: Caller): Promise<SyncPullPage> {
  return (await author.send('GET', `${ROUTES.pull.path}?limit=5000`)).body as unknown as SyncPullPage;
}

/** Follows the socket alone: each event must go on where the one before ended. */
async function follow(socket: TestSocket, edits: number): Promise<{ documents: Map<string, Blob>; seq: number }> {
  const documents = new Map<string, Blob>();
  let seq = 0;
  for (let count = 0; count < edits; count += 1) {
    const { data } = await socket.next('sync.changed');
    expect(data.previous_seq).toBe(seq);
    for (const blob of data.documents) documents.set(blob.id, blob);
    seq = data.checkpoint.seq;
  }
  return { documents, seq };
}

it('no edit is lost or made twice, and who only listens ends with what a pull gives', async () => {
  const edits = fc.array(fc.record<Edit>({ device: fc.nat(3), blob: fc.nat(2) }), { minLength: 8, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(edits, async (steps) => {
      const author = await server.signUp();
      const listener = await listen(server, author.session.access_token, { sync: true });
      const devices = [0, 1, 2, 3].map(async (device) => {
        const known = new Map<string, Blob>();
        for (const [index, step] of steps.entries()) if (step.device === device) await edit(author, known, `blob${step.blob}`, `w${index}`);
      });
      const [followed] = await Promise.all([follow(listener, steps.length), ...devices]);
      const { documents, checkpoint } = await pullAll(author);
      for (const blob of documents) {
        const expected = steps.flatMap((step, index) => (`blob${step.blob}` === blob.id ? [`w${index}`] : []));
        expect(wordsOf(blob).toSorted()).toEqual(expected.toSorted());
        expect(blob.version).toBe(expected.length);
      }
      expect([...followed.documents.values()].toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(documents.toSorted((a, b) => a.id.localeCompare(b.id)));
      expect(followed.seq).toBe(checkpoint?.seq);
      await listener.close();
    }),
    { numRuns: 12 },
  );
});
