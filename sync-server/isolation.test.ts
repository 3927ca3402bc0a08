/** Nothing that one user has reaches another: by any route with an id of theirs, by sync, or by a socket. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENTS_PATH, ROUTES } from '#schemas/http.ts';
import type { Blob, Device, SyncPushVerdict } from '#schemas/generated/types.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { listen, type TestSocket } from './test-support/test-socket.ts';
import { addToken, createHandWorker, revokeToken, type Run } from './test-support/worker-client.ts';

const SECRET = 'Ozymandias';
const ID = `${SECRET}-blob`;
const INSTANCE = ROUTES.listInstances.path.replace(':id', 'text-expansion');

let server: TestServer;
let author: Caller;
let stranger: Caller;
let strangersSocket: TestSocket;
let jobId: string;
let deviceId: string;
let compiledId: string;
/** Of a processor that this server leaves to workers elsewhere. */
let token: string;
let revoked: string;
let held: Run;

beforeAll(async () => {
  server = await startTestServer({ workers: ['text-expansion', 'book-compiler'] });
  [author, stranger] = [await server.signUp(), await server.signUp()];
  strangersSocket = await listen(server, stranger.session.access_token, { patterns: ['*', '>', 'blob.*', 'processor.*'], sync: true });
  const authorsSocket = await listen(server, author.session.access_token, { patterns: ['blob.derived', 'processor.failed'] });
  const draft = { id: ID, processor_id: 'user-input', schema_id: 'text-input-v1', tags: [SECRET], conversation_id: SECRET, data: { content: `${SECRET} walked into the storm.` } };
  await author.send('POST', ROUTES.createBlob.path, draft);
  await authorsSocket.next('blob.derived');
  const book = { title: SECRET, author: SECRET, chapters: [{ id: SECRET, title: SECRET, draft_blob_id: ID, edition: 'draft' }] };
  const made = await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'book-v1', data: book });
  const failing = await author.send('POST', ROUTES.createJob.path, { processor_id: 'text-expansion', blob_id: made.body['id'] });
  await authorsSocket.next('processor.failed');
  jobId = String(failing.body['id']);
  deviceId = ((await author.send('GET', ROUTES.listDevices.path)).body['devices'] as Device[])[0]!.id;
  const compiling = await author.send('POST', ROUTES.createJob.path, { processor_id: 'book-compiler', blob_id: made.body['id'], config: { format: 'html' } });
  await authorsSocket.next('blob.derived');
  compiledId = String((await author.send('GET', ROUTES.readJob.path.replace(':id', String(compiling.body['id'])))).body['output_id']);
  await author.send('PUT', ROUTES.setAiAccount.path, { provider: 'anthropic', model: SECRET, key: SECRET });
  await author.send('PUT', INSTANCE, { config: { instruction: SECRET } });
  token = await addToken(server, 'pitch-builder');
  await author.send('POST', ROUTES.createJob.path, { processor_id: 'pitch-builder', blob_id: made.body['id'] });
  held = await createHandWorker(server, token).take();
  revoked = await addToken(server, 'pitch-builder');
  await revokeToken(server, revoked);
  await authorsSocket.close();
});
afterAll(async () => {
  await strangersSocket.close();
  await server.close();
});

const bodies: Partial<Record<keyof typeof ROUTES, unknown>> = {
  replaceBlob: { version: 1, data: { content: 'Taken over.' } },
  setAiAccount: { provider: 'anthropic', model: 'mine', key: 'mine' },
  setInstance: { active: false, config: { style: 'casual' } },
};
const idOf = (path: string): string => (/jobs|dead-letters/.test(path) ? jobId : path.includes('devices') ? deviceId : path.includes('file') ? compiledId : ID);
type Named = [keyof typeof ROUTES, (typeof ROUTES)[keyof typeof ROUTES]];
/** Every route is in one of these: what is the same for everyone, what a worker's token opens, and what is a user's own. */
const COMMON = /\/(schemas|processors)(\/:id(\/(activate|deactivate|validate))?)?$/;
const WORKERS = /\/worker(\/|$)/;
const all = Object.entries(ROUTES) as Named[];
const OWN = all.filter(([, { path }]) => !COMMON.test(path) && !WORKERS.test(path));
const WITH_ID = OWN.filter(([, { path }]) => path.includes(':id') && !path.includes('processors'));
const LISTS = OWN.filter(([, { method, path }]) => method === 'GET' && !path.includes(':id'));
/** What only a server with NATS has. */
const NEEDS_NATS = ROUTES.readEventCredentials.path;

