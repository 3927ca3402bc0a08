/** Nothing that one user has reaches another: by any route with an id of theirs, by sync, or by a socket. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVENTS_PATH, ROUTES } from '#schemas/http.ts';
import type { Blob, Device, SyncPushVerdict } from '#schemas/generated/types.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { listen, type TestSocket } from './test-support/test-socket.ts';

const SECRET = 'Ozymandias';
const ID = `${SECRET}-blob`;

let server: TestServer;
let author: Caller;
let stranger: Caller;
let strangersSocket: TestSocket;
let jobId: string;
let deviceId: string;

beforeAll(async () => {
  server = await startTestServer();
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
  await authorsSocket.close();
});
afterAll(async () => {
  await strangersSocket.close();
  await server.close();
});

const bodies: Partial<Record<keyof typeof ROUTES, unknown>> = { replaceBlob: { version: 1, data: { content: 'Taken over.' } } };
const idOf = (path: string): string => (/jobs|dead-letters/.test(path) ? jobId : path.includes('devices') ? deviceId : ID);
/** What is the same for everyone, and what no user's token opens: a worker's routes have tests of their own. */
const COMMON = /schemas|processors|worker/;
const WITH_ID = Object.entries(ROUTES).filter(([, { path }]) => path.includes(':id') && !COMMON.test(path)) as [keyof typeof ROUTES, (typeof ROUTES)[keyof typeof ROUTES]][];
const LISTS = Object.values(ROUTES).filter(({ method, path }) => method === 'GET' && !path.includes(':id') && !COMMON.test(path));

it.each(WITH_ID)('%s finds nothing of another user’s, and changes nothing', async (name, { method, path }) => {
  const everything = async (): Promise<string> => (await author.send('GET', ROUTES.pull.path)).text + (await author.send('GET', ROUTES.listJobs.path)).text + (await author.send('GET', ROUTES.listDevices.path)).text;
  const before = await everything();
  const reply = await stranger.send(method, path.replace(':id', idOf(path)), bodies[name]);
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 404, code: 'not_found' });
  expect(reply.text).not.toContain(SECRET);
  // Nor does the answer tell that another user has it.
  const unheard = await stranger.send(method, path.replace(':id', 'unheard-of'), bodies[name]);
  expect(unheard.text).toBe(reply.text);
  expect(await everything()).toBe(before);
});

it.each(LISTS)('$path lists nothing of another user’s', async ({ path }) => {
  for (const query of ['', `?parent_id=${ID}`, `?tag=${SECRET}`, `?conversation_id=${SECRET}`]) {
    const reply = await stranger.send('GET', path + query);
    // 404: what this server or this user has not set up.
    expect([200, 404]).toContain(reply.status);
    expect(reply.text).not.toContain(SECRET);
  }
  expect((await author.send('GET', path)).text).not.toContain(stranger.session.user_id);
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
