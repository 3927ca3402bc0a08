import { join } from 'node:path';
import { jwtAuthenticator, wsconnect, type NatsConnection } from '@nats-io/nats-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventCredentials, SocketEvent, WorkerInfo } from '#schemas/generated/types.ts';
import { validateEventCredentials, validateSocketEvent } from '#schemas/generated/validators.js';
import { ROUTES } from '#schemas/http.ts';
import { openDatabase } from '../../db/database.ts';
import { createServiceTokens } from '../../processor-service/service-tokens.ts';
import { startNats, type TestNats } from '../../test-support/nats-server.ts';
import { startTestServer, type Caller, type TestServer } from '../../test-support/test-server.ts';
import { listen as openSocket } from '../../test-support/test-socket.ts';

let nats: TestNats;
let server: TestServer;

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  nats = await startNats();
  server = await startTestServer({ nats: { url: nats.url, publicUrl: nats.url, dir: nats.dir } });
  await becomes(null);
});
afterEach(async () => {
  await server.close();
  await nats.stop();
  vi.restoreAllMocks();
});

/** Waits until the server has NATS, or says why it hasn't. */
async function becomes(trouble: null | RegExp): Promise<void> {
  await vi.waitFor(async () => {
    const { status, body } = await server.anonymous.send('GET', '/readyz');
    expect(status).toBe(200);
    expect(body['trouble'] ?? '').toMatch(trouble ?? /^$/);
  });
}

