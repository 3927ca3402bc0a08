import { afterAll, beforeAll, expect, it } from 'vitest';
import { MODEL, startScriptedOpenAiServer, type ScriptedServer } from '#processors/ai-service/test-support/scripted-openai-server.ts';
import { makeChapter } from '#processors/pitch-builder/test-support/pitch-bench.ts';
import type { PitchV1 } from '#schemas/generated/types.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { listen, type TestSocket } from './test-support/test-socket.ts';

let model: ScriptedServer;
let server: TestServer;
let author: Caller;
let socket: TestSocket;
beforeAll(async () => {
  model = await startScriptedOpenAiServer();
  model.writes(({ system, user }) => {
    if (system.startsWith('You read one chapter')) return `Someone acts.\nThen the chapter ends at ${user.length} letters.`;
    return [...new Set([...user.matchAll(/^\[(\d+)\]/gm)].map(([, number]) => number))].map((number) => `[${number}] What happens in chapter ${number} is told here.`).join('\n');
  });
  server = await startTestServer({ ai: { provider: 'openai-compatible', baseUrl: model.url, model: MODEL, apiKey: 'key' } });
  author = await server.signUp();
  socket = await listen(server, author.session.access_token, { patterns: ['blob.derived'] });
});
afterAll(async () => {
  await socket.close();
  await server.close();
  await model.close();
});

const store = async (schema_id: string, data: object): Promise<string> => String((await author.send('POST', '/api/v1/blobs', { processor_id: 'user-input', schema_id, data })).body['id']);
const read = async (id: string): Promise<Record<string, unknown>> => (await author.send('GET', `/api/v1/blobs/${id}`)).body;

/** Runs in the cloud and gives the pitch. */
async function makePitch(bookId: string, config: object): Promise<{ id: string; pitch: PitchV1 }> {
  const reply = await author.send('POST', '/api/v1/jobs', { processor_id: 'pitch-builder', blob_id: bookId, config });
  expect(reply.status, reply.text).toBe(202);
  for (;;) {
    const { derived_id } = (await socket.next('blob.derived')).data;
    const blob = await read(derived_id);
    if (blob['schema_id'] === 'pitch-v1') return { id: derived_id, pitch: blob['data'] as PitchV1 };
  }
}

it('a pitch is made in the cloud; after one chapter is changed, only what rests on it is made again', async () => {
  const texts = [makeChapter('one', ['captain', 'gardener', 'widow']), makeChapter('two', ['dancer', 'sheriff', 'orphan']), makeChapter('three', ['hunter', 'weaver', 'nurse'])];
  const drafts: string[] = [];
  for (const { markdown } of texts) drafts.push(await store('text-input-v2', { content: markdown }));
  const chapters = texts.map(({ id, title }, index) => ({ id, title, draft_blob_id: drafts[index], edition: 'draft' }));
  const bookId = await store('book-v1', { title: 'A Book', author: 'A. Writer', language: 'en-GB', chapters });

  const first = await makePitch(bookId, {});
  expect(first.pitch.parts).toHaveLength(6);
  expect(first.pitch.metadata).toMatchObject({ model: MODEL, sources: texts.map(({ id }) => ({ chapter_id: id })) });
  expect(model.requests).toHaveLength(3 + 6);
  const [summary] = first.pitch.metadata.summaries!;
  expect(await read(summary!)).toMatchObject({ schema_id: 'chapter-summary-v1', parent_id: drafts[0], data: { chapter_id: 'one' } });

  const { version, processor_id, schema_id } = await read(drafts[1]!);
  const put = await author.send('PUT', `/api/v1/blobs/${drafts[1]}`, { version, processor_id, schema_id, data: { content: makeChapter('two', ['tailor', 'judge', 'cook']).markdown } });
  expect(put.status, put.text).toBe(200);
  model.requests.length = 0;
  // The book is the same, and so is the wish: the server sees that a chapter is another.
  const second = await makePitch(bookId, { based_on: first.id });
  const asked = model.requests.map(({ body }) => body.messages?.[0]?.content ?? '');
  expect(asked.filter((system) => system.startsWith('You read one chapter'))).toHaveLength(1);
  const others = ({ parts }: PitchV1): unknown[] => parts.flatMap(({ sentences }) => sentences.filter(({ chapter_ids }) => !chapter_ids.includes('two')));
  expect(others(second.pitch)).toEqual(others(first.pitch));
});
