import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type Caller, type TestServer } from '../test-support/test-server.ts';

let server: TestServer;
let administrator: Caller;
let author: Caller;

beforeAll(async () => {
  server = await startTestServer();
  [administrator, author] = await Promise.all([server.signUpAdministrator(), server.signUp()]);
});
afterAll(() => server.close());

const POEM = {
  name: 'poem', version: '1.0.0', type: 'output',
  definition: { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', required: ['lines'], properties: { lines: { type: 'array', items: { type: 'string', maxLength: 200 } } } },
  examples: [{ lines: ['The ship,', 'the storm.'] }],
};
const register = (body: unknown, as = administrator) => as.send('POST', '/api/v1/schemas', body);
const poem = (lines: unknown[], extra: object = {}) => ({ processor_id: 'user-input', schema_id: 'poem-v1', data: { lines }, ...extra });

it('is registered once, read by every id, tried, and listed beside those that ship', async () => {
  expect((await register(POEM, author)).body).toMatchObject({ status: 403, code: 'forbidden' });
  expect((await register(POEM)).status).toBe(201);
  expect(await register(POEM)).toMatchObject({ status: 200, body: { id: 'poem-v1', version: '1.0.0', shipped: false } });
  for (const id of ['poem-v1', 'schema-poem-v1', 'poem-v1.0.0']) {
    expect((await author.send('GET', `/api/v1/schemas/${id}`)).body).toMatchObject({ id: 'poem-v1', name: 'poem', version: '1.0.0', type: 'output', definition: POEM.definition, examples: POEM.examples, active: true });
  }
  expect((await author.send('GET', '/api/v1/schemas/poem-v2')).body['code']).toBe('not_found');
  expect((await author.send('POST', '/api/v1/schemas/poem-v1/validate', { lines: [1] })).body).toEqual({ valid: false, errors: [{ path: '/lines/0', message: 'must be string' }] });
  expect((await author.send('POST', '/api/v1/schemas/schema-text-input-v1/validate', { content: 'short' })).body).toMatchObject({ valid: false, errors: [{ path: '/content' }] });
  const { schemas } = (await author.send('GET', '/api/v1/schemas')).body as { schemas: { id: string; shipped: boolean }[] };
  expect(schemas).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'text-input-v1', shipped: true }), expect.objectContaining({ id: 'poem-v1', shipped: false })]));
});

describe('what can’t be registered is refused with path and reason, and nothing is stored', () => {
  it.each<[string, unknown, string, string]>([
    ['no name', { version: '1.0.0', definition: {} }, 'schema_invalid', '/name'],
    ['no version', { name: 'song', definition: {} }, 'schema_invalid', '/version'],
    ['a name and a version that are objects, and no texts', { name: { toString: 1 }, version: [{ toString: 1 }], definition: {} }, 'schema_invalid', '/name'],
    ['half a version', { name: 'song', version: '1.0', definition: {} }, 'schema_invalid', '/version'],
    ['a misspelt field', { ...POEM, name: 'song', exmples: [] }, 'schema_invalid', '/exmples'],
    ['a schema that is none', { ...POEM, name: 'song', definition: { type: 'verse' } }, 'schema_invalid', '/definition/type'],
    ['a catastrophic pattern', { ...POEM, name: 'song', definition: { properties: { a: { pattern: '^(a+)+$' } } } }, 'schema_invalid', '/definition/properties/a/pattern'],
    ['a $ref loop', { ...POEM, name: 'song', definition: { $ref: '#' } }, 'schema_invalid', '/definition'],
    ['an example that it refuses', { ...POEM, name: 'song', examples: [{ lines: [] }, { lines: [3] }] }, 'schema_invalid', '/examples/1/lines/0'],
    ['a version that refuses an example of the one before it', { ...POEM, version: '1.1.0', definition: { ...POEM.definition, required: ['lines', 'title'] }, examples: [] }, 'schema_incompatible', '/examples/0'],
    ['a patch that does', { ...POEM, version: '1.0.1', definition: { properties: { lines: { maxItems: 1 } } }, examples: [] }, 'schema_incompatible', '/examples/0/lines'],
    ['the same version again, and another schema', { ...POEM, definition: { type: 'object' } }, 'schema_invalid', '/version'],
    ['a name that ships, and another schema', { name: 'text-input', version: '1.0.0', definition: { type: 'object' } }, 'schema_invalid', '/definition'],
    ['a later version of a name that ships', { name: 'text-input', version: '3.0.0', definition: {} }, 'schema_invalid', '/name'],
  ])('%s', async (_what, body, code, path) => {
    const before = (await author.send('GET', '/api/v1/schemas')).text;
    const reply = await register(body);
    expect(reply.body, reply.text).toMatchObject({ status: 422, code });
    expect((reply.body['errors'] as { path: string }[]).map((error) => error.path)).toContain(path);
    expect((await author.send('GET', '/api/v1/schemas')).text).toBe(before);
  });
});

