/** Nothing that one user has reaches another: by any route with an id of theirs, by sync, or by a socket. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENTS_PATH, ROUTES } from '#schemas/http.ts';
import type { Blob, Device, SyncPushVerdict } from '#schemas/generated/types.ts';
import { startTestServer, type Caller, type TestServer } from './test-support/test-server.ts';
import { listen, type TestSocket } from './test-support/test-socket.ts';
import { addToken, createHandWorker, revokeToken, type Run } from './test-support/worker-client.ts';

const SECRET = 'Ozymandias';
const ID = `${SECRET}-blob`;
const EMAIL = 'percy@example.org';

let server: TestServer;
let author: Caller;
let stranger: Caller;
let strangersSocket: TestSocket;
let bookId: string;
let jobId: string;
let deviceId: string;
let compiledId: string;
/** Of a processor that this server leaves to workers elsewhere. */
let token: string;
let revoked: string;
let held: Run;
/** All that the author can see, before anybody else does anything. */
let untouched: string;

beforeAll(async () => {
  server = await startTestServer({ workers: ['text-expansion', 'book-compiler'], workerLeaseMs: 3_600_000 });
  [author, stranger] = [await server.signUp(EMAIL), await server.signUp()];
  strangersSocket = await listen(server, stranger.session.access_token, { patterns: ['*', '>', 'blob.*', 'processor.*'], sync: true });
  const authorsSocket = await listen(server, author.session.access_token, { patterns: ['blob.derived', 'processor.failed'] });
  const draft = { id: ID, processor_id: 'user-input', schema_id: 'text-input-v1', tags: [SECRET], conversation_id: SECRET, data: { content: `${SECRET} walked into the storm.` } };
  await author.send('POST', ROUTES.createBlob.path, draft);
  await authorsSocket.next('blob.derived');
  const book = { title: SECRET, author: SECRET, chapters: [{ id: SECRET, title: SECRET, draft_blob_id: ID, edition: 'draft' }] };
  const made = await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'book-v1', data: book });
  bookId = String(made.body['id']);
  const failing = await author.send('POST', ROUTES.createJob.path, { processor_id: 'text-expansion', blob_id: made.body['id'] });
  await authorsSocket.next('processor.failed');
  jobId = String(failing.body['id']);
  deviceId = ((await author.send('GET', ROUTES.listDevices.path)).body['devices'] as Device[])[0]!.id;
  const compiling = await author.send('POST', ROUTES.createJob.path, { processor_id: 'book-compiler', blob_id: made.body['id'], config: { format: 'html' } });
  await authorsSocket.next('blob.derived');
  compiledId = String((await author.send('GET', ROUTES.readJob.path.replace(':id', String(compiling.body['id'])))).body['output_id']);
  await author.send('PUT', ROUTES.setAiAccount.path, { provider: 'anthropic', model: SECRET, key: SECRET });
  await author.send('PUT', ROUTES.setInstance.path.replace(':id', 'text-expansion'), { config: { instruction: SECRET } });
  token = await addToken(server, 'pitch-builder');
  await author.send('POST', ROUTES.createJob.path, { processor_id: 'pitch-builder', blob_id: made.body['id'] });
  held = await createHandWorker(server, token).take();
  revoked = await addToken(server, 'pitch-builder');
  await revokeToken(server, revoked);
  await authorsSocket.close();
  untouched = await everything(author);
});
afterAll(async () => {
  await strangersSocket.close();
  await server.close();
});

type Name = keyof typeof ROUTES;
/** Whom a route reaches, and so how it is tried here. A new route needs a line: it fails the last test of this file until it has one. */
type Reach =
  /** Asks or changes one thing of the caller's, by its id: another user's is not found. */
  | 'one-own'
  /** Shows what the caller has. */
  | 'all-own'
  /** Makes or changes something that is the caller's. */
  | 'acts'
  /** Opened by what is sent, not by a token: whoever knows it is let in. */
  | 'no-token'
  /** The same for every user. */
  | 'everyone'
  | 'administrator'
  | 'worker';