const LOOKS = [ROUTES.pull, ROUTES.listJobs, ROUTES.listDevices, ROUTES.listDeadLetters, ROUTES.readAiAccount, ROUTES.readUsage, ROUTES.listProcessors].map(({ path }) => path);
const everything = async (of: Caller): Promise<string> => {
  let text = '';
  for (const path of [...LOOKS, INSTANCE]) text += (await of.send('GET', path)).text;
  return text;
};

it.each(WITH_ID)('%s finds nothing of another user’s, and changes nothing', async (name, { method, path }) => {
  const before = await everything(author);
  const reply = await stranger.send(method, path.replace(':id', idOf(path)), bodies[name]);
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 404, code: 'not_found' });
  expect(reply.text).not.toContain(SECRET);
  // Nor does the answer tell that another user has it.
  const unheard = await stranger.send(method, path.replace(':id', 'unheard-of'), bodies[name]);
  expect(unheard.text).toBe(reply.text);
  expect(await everything(author)).toBe(before);
});

it.each(LISTS)('%s lists nothing of another user’s', async (_name, { path }) => {
  const expected = path === NEEDS_NATS || path === ROUTES.readAiAccount.path ? 404 : 200;
  for (const query of ['', `?parent_id=${ID}`, `?tag=${SECRET}`, `?conversation_id=${SECRET}`, `?blob_id=${ID}`, `?user_id=${author.session.user_id}`]) {
    const reply = await stranger.send('GET', path + query);
    expect(reply.status, reply.text).toBe(expected);
    expect(reply.text).not.toContain(SECRET);
    expect(reply.text).not.toContain(author.session.user_id);
  }
  expect((await author.send('GET', path)).status).toBe(path === NEEDS_NATS ? 404 : 200);
  expect((await author.send('GET', path)).text).not.toContain(stranger.session.user_id);
});

it('what a user sets of text providers and processors is that user’s alone', async () => {
  const before = await everything(author);
  expect((await stranger.send('GET', INSTANCE)).body).toMatchObject({ instances: [{ user_id: stranger.session.user_id, config: {} }] });
  expect((await stranger.send('GET', ROUTES.listProcessors.path)).text).not.toContain(SECRET);
  expect((await stranger.send('DELETE', ROUTES.deleteAiAccount.path)).status).toBe(204);
  expect((await stranger.send('PUT', ROUTES.setAiAccount.path, bodies.setAiAccount)).status).toBe(200);
  expect((await stranger.send('PUT', INSTANCE, bodies.setInstance)).status).toBe(200);
  expect(await everything(author)).toBe(before);
  await stranger.send('DELETE', ROUTES.deleteAiAccount.path);
});

const ADMINISTRATORS: readonly (keyof typeof ROUTES)[] = [
  'registerSchema', 'removeSchema', 'activateSchema', 'deactivateSchema', 'registerProcessor', 'removeProcessor', 'activateProcessor', 'deactivateProcessor',
];

it.each(ADMINISTRATORS)('%s is no one’s but an administrator’s', async (name) => {
  const { method, path } = ROUTES[name];
  const [schemas, processors] = [await author.send('GET', ROUTES.listSchemas.path), await author.send('GET', ROUTES.listProcessors.path)];
  const reply = await stranger.send(method, path.replace(':id', path.includes('schemas') ? 'text-input-v1' : 'text-expansion'), method === 'POST' ? {} : undefined);
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 403, code: 'forbidden' });
  expect(reply.body['detail']).toContain('administrators');
  expect([(await author.send('GET', ROUTES.listSchemas.path)).text, (await author.send('GET', ROUTES.listProcessors.path)).text]).toEqual([schemas.text, processors.text]);
});

it('no route is left out', () => {
  const sorted = new Set([...ADMINISTRATORS, ...OWN.map(([name]) => name), ...all.filter(([, { path }]) => WORKERS.test(path)).map(([name]) => name)]);
  expect(all.map(([name]) => name).filter((name) => !sorted.has(name)).toSorted()).toEqual(['listProcessors', 'listSchemas', 'readProcessor', 'readSchema', 'validate']);
});