it('blobs and pushes of it are judged by it, row by row, in its newest version; they come back as they were', async () => {
  expect((await author.send('POST', '/api/v1/blobs', poem([7]))).body).toMatchObject({ code: 'schema_violation', errors: [{ path: '/data/lines/0' }] });
  const made = await author.send('POST', '/api/v1/blobs', poem(['One.'], { schema_id: 'schema-poem-v1.0.0' }));
  expect(made, made.text).toMatchObject({ status: 201, body: { schema_id: 'poem-v1' } });
  const id = String(made.body['id']);
  expect((await author.send('PUT', `/api/v1/blobs/${id}`, { version: 1, data: { lines: 'Two.' } })).body).toMatchObject({ code: 'schema_violation' });
  expect((await author.send('PUT', `/api/v1/blobs/${id}`, { version: 1, data: { lines: ['Two.'] } })).body).toMatchObject({ version: 2 });
  expect((await author.send('PUT', `/api/v1/blobs/${id}`, { version: 1, data: { lines: ['Three.'] } })).body).toMatchObject({ code: 'version_conflict' });

  const row = (rowId: string, lines: unknown[], schema_id = 'poem-v1') => ({
    assumed_master_state: null,
    new_document_state: { ...poem(lines), schema_id, id: rowId, user_id: 'local', tags: [], version: 1, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', deleted: false },
  });
  const pushed = await author.send('POST', '/api/v1/sync/blobs/push', [row('p1', ['a']), row('p2', [1]), row('p3', ['a'], 'song-v1'), row('p4', ['a'], 'poem-v1.0.0'), row('p5', ['b'])]);
  expect(pushed.body['results']).toMatchObject([
    { id: 'p1', status: 'stored' }, { id: 'p2', status: 'rejected', error: { code: 'schema_violation' } }, { id: 'p3', status: 'rejected', error: { code: 'schema_unknown' } },
    { id: 'p4', status: 'rejected', error: { code: 'schema_unknown' } }, { id: 'p5', status: 'stored' },
  ]);
  const { documents } = (await author.send('GET', '/api/v1/sync/blobs/pull?limit=100')).body as { documents: { id: string; data: unknown }[] };
  expect(documents.find((document) => document.id === 'p5')?.data).toEqual({ lines: ['b'] });

  const grown = { ...POEM, version: '1.1.0', definition: { ...POEM.definition, properties: { ...POEM.definition.properties, title: { type: 'string' } } } };
  expect((await register(grown)).status).toBe(201);
  expect((await author.send('GET', '/api/v1/schemas/poem-v1')).body['version']).toBe('1.1.0');
  expect((await author.send('POST', '/api/v1/blobs', poem(['a'], { data: { lines: ['a'], title: 3 } }))).body).toMatchObject({ errors: [{ path: '/data/title' }] });
  expect((await register({ ...POEM, version: '1.0.5' })).body).toMatchObject({ code: 'schema_invalid', errors: [{ path: '/version' }] });
});

it('deactivated, it takes no new blobs and those that there are go on; used, it can’t be removed; all of it outlives a restart', async () => {
  const there = await author.send('POST', '/api/v1/blobs', poem(['Before.']));
  expect((await author.send('POST', '/api/v1/schemas/poem-v1/deactivate')).body['code']).toBe('forbidden');
  // The newest only: the version before it stands again.
  await administrator.send('POST', '/api/v1/schemas/poem-v1.1.0/deactivate');
  expect((await author.send('GET', '/api/v1/schemas/poem-v1')).body['version']).toBe('1.0.0');
  expect((await administrator.send('POST', '/api/v1/schemas/poem-v1/deactivate')).body).toMatchObject({ active: false });
  await server.restart();
  expect((await author.send('POST', '/api/v1/blobs', poem(['New.']))).body).toMatchObject({ status: 422, code: 'schema_unknown', detail: expect.stringContaining('not active') as string });
  expect((await author.send('PUT', `/api/v1/blobs/${String(there.body['id'])}`, { version: 1, data: { lines: ['After.'] } })).status).toBe(200);
  const push = [{ assumed_master_state: null, new_document_state: { ...there.body, id: 'late' } }];
  expect((await author.send('POST', '/api/v1/sync/blobs/push', push)).body['results']).toMatchObject([{ status: 'rejected', error: { code: 'schema_unknown' } }]);
  expect((await administrator.send('POST', '/api/v1/schemas/poem-v1/activate')).body).toMatchObject({ active: true });
  expect((await author.send('POST', '/api/v1/sync/blobs/push', push)).body['results']).toMatchObject([{ status: 'stored' }]);

  expect((await administrator.send('DELETE', '/api/v1/schemas/poem-v1')).body).toMatchObject({ status: 409, code: 'schema_in_use' });
  expect((await administrator.send('DELETE', '/api/v1/schemas/text-input-v1')).body['code']).toBe('forbidden');
  await register({ id: 'haiku-v2', definition: { type: 'object' } });
  expect((await author.send('DELETE', '/api/v1/schemas/haiku-v2')).body['code']).toBe('forbidden');
  expect((await administrator.send('DELETE', '/api/v1/schemas/haiku-v2')).status).toBe(204);
  expect((await administrator.send('GET', '/api/v1/schemas/haiku-v2')).status).toBe(404);
});