const REACH: Readonly<Record<Name, Reach>> = {
  register: 'no-token', login: 'no-token', refresh: 'no-token', logout: 'no-token',
  listDevices: 'all-own', revokeDevice: 'one-own', changePassword: 'acts', deleteAccount: 'acts', requestPasswordReset: 'no-token', resetPassword: 'no-token',
  createBlob: 'acts', listBlobs: 'all-own', readBlob: 'one-own', replaceBlob: 'one-own', deleteBlob: 'one-own', readHistory: 'one-own', readBlobFile: 'one-own',
  readEventCredentials: 'all-own', readState: 'all-own', pull: 'all-own', push: 'acts',
  readAiAccount: 'all-own', setAiAccount: 'acts', deleteAiAccount: 'acts', readUsage: 'all-own', readAiProvider: 'all-own', analyzeStyle: 'acts', generateExpand: 'acts', generateWrite: 'acts',
  listSchemas: 'everyone', readSchema: 'everyone', validate: 'everyone', registerSchema: 'administrator', removeSchema: 'administrator', activateSchema: 'administrator', deactivateSchema: 'administrator',
  listProcessors: 'everyone', readProcessor: 'everyone', registerProcessor: 'administrator', removeProcessor: 'administrator', activateProcessor: 'administrator', deactivateProcessor: 'administrator',
  listInstances: 'all-own', setInstance: 'acts',
  listJobs: 'all-own', createJob: 'acts', readJob: 'one-own', cancelJob: 'one-own', listDeadLetters: 'all-own', replayDeadLetter: 'one-own', dropDeadLetter: 'one-own',
  describeWork: 'worker', takeJob: 'worker', reportProgress: 'worker', readRunBlob: 'worker', readAnswer: 'worker', keepAnswer: 'worker', expandForRun: 'worker', writeForRun: 'worker', sendFile: 'worker', completeJob: 'worker', failJob: 'worker', giveJobBack: 'worker',
};

const bodies: Partial<Record<Name, unknown>> = {
  replaceBlob: { version: 1, data: { content: 'Taken over.' } },
  setAiAccount: { provider: 'anthropic', model: 'mine', key: 'mine' },
  setInstance: { active: false, config: { style: 'casual' } },
  analyzeStyle: { text: 'The sea.' },
  generateExpand: { original: 'The sea.', style: 'casual' },
  generateWrite: { instruction: 'Write.', text: 'The sea.' },
};
const idOf = (path: string): string =>
  /jobs|dead-letters/.test(path) ? jobId : path.includes('devices') ? deviceId : path.includes('processors') ? 'text-expansion' : path.includes('file') ? compiledId : ID;
const all = Object.entries(ROUTES) as [Name, (typeof ROUTES)[Name]][];
const reaching = (...reaches: Reach[]): typeof all => all.filter(([name]) => reaches.includes(REACH[name]));
/** What only a server with NATS has. */
const NEEDS_NATS = ROUTES.readEventCredentials.path;

/** All that a user can see of their own. */
const everything = async (of: Caller): Promise<string> => {
  const shown = reaching('all-own', 'everyone').filter(([, { path }]) => !path.includes('/schemas/:id') && path !== NEEDS_NATS && path !== ROUTES.readAiProvider.path);
  const own = [ROUTES.readBlob.path, ROUTES.readHistory.path, ROUTES.readBlobFile.path, ROUTES.readJob.path];
  const replies = await Promise.all([...shown.map((route) => route[1].path), ...own].map((path) => of.send('GET', path.replace(':id', idOf(path)))));
  // The server renews the lease of the job that is held, whoever asks what.
  return replies.map(({ text }) => text.replaceAll(/"(lease_until|updated_at)":\d+/g, '"$1":0')).join('\n');
};
const expectUntouched = async (): Promise<void> => expect(await everything(author)).toBe(untouched);

