import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toFieldErrors } from '#schemas/blob.ts';
import { ROUTES } from '#schemas/http.ts';
import { validateBlob, validateProblem, validateUserState } from '#schemas/generated/validators.js';
import { startTestServer, type Caller, type Reply, type TestServer } from '../test-support/test-server.ts';

let server: TestServer;
let author: Caller;
let stranger: Caller;

beforeAll(async () => {
  server = await startTestServer({ workers: 'none' });
  author = await server.signUp();
  stranger = await server.signUp();
});
afterAll(() => server.close());

const draft = (content: string, extra: object = {}) => ({ processor_id: 'user-input', schema_id: 'text-input-v2', data: { content }, ...extra });
const post = (body: unknown, caller = author) => caller.send('POST', '/api/v1/blobs', body);

function expectProblem(reply: Reply, status: number, code: string): void {
  expect(reply.body).toMatchObject({ status, code });
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
  expect(validateProblem(reply.body), JSON.stringify(toFieldErrors(validateProblem.errors))).toBe(true);
  expect(reply.text).not.toMatch(/node_modules|\.ts:|at \w+ \(/);
}

describe('a blob', () => {
  it('is made whole, read, replaced, deleted, and remembered', async () => {
    const made = await post(draft('One.', { id: 'my-id', parent_id: null, conversation_id: 'chapter-1', tags: ['a'], mine: { kept: true }, user_id: 'someone', version: 9 }));
    expect(made.status).toBe(201);
    expect(validateBlob(made.body)).toBe(true);
    expect(made.body).toMatchObject({ id: 'my-id', user_id: author.session.user_id, version: 1, deleted: false, tags: ['a'], mine: { kept: true }, conversation_id: 'chapter-1' });
    expect(made.body).not.toHaveProperty('parent_id');
    expect((await author.send('GET', '/api/v1/blobs/my-id')).body).toEqual(made.body);

    const changed = await author.send('PUT', '/api/v1/blobs/my-id', { version: 1, data: { content: 'Two.' }, conversation_id: null });
    expect(changed.body).toMatchObject({ version: 2, data: { content: 'Two.' }, tags: ['a'], mine: { kept: true }, created_at: made.body['created_at'] });
    expect(changed.body).not.toHaveProperty('conversation_id');

    const stale = await author.send('PUT', '/api/v1/blobs/my-id', { version: 1, data: { content: 'Three.' } });
    expectProblem(stale, 409, 'version_conflict');
    expect(stale.body['version']).toBe(2);

    expect((await author.send('DELETE', '/api/v1/blobs/my-id')).status).toBe(204);
    expectProblem(await author.send('GET', '/api/v1/blobs/my-id'), 404, 'not_found');
    expectProblem(await author.send('DELETE', '/api/v1/blobs/my-id'), 404, 'not_found');
    const history = (await author.send('GET', '/api/v1/blobs/my-id/history')).body['versions'] as { version: number; data: { content: string } }[];
    expect(history.map(({ version, data }) => [version, data.content])).toEqual([[2, 'Two.'], [1, 'One.']]);
  });

  it('of an id that the user has is refused', async () => {
    await post(draft('x', { id: 'taken' }));
    expectProblem(await post(draft('y', { id: 'taken' })), 409, 'already_exists');
  });

  it('that names its schema as the seed’s registrations do is of that schema', async () => {
    const made = await post(draft('x', { id: 'prefixed', schema_id: 'schema-text-input-v2' }));
    expect(made.body).toMatchObject({ schema_id: 'text-input-v2' });
    expect((await author.send('PUT', '/api/v1/blobs/prefixed', { version: 1, schema_id: 'schema-note-v1', data: { content: 'y' } })).body).toMatchObject({ schema_id: 'note-v1' });
  });

  it('holds any text as it came', async () => {
    const content = '“Ünïcode” 🌊 \u0000 \\ "quoted" \u2028 __proto__';
    const made = await post(draft(content));
    expect((made.body['data'] as { content: string }).content).toBe(content);
  });
});

describe('a list', () => {
  it('is filtered, and paged with a cursor that misses nothing', async () => {
    const reader = await server.signUp();
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      const made = await post(draft(`No. ${index}`, { conversation_id: index < 3 ? 'c1' : 'c2', tags: index % 2 ? ['odd'] : [] }), reader);
      ids.push(String(made.body['id']));
    }
    await post({ processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'n' }, parent_id: ids[0] }, reader);
    const list = async (query: string) => (await reader.send('GET', `/api/v1/blobs?${query}`)).body as unknown as { blobs: { id: string }[]; next: string | null };
    const idsOf = async (query: string) => (await list(query)).blobs.map(({ id }) => id);

    expect(await idsOf('conversation_id=c1')).toEqual(ids.slice(0, 3));
    expect(await idsOf('tag=odd')).toEqual([ids[1], ids[3], ids[5]]);
    expect(await idsOf(`parent_id=${ids[0]}`)).toHaveLength(1);
    const paged: string[] = [];
    let after = '';
    for (;;) {
      const page = await list(`schema_id=text-input-v2&limit=3${after}`);
      paged.push(...page.blobs.map(({ id }) => id));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(paged).toEqual(ids);
    expectProblem(await reader.send('GET', '/api/v1/blobs?limit=many'), 400, 'malformed');
    expectProblem(await reader.send('GET', '/api/v1/blobs?after=nonsense'), 400, 'malformed');
  });
});