const DRAFT = { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed into the storm.' } };
const credentialsOf = (caller: Caller) => caller.send('GET', ROUTES.readEventCredentials.path);

async function hear(caller: Caller): Promise<{ connection: NatsConnection; subjects: string[]; events: SocketEvent[] }> {
  const { body } = await credentialsOf(caller);
  if (!validateEventCredentials(body)) throw new Error(`no credentials: ${JSON.stringify(body)}`);
  const { url, jwt, seed, subject }: EventCredentials = body;
  const connection = await wsconnect({ servers: url, authenticator: jwtAuthenticator(jwt, new TextEncoder().encode(seed)), reconnect: false });
  const events: SocketEvent[] = [];
  const subjects: string[] = [];
  connection.subscribe(subject, { callback: (_error, message) => {
    const event: unknown = message.json();
    if (!validateSocketEvent(event)) throw new Error(`not an event: ${message.string()}`);
    events.push(event);
    subjects.push(message.subject);
  } });
  await connection.flush();
  return { connection, subjects, events };
}

async function expectExpansion(caller: Caller, draftId: string): Promise<void> {
  await vi.waitFor(async () => {
    const { body } = await caller.send('GET', `/api/v1/blobs?parent_id=${draftId}`);
    expect((body['blobs'] as { schema_id: string }[]).map(({ schema_id }) => schema_id)).toEqual(['expanded-text-v1']);
  });
}

describe('a server with NATS', () => {
  it('expands a draft, and tells its user alone, ids and no text', async () => {
    const [author, stranger] = [await server.signUp(), await server.signUp()];
    const [mine, theirs] = [await hear(author), await hear(stranger)];
    const socket = await openSocket(server, author.session.access_token, { patterns: ['blob.*'] });
    const draft = await author.send('POST', '/api/v1/blobs', DRAFT);
    await expectExpansion(author, String(draft.body['id']));
    expect((await socket.next('blob.derived')).data.preview).toMatch(/ship/);
    const user = `user.${author.session.user_id}`;
    await vi.waitFor(() => expect(mine.subjects).toContain(`${user}.blob.derived`));
    expect(mine.subjects).toEqual(expect.arrayContaining([`${user}.sync.resync`, `${user}.blob.created.text-input-v1`, `${user}.blob.created.expanded-text-v1`]));
    expect(JSON.stringify(mine.events)).not.toMatch(/ship|storm/);
    expect(theirs.events).toEqual([]);
    await socket.close();
    await mine.connection.close();
    await theirs.connection.close();
  });

  it('goes on without it, says so, and makes up for it when it is back with an empty store', async () => {
    const author = await server.signUp();
    await nats.wipe();
    await becomes(/NATS at ws:.*events wait in the outbox/);
    const draft = await author.send('POST', '/api/v1/blobs', DRAFT);
    expect(draft.status).toBe(201);
    expect((await credentialsOf(author)).body['code']).toBe('unavailable');
    await nats.restart();
    await becomes(null);
    await expectExpansion(author, String(draft.body['id']));
  });

  it('that is stopped with events left carries them after its next start', async () => {
    const author = await server.signUp();
    await nats.kill();
    await becomes(/NATS/);
    const draft = await author.send('POST', '/api/v1/blobs', DRAFT);
    const restarted = server.restart();
    await nats.restart();
    await restarted;
    await expectExpansion(author, String(draft.body['id']));
  });

  it('hands credentials to signed-in devices only', async () => {
    const author = await server.signUp();
    expect((await credentialsOf(server.anonymous)).status).toBe(401);
    expect((await credentialsOf(author)).body).toMatchObject({ url: nats.url, subject: `user.${author.session.user_id}.>`, expires_in: 600 });
    await author.send('POST', ROUTES.logout.path, { refresh_token: author.session.refresh_token });
    expect((await credentialsOf(author)).status).toBe(401);
  });
});

it('a worker elsewhere is woken for a job, with no request of its own open, and told when the job is cancelled', async () => {
  const settings = { nats: { url: nats.url, publicUrl: nats.url, dir: nats.dir }, workers: 'none' as const };
  const cloud = await startTestServer(settings);
  const database = openDatabase(join(cloud.dataDir, 'recto.db'));
  const { token } = await createServiceTokens(database, Date.now).add('text-expansion');
  await database.close();
  await cloud.restart();
  const authorization = { authorization: `Bearer ${token}` };
  const author = await cloud.signUp();

  const info = await cloud.anonymous.send(ROUTES.describeWork.method, ROUTES.describeWork.path, undefined, authorization);
  const { url, jwt, seed, subjects } = info.body['nats'] as NonNullable<WorkerInfo['nats']>;
  expect(subjects).toEqual({ work: 'work.text-expansion', cancelled: 'work.text-expansion.cancelled' });
  const connection = await wsconnect({ servers: url, authenticator: jwtAuthenticator(jwt, new TextEncoder().encode(seed)), reconnect: false });
  const heard = (subject: string): Promise<string> => new Promise((resolve) => {
    connection.subscribe(subject, { queue: 'workers', callback: (_error, message) => resolve(message.string()) });
  });
  const [work, cancelled] = [heard(subjects.work), heard(subjects.cancelled)];
  await connection.flush();

  await author.send('POST', '/api/v1/blobs', DRAFT);
  await work;
  const taken = await cloud.anonymous.send(ROUTES.takeJob.method, ROUTES.takeJob.path, { worker: 'here', wait_ms: 10_000 }, authorization);
  const { run_id, job } = taken.body as unknown as { run_id: string; job: { id: string } };
  await author.send('POST', ROUTES.cancelJob.path.replace(':id', job.id));
  expect(JSON.parse(await cancelled)).toEqual({ job_id: job.id, run_id });
  await connection.close();
  await cloud.close();
});

it('a server without NATS says that it has none', async () => {
  const alone = await startTestServer();
  const reply = await credentialsOf(await alone.signUp());
  expect([reply.status, reply.body['code']]).toEqual([404, 'not_found']);
  await alone.close();
});

it('a server whose keys are not there does not start, and says what to do', async () => {
  await expect(startTestServer({ nats: { url: nats.url, publicUrl: nats.url, dir: '/nowhere' } })).rejects.toThrow(/RECTO_NATS_DIR: .*npm run nats/);
});