it.each(reaching('one-own'))('%s finds nothing of another user’s, and changes nothing', async (name, { method, path }) => {
  const reply = await stranger.send(method, path.replace(':id', idOf(path)), bodies[name]);
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 404, code: 'not_found' });
  expect(reply.text).not.toContain(SECRET);
  // Nor does the answer tell that another user has it.
  const unheard = await stranger.send(method, path.replace(':id', 'unheard-of'), bodies[name]);
  expect(unheard.text).toBe(reply.text);
  await expectUntouched();
});

it.each(reaching('all-own'))('%s shows nothing of another user’s', async (_name, { path: named }) => {
  const path = named.replace(':id', idOf(named));
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

/** What a stranger who knows the author's ids would send to the routes that act, and how each is answered. */
const ATTEMPTS: Partial<Record<Name, () => { body?: unknown; status: number }[]>> = {
  createBlob: () => [
    { body: note({ parent_id: bookId }), status: 404 },
    { body: note({ conversation_id: SECRET, tags: [SECRET] }), status: 201 },
    { body: note({ user_id: author.session.user_id, version: 1 }), status: 201 },
  ],
  push: () => [{ body: [{ assumed_master_state: null, new_document_state: { ...note({ id: compiledId }), user_id: author.session.user_id, tags: [], version: 9, created_at: AT, updated_at: AT, deleted: true } }], status: 200 }],
  createJob: () => [{ body: { processor_id: 'text-expansion', blob_id: compiledId }, status: 404 }, { body: { processor_id: 'book-compiler', blob_id: bookId, config: { format: 'html' } }, status: 404 }],
  changePassword: () => [{ body: { current_password: GUESS, new_password: GUESS, email: EMAIL }, status: 422 }, { body: { current_password: GUESS, new_password: GUESS }, status: 403 }],
  deleteAccount: () => [{ body: { password: GUESS }, status: 403 }],
  setInstance: () => [{ body: bodies.setInstance, status: 200 }],
  setAiAccount: () => [{ body: bodies.setAiAccount, status: 200 }],
  deleteAiAccount: () => [{ status: 204 }],
  analyzeStyle: () => [{ body: bodies.analyzeStyle, status: 200 }],
  generateExpand: () => [{ body: bodies.generateExpand, status: 200 }],
  generateWrite: () => [{ body: bodies.generateWrite, status: 422 }],
};
const AT = '2026-01-01T00:00:00Z';
const note = (extra: object): object => ({ processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'The sea.' }, ...extra });

/** What one who knows only the author's email would try at the doors that need no token. */
const KNOCKS: Partial<Record<Name, () => { body: unknown; status: number }>> = {
  register: () => ({ body: { email: EMAIL, password: GUESS }, status: 409 }),
  login: () => ({ body: { email: EMAIL, password: GUESS }, status: 401 }),
  refresh: () => ({ body: { refresh_token: GUESS }, status: 401 }),
  logout: () => ({ body: { refresh_token: GUESS }, status: 204 }),
  // This server sends no mail.
  requestPasswordReset: () => ({ body: { email: EMAIL }, status: 404 }),
  resetPassword: () => ({ body: { token: GUESS, password: GUESS }, status: 410 }),
};
const GUESS = 'not what the author chose';

it.each(reaching('no-token'))('%s lets nobody in who only guesses', async (name, { method, path }) => {
  const { body, status } = KNOCKS[name]!();
  const reply = await stranger.send(method, path, body);
  expect(reply.status, reply.text).toBe(status);
  expect(reply.text).not.toContain(author.session.user_id);
  await expectUntouched();
});

it.each(reaching('acts'))('%s reaches nothing of another user’s', async (name, { method, path }) => {
  for (const { body, status } of ATTEMPTS[name]?.() ?? []) {
    const reply = await stranger.send(method, path.replace(':id', idOf(path)), body);
    expect(reply.status, reply.text).toBe(status);
    expect(reply.text).not.toContain(author.session.user_id);
    expect(reply.text).not.toContain('walked into the storm');
    await expectUntouched();
  }
});

it.each(reaching('one-own', 'all-own', 'acts', 'everyone', 'administrator'))('%s needs a token', async (name, { method, path }) => {
  const reply = await server.anonymous.send(method, path.replace(':id', idOf(path)), bodies[name]);
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 401, code: 'unauthenticated' });
  expect(reply.text).not.toContain(SECRET);
  await expectUntouched();
});