describe('a worker’s token', () => {
  const fill = (path: string, { job, run_id }: Pick<Run, 'job' | 'run_id'>): string => `${path.replace(':id', job.id).replace(':blobId', ID).replace(':key', 'a'.repeat(64))}?run_id=${run_id}`;
  const sent = (name: keyof typeof ROUTES, method: string): unknown => (name === 'takeJob' ? { worker: 'x', wait_ms: 100 } : method === 'GET' || method === 'DELETE' ? undefined : (bodies[name] ?? {}));
  const ON_WORKERS = all.filter(([, { path }]) => WORKERS.test(path));
  /** A program of a worker may ask the server's own provider, and sees no user there. */
  const SHARED = /\/v1\/ai\/(provider|analyze|generate)(\/|$)/;
  const NO_TOKEN = /\/auth\/(register|login|refresh|logout)$/;

  it.each(all.filter(([, { path }]) => !WORKERS.test(path) && !SHARED.test(path) && !NO_TOKEN.test(path)))('opens nothing of a user’s or an administrator’s: %s', async (name, { method, path }) => {
    const before = await everything(author);
    const reply = await createHandWorker(server, token).send(method, path.replace(':id', idOf(path)), sent(name, method));
    expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 401, code: 'unauthenticated' });
    expect(await everything(author)).toBe(before);
  });

  it.each(ON_WORKERS)('is what %s needs: a user’s, none, or one that was revoked opens nothing', async (name, { method, path }) => {
    const before = await everything(author);
    for (const { send } of [author, stranger, server.anonymous, createHandWorker(server, revoked)]) {
      const reply = await send(method, fill(path, held), sent(name, method));
      expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 401, code: 'unauthenticated' });
      expect(reply.text).not.toContain(SECRET);
    }
    expect(await everything(author)).toBe(before);
  });

  it.each(ON_WORKERS.filter(([, { path }]) => path.includes(':id')))('of another processor has no part in a run: %s', async (name, { method, path }) => {
    const before = await everything(author);
    const other = createHandWorker(server, await addToken(server, 'book-compiler'));
    for (const [run, code] of [[held, 'forbidden'], [{ ...held, run_id: 'guessed' }, 'lease_lost']] as const) {
      const reply = await other.send(method, fill(path, run), sent(name, method));
      expect(reply.body['code'], reply.text).toBe(code);
      expect(reply.text).not.toContain(SECRET);
    }
    expect(await everything(author)).toBe(before);
  });
});

it('a push of another user’s id is the pusher’s own blob', async () => {
  const theirs = (await author.send('GET', `/api/v1/blobs/${ID}`)).body as unknown as Blob;
  const { derived_ids: _derived, processing_state: _state, ...assumed } = theirs;
  const next = { ...assumed, version: 2, data: { content: 'My own words about the sea.' } };
  const pushed = await stranger.send('POST', ROUTES.push.path, [{ assumed_master_state: assumed, new_document_state: next }]);
  expect(pushed.body['results'] as SyncPushVerdict[]).toEqual([{ id: ID, status: 'stored' }]);
  expect((await author.send('GET', `/api/v1/blobs/${ID}`)).body).toEqual(theirs);
  expect((await stranger.send('GET', `/api/v1/blobs/${ID}`)).body).toMatchObject({ user_id: stranger.session.user_id, version: 2, data: next.data });
  // A master that they assumed and never saw is not handed over.
  const again = await stranger.send('POST', ROUTES.push.path, [{ assumed_master_state: null, new_document_state: { ...next, data: { content: 'Others of my words.' } } }]);
  expect((again.body['results'] as SyncPushVerdict[])[0]).toMatchObject({ status: 'conflict', master: { data: next.data } });
});

it(`${EVENTS_PATH} carried nothing of another user’s`, async () => {
  // The stranger's own event comes after all of the author's would have.
  await stranger.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'The last word.' } });
  for (let last = ''; last !== 'note-v1'; ) last = (await strangersSocket.next('blob.created')).data.schema_id;
  const text = JSON.stringify(strangersSocket.received);
  expect(text).not.toContain(author.session.user_id);
  expect(text).not.toContain('walked into the storm');
});