it('the state counts what there is', async () => {
  const writer = await server.signUp();
  const chapter = { id: 'ch1', title: 'The Beginning', draft_blob_id: 'd1', edition: 'draft' };
  await post({ processor_id: 'user-input', schema_id: 'book-v1', data: { title: 'My Novel', author: 'A', chapters: [chapter] } }, writer);
  await post(draft('First.', { conversation_id: 'ch1' }), writer);
  const last = await post(draft('Second.', { conversation_id: 'ch1' }), writer);
  await post(draft('Gone.', { id: 'gone' }), writer);
  await writer.send('DELETE', '/api/v1/blobs/gone');
  const { body } = await writer.send('GET', '/api/v1/state');
  expect(validateUserState(body)).toBe(true);
  expect(body).toMatchObject({
    user_id: writer.session.user_id,
    blob_count: 3,
    conversations: [{ id: 'ch1', title: 'The Beginning', last_blob_id: last.body['id'], blob_count: 2 }],
    books: [{ title: 'My Novel', author: 'A', chapter_count: 1 }],
  });
  expect(body['total_size_bytes']).toBeGreaterThan(100);
});

describe('bad input', () => {
  it('gets its code, and the server goes on', async () => {
    const invalid = await post({ processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'short', style: 'grand' } });
    expectProblem(invalid, 422, 'schema_violation');
    expect((invalid.body['errors'] as { path: string }[]).map(({ path }) => path).toSorted()).toEqual(['/data/content', '/data/style']);
    expectProblem(await post({ schema_id: 'text-input-v1' }), 422, 'schema_violation');
    expectProblem(await post(draft('x', { schema_id: 'unheard-of-v1' })), 422, 'schema_unknown');
    expectProblem(await post('{"data": '), 400, 'malformed');
    expectProblem(await post(''), 400, 'malformed');
    expectProblem(await post('{"processor_id":"user-input","schema_id":"note-v1","data":{"content":"x"},"__proto__":{"a":1}}'), 400, 'malformed');
    expectProblem(await author.send('POST', '/api/v1/blobs', 'hello', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type');
    expectProblem(await post(draft('x'.repeat(9 * 1024 * 1024))), 413, 'too_large');
    expectProblem(await server.anonymous.send('POST', '/api/v1/auth/login', { email: 'a@b.c', password: 'x'.repeat(300 * 1024) }), 413, 'too_large');
    expectProblem(await author.send('GET', '/api/v1/nothing'), 404, 'not_found');
    expectProblem(await author.send('GET', '/api/v1/blobs/%ff'), 400, 'malformed');
    expectProblem(await post(draft('x', { parent_id: 'none' })), 404, 'not_found');
    expectProblem(await author.send('POST', '/api/v1/jobs', { processor_id: 'none', blob_id: 'x' }), 404, 'processor_unknown');
    expectProblem(await author.send('POST', '/api/v1/jobs', { processor_id: 'text-expansion', blob_id: 'x' }), 503, 'unavailable');
    expect((await post(draft('Still here.'))).status).toBe(201);
  });
});

describe('another user', () => {
  it('is told of nothing, on every route', async () => {
    const secret = await post(draft('Secret words.', { id: 'secret-id', conversation_id: 'secret-chapter', tags: ['secret'] }));
    const id = String(secret.body['id']);
    expectProblem(await stranger.send('GET', `/api/v1/blobs/${id}`), 404, 'not_found');
    expectProblem(await stranger.send('PUT', `/api/v1/blobs/${id}`, { version: 1, data: { content: 'Mine.' } }), 404, 'not_found');
    expectProblem(await stranger.send('DELETE', `/api/v1/blobs/${id}`), 404, 'not_found');
    expectProblem(await stranger.send('GET', `/api/v1/blobs/${id}/history`), 404, 'not_found');
    expectProblem(await post(draft('Child.', { parent_id: id }), stranger), 404, 'not_found');
    for (const path of ['/api/v1/blobs', `/api/v1/blobs?parent_id=${id}`, '/api/v1/blobs?tag=secret', '/api/v1/blobs?conversation_id=secret-chapter', '/api/v1/state', ROUTES.pull.path, '/api/v1/jobs', '/api/v1/dead-letters']) {
      const reply = await stranger.send('GET', path);
      expect(reply.status).toBe(200);
      expect(reply.text).not.toMatch(/secret|Secret/);
    }
    // The same id is the stranger's own, and touches nothing.
    expect((await post(draft('Own.', { id }), stranger)).status).toBe(201);
    expect((await author.send('GET', `/api/v1/blobs/${id}`)).body).toEqual(secret.body);
  });

  it('and nobody at all are refused by every route that needs an account', async () => {
    const open = new Set([ROUTES.register, ROUTES.login, ROUTES.refresh, ROUTES.logout, ROUTES.requestPasswordReset, ROUTES.resetPassword].map((route) => route.path as string));
    for (const route of Object.values(ROUTES).filter(({ path }) => !open.has(path))) {
      const reply = await server.anonymous.send(route.method, route.path.replace(':id', 'x'), route.method === 'POST' || route.method === 'PUT' ? {} : undefined);
      expectProblem(reply, 401, 'unauthenticated');
    }
  });
});