it.each(reaching('administrator'))('%s is no one’s but an administrator’s', async (_name, { method, path }) => {
  const [schemas, processors] = [await author.send('GET', ROUTES.listSchemas.path), await author.send('GET', ROUTES.listProcessors.path)];
  const reply = await stranger.send(method, path.replace(':id', path.includes('schemas') ? 'text-input-v1' : 'text-expansion'), method === 'POST' ? {} : undefined);
  expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 403, code: 'forbidden' });
  expect(reply.body['detail']).toContain('administrators');
  expect([(await author.send('GET', ROUTES.listSchemas.path)).text, (await author.send('GET', ROUTES.listProcessors.path)).text]).toEqual([schemas.text, processors.text]);
});

describe('a worker’s token', () => {
  const fill = (path: string, { job, run_id }: Pick<Run, 'job' | 'run_id'>): string => `${path.replace(':id', job.id).replace(':blobId', ID).replace(':key', 'a'.repeat(64))}?run_id=${run_id}`;
  const sent = (name: Name, method: string): unknown => (name === 'takeJob' ? { worker: 'x', wait_ms: 100 } : method === 'GET' || method === 'DELETE' ? undefined : (bodies[name] ?? {}));
  const ON_WORKERS = reaching('worker');
  /** A program of a worker may ask the server's own provider, and sees no user there. */
  const SHARED = /\/v1\/ai\/(provider|analyze|generate)(\/|$)/;

  it.each(reaching('one-own', 'all-own', 'acts', 'everyone', 'administrator').filter(([, { path }]) => !SHARED.test(path)))('opens nothing of a user’s or an administrator’s: %s', async (name, { method, path }) => {
    const reply = await createHandWorker(server, token).send(method, path.replace(':id', idOf(path)), sent(name, method));
    expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 401, code: 'unauthenticated' });
    await expectUntouched();
  });

  it.each(ON_WORKERS)('is what %s needs: a user’s, none, or one that was revoked opens nothing', async (name, { method, path }) => {
    for (const { send } of [author, stranger, server.anonymous, createHandWorker(server, revoked)]) {
      const reply = await send(method, fill(path, held), sent(name, method));
      expect({ status: reply.status, code: reply.body['code'] }).toEqual({ status: 401, code: 'unauthenticated' });
      expect(reply.text).not.toContain(SECRET);
    }
    await expectUntouched();
  });

  it.each(ON_WORKERS.filter(([, { path }]) => path.includes(':id')))('of another processor has no part in a run: %s', async (name, { method, path }) => {
    const other = createHandWorker(server, await addToken(server, 'book-compiler'));
    for (const [run, code] of [[held, 'forbidden'], [{ ...held, run_id: 'guessed' }, 'lease_lost']] as const) {
      const reply = await other.send(method, fill(path, run), sent(name, method));
      expect(reply.body['code'], reply.text).toBe(code);
      expect(reply.text).not.toContain(SECRET);
    }
    await expectUntouched();
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
  // Nor what came before it: of one id, each has a history of their own.
  for (const { path } of [ROUTES.readBlob, ROUTES.readHistory, ROUTES.readBlobFile]) expect((await stranger.send('GET', path.replace(':id', ID))).text).not.toContain('walked into the storm');
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

it('no route is left out: each says whom it reaches, and is tried', () => {
  expect(Object.keys(REACH).toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  expect(Object.keys(ATTEMPTS).toSorted()).toEqual(reaching('acts').map(([name]) => name).toSorted());
  expect(Object.keys(KNOCKS).toSorted()).toEqual(reaching('no-token').map(([name]) => name).toSorted());
});
