/** What no client of ours sends. Each gets its code as problem details, and the server goes on. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import { validateProblem } from '#schemas/generated/validators.js';
import { startTestServer, type Caller, type Reply, type TestServer } from '../test-support/test-server.ts';

let server: TestServer;
let author: Caller;

beforeAll(async () => {
  server = await startTestServer();
  author = await server.signUp();
});
afterEach(async () => {
  const { status, text: answer } = await author.send('POST', BLOBS, makeNote({}));
  if (status !== 201) throw new Error(`The server did not go on: ${answer}`);
});
afterAll(() => server.close());

const BLOBS = ROUTES.createBlob.path;
const makeNote = (extra: object) => ({ processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'A note.' }, ...extra });
const nest = (levels: number): string => `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;

function expectProblem(reply: Reply, status: number, code: string): void {
  expect({ status: reply.status, code: reply.body['code'] }, reply.text).toEqual({ status, code });
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
  expect(validateProblem(reply.body), reply.text).toBe(true);
}

describe.each([200, 3000, 1_000_000])('JSON that is nested %i levels deep', (levels) => {
  const body = `{"processor_id":"user-input","schema_id":"note-v1","data":{"content":"x","deep":${nest(levels)}}}`;

  it('is refused in a blob', async () => {
    expectProblem(await author.send('POST', BLOBS, body), 422, 'schema_violation');
    const made = await author.send('POST', BLOBS, makeNote({}));
    expectProblem(await author.send('PUT', `${BLOBS}/${String(made.body['id'])}`, `{"version":1,"data":{"content":"y"},"deep":${nest(levels)}}`), 422, 'schema_violation');
  });

  it('is refused in one row of a push, and the others are stored', async () => {
    const at = '2026-01-01T00:00:00Z';
    const blob = (id: string): string => JSON.stringify({ ...makeNote({}), id, user_id: 'local', tags: [], version: 1, created_at: at, updated_at: at, deleted: false });
    const deep = blob(`deep-${levels}`).replace('"A note."', `"x","deep":${nest(levels)}`);
    const pushed = await author.send('POST', ROUTES.push.path, `[{"new_document_state":${blob(`a${levels}`)}},{"new_document_state":${deep}},{"new_document_state":${blob(`b${levels}`)}}]`);
    expect((pushed.body['results'] as { status: string }[]).map(({ status }) => status)).toEqual(['stored', 'rejected', 'stored']);
    // Also as what the device assumed: the master differs from it.
    const assumed = await author.send('POST', ROUTES.push.path, `[{"new_document_state":${blob(`a${levels}`).replace('A note', 'Another')},"assumed_master_state":${deep}}]`);
    expect(assumed.body['results']).toMatchObject([{ status: 'conflict' }]);
  });

  it('is refused in a job’s config', async () => {
    const made = await author.send('POST', BLOBS, makeNote({ schema_id: 'text-input-v2' }));
    const wish = `{"processor_id":"text-expansion","blob_id":${JSON.stringify(made.body['id'])},"config":${nest(Math.min(levels, 30_000))}}`;
    expectProblem(await author.send('POST', ROUTES.createJob.path, wish), 422, 'schema_violation');
  });

  it('is no body of a sign-in', async () => {
    expectProblem(await author.send('POST', ROUTES.login.path, nest(Math.min(levels, 30_000))), 422, 'schema_violation');
  });
});

describe('a body', () => {
  const latin1 = Buffer.concat([Buffer.from('{"processor_id":"user-input","schema_id":"note-v1","data":{"content":"caf'), Buffer.from([0xe9]), Buffer.from('"}}')]);

  it.each([
    ['not UTF-8, whose words would change', latin1, {}, 400, 'malformed'],
    ['compressed', latin1, { 'content-encoding': 'gzip' }, 400, 'malformed'],
    ['UTF-16', Buffer.from(JSON.stringify(makeNote({})), 'utf16le'), { 'content-type': 'application/json; charset=utf-16' }, 400, 'malformed'],
    ['cut off', '{"processor_id":', {}, 400, 'malformed'],
    ['that sets a prototype', '{"processor_id":"user-input","schema_id":"note-v1","data":{"content":"x"},"constructor":{"prototype":{}}}', {}, 400, 'malformed'],
    ['of a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['without a type', '{}', { 'content-type': '' }, 415, 'unsupported_media_type'],
    ['that is null', 'null', {}, 422, 'schema_violation'],
    ['that is missing', undefined, {}, 422, 'schema_violation'],
    ['whose schema is a prototype’s name', makeNote({ schema_id: 'constructor' }), {}, 422, 'schema_unknown'],
    ['with an id that is a path', makeNote({ id: '../../etc' }), {}, 422, 'schema_violation'],
  ])('%s', async (_name, body, headers: Record<string, string>, status, code) => {
    expectProblem(await author.send('POST', BLOBS, body, headers), status, code);
  });

  it('over its route’s limit', async () => {
    const large = 'x'.repeat(300 * 1024);
    for (const path of [ROUTES.login.path, ROUTES.refresh.path]) expectProblem(await author.send('POST', path, { large }), 413, 'too_large');
    expectProblem(await author.send('POST', ROUTES.createJob.path, { large: large.repeat(14) }), 413, 'too_large');
    expectProblem(await author.send('POST', '/api/v1/schemas/note-v1/validate', { content: 'x'.repeat(9 * 1024 * 1024) }), 413, 'too_large');
  });
});

it.each([
  ['?tag=a&tag=b', 400], ['?schema_id=a&schema_id=b', 400], ['?after=a&after=b', 400], ['?limit=1&limit=2', 400], ['?limit=1.5', 400], ['?limit=-1', 400],
  ['?limit=99999999999999999999', 400], ['?after=', 400], ['/%ff', 400], ['/%', 400], ['/%00', 404], ['/..%2f..%2fpasswd', 404], [`/${'x'.repeat(300)}`, 404], ['/none/history?limit=0', 400],
])('the address /api/v1/blobs%s is answered with %i', async (address, status) => {
  expectProblem(await author.send('GET', `${BLOBS}${address}`), status, status === 400 ? 'malformed' : 'not_found');
});

it.each(['epoch=a&epoch=b&seq=1', 'epoch=a&seq=1&seq=2', 'epoch=a', `epoch=${'x'.repeat(101)}&seq=1`])('a checkpoint of %s is malformed', async (query) => {
  expectProblem(await author.send('GET', `${ROUTES.pull.path}?${query}`), 400, 'malformed');
});

it('words survive whatever their characters are', async () => {
  const content = '“Ünïcode” 𝒜 \u0000 \ud800 \u2028 \ufeff e\u0301';
  const made = await author.send('POST', BLOBS, makeNote({ data: { content }, tags: ['\u0000', '\ud83d'] }));
  expect(made.body['data']).toEqual({ content });
  expect((await author.send('GET', `${BLOBS}/${String(made.body['id'])}`)).body).toEqual(made.body);
});

it.each([
  ['what is no HTTP', 'HELLO\r\n\r\n', 400, 'malformed'],
  ['headers that are too large', `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`, 413, 'too_large'],
])('%s ends its connection, with a problem', async (_name, bytes, status, code) => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${status} `);
  const problem: unknown = JSON.parse(body);
  expect(problem).toMatchObject({ status, code });
  expect(validateProblem(problem)).toBe(true);
});

it('who hangs up in the middle of a request fails nothing', async () => {
  const { hostname, port } = new URL(server.url);
  const request = `GET ${BLOBS} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${author.session.access_token}\r\n\r\n`;
  const hangUp = async (bytes: string): Promise<void> => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes, () => socket.resetAndDestroy());
    await once(socket, 'close');
  };
  for (const bytes of [request, request.repeat(3), `${request}HELLO\r\n\r\n`]) await Promise.all(Array.from({ length: 50 }, () => hangUp(bytes)));
  const metrics = await server.anonymous.send('GET', '/metrics');
  expect(metrics.text).toContain('recto_');
  expect(metrics.text).not.toMatch(/code="internal"/);
});
