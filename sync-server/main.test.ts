/** The server as a process: how it starts, refuses to start, stops, and what a crash leaves. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import type { AuthSession, Blob, SyncPullPage, SyncPushVerdict } from '#schemas/generated/types.ts';
import { MAIN, runMain, startChildServer, type ChildServer } from './test-support/child-server.ts';
import { createCaller, createStranger, type Caller } from './test-support/test-server.ts';
import { openSocket } from './test-support/test-socket.ts';

let folder: string;
let child: ChildServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-main-'));
});
afterEach(async () => {
  await child?.kill('SIGKILL');
  child = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const urlOfChild = (): string => child?.url ?? '';
const PASSWORD = 'a long enough password';

async function start(env: Record<string, string> = {}): Promise<ChildServer> {
  child = await startChildServer({ RECTO_DATA_DIR: folder, ...env });
  return child;
}

async function signUp(): Promise<Caller> {
  const reply = await createStranger(urlOfChild).send('POST', ROUTES.register.path, { email: 'author@example.org', password: PASSWORD });
  expect(reply.status, reply.text).toBe(201);
  return createCaller(urlOfChild, reply.body as unknown as AuthSession);
}

describe('a start that can’t be', () => {
  it.each([
    ['RECTO_HOST', '203.0.113.7', '203.0.113.7'],
    ['RECTO_HOST', 'no.host.invalid', 'no.host.invalid'],
    ['RECTO_DATA_DIR', MAIN, 'recto.db'],
  ])('with %s=%s says so in one line, and ends with 1', async (name, value, named) => {
    const { code, stdout, stderr } = await runMain([], { RECTO_DATA_DIR: folder, RECTO_PORT: '0', [name]: value });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(named);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('on a port that is taken says which', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await runMain([], { RECTO_DATA_DIR: folder, RECTO_PORT: String(port) });
    other.close();
    expect(stderr).toMatch(new RegExp(`^RECTO_PORT: port ${port} is taken\\.[^\\n]*\\n$`));
    expect(code).toBe(1);
  });

  it('on a file of a newer version leaves the file as it is', async () => {
    const file = join(folder, 'recto.db');
    const newer = new SqliteFile(file);
    newer.exec('CREATE TABLE later (words TEXT); PRAGMA user_version = 99');
    newer.close();
    const { code, stderr } = await runMain([], { RECTO_DATA_DIR: folder, RECTO_PORT: '0' });
    expect(stderr).toMatch(/^[^\n]*recto\.db was written by a newer version of Recto[^\n]*\n$/);
    expect(code).toBe(1);
    const after = new SqliteFile(file);
    expect(after.pragma('user_version', { simple: true })).toBe(99);
    expect(after.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all()).toEqual(['later']);
    after.close();
  });
});

it('SIGTERM ends it with 0 and no error, while sockets are open and a job runs', async () => {
  await start();
  const author = await signUp();
  const socket = await openSocket(child!);
  socket.send({ type: 'auth', token: author.session.access_token });
  socket.send({ type: 'subscribe', patterns: ['processor.*'] });
  await socket.next('subscribed');
  const content = Array.from({ length: 40 }, (_, index) => `On day ${index} the ship sailed into the storm, and nobody spoke.`).join('\n\n');
  await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content } });
  await socket.next('processor.progress');
  const { code, stderr } = await child!.kill('SIGTERM');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await socket.closed).toBe(1001);
});

describe('a crash', () => {
  const AT = '2026-01-01T00:00:00.000Z';
  const makeBlob = (id: string): Blob => ({
    id, user_id: 'local', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: `${id}. ${'All the words of a page. '.repeat(80)}` },
    tags: [], version: 1, created_at: AT, updated_at: AT, deleted: false,
  });
  const push = async (author: Caller, blobs: readonly Blob[]): Promise<SyncPushVerdict[]> => {
    const reply = await author.send('POST', ROUTES.push.path, blobs.map((blob) => ({ new_document_state: blob, assumed_master_state: null })));
    expect(reply.status, reply.text).toBe(200);
    return reply.body['results'] as SyncPushVerdict[];
  };

  /** Pushes batch after batch until the server is gone. */
  async function pushUntilGone(author: Caller, device: string, sent: Blob[], acknowledged: Set<string>, onStored: () => void): Promise<void> {
    for (let batch = 0; ; batch += 1) {
      const blobs = Array.from({ length: 15 }, (_, index) => makeBlob(`${device}-${batch}-${index}`));
      sent.push(...blobs);
      try {
        for (const { id, status } of await push(author, blobs)) if (status === 'stored') acknowledged.add(id);
      } catch (error) {
        if (error instanceof TypeError) return;
        throw error;
      }
      onStored();
    }
  }

  async function pullAll(author: Caller): Promise<Blob[]> {
    const blobs: Blob[] = [];
    for (let query = 'limit=500'; ; ) {
      const { documents, checkpoint } = (await author.send('GET', `${ROUTES.pull.path}?${query}`)).body as unknown as SyncPullPage;
      if (documents.length === 0 || !checkpoint) return blobs;
      blobs.push(...documents);
      query = `limit=500&epoch=${checkpoint.epoch}&seq=${checkpoint.seq}`;
    }
  }

  it('in the middle of pushes loses nothing that was acknowledged, and holds nothing twice', async () => {
    const env = { RECTO_WORKERS: 'none' };
    await start(env);
    const author = await signUp();
    const sent: Blob[] = [];
    const acknowledged = new Set<string>();
    for (const [round, deadline] of [3, 7, 12].entries()) {
      if (round > 0) await start(env);
      let stored = 0;
      let killed: Promise<unknown> | undefined;
      const onStored = (): void => {
        stored += 1;
        // Others' pushes are under way at this moment.
        if (stored === deadline) killed = child?.kill('SIGKILL');
      };
      await Promise.all(['a', 'b', 'c', 'd'].map((device) => pushUntilGone(author, `${device}${round}`, sent, acknowledged, onStored)));
      await killed;
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual((3 + 7 + 12) * 15);
    expect(acknowledged.size).toBeLessThan(sent.length);

    await start(env);
    const held = await pullAll(author);
    const byId = new Map(held.map((blob) => [blob.id, blob]));
    expect(byId.size).toBe(held.length);
    expect([...acknowledged].filter((id) => !byId.has(id))).toEqual([]);
    for (const blob of sent.filter(({ id }) => byId.has(id))) expect(byId.get(blob.id)).toEqual({ ...blob, user_id: author.session.user_id });

    // The devices push again what they heard nothing of.
    const unheard = sent.filter(({ id }) => !acknowledged.has(id));
    expect((await push(author, unheard)).every(({ status }) => status === 'stored')).toBe(true);
    expect((await pullAll(author)).map(({ id }) => id).toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
    expect(await child!.kill('SIGTERM')).toMatchObject({ code: 0, stderr: '' });

    const file = new SqliteFile(join(folder, 'recto.db'), { readonly: true });
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.prepare('SELECT count(*) FROM blob_versions').pluck().get()).toBe(0);
    expect(file.prepare('SELECT count(*) FROM outbox').pluck().get()).toBe(0);
    file.close();
  });

  it('before an event was published: the next start publishes it, and the draft is expanded', async () => {
    await start({ RECTO_WORKERS: 'none' });
    const author = await signUp();
    const draft = { processor_id: 'user-input', schema_id: 'text-input-v1', data: { content: 'The ship sailed into the storm.' } };
    const { body } = await author.send('POST', ROUTES.createBlob.path, draft);
    await child!.kill('SIGKILL');
    const file = new SqliteFile(join(folder, 'recto.db'));
    expect(file.prepare('SELECT type, blob_id FROM outbox').all()).toEqual([{ type: 'blob.created', blob_id: body['id'] }]);
    file.close();

    await start();
    await vi.waitFor(async () => {
      const { body: now } = await author.send('GET', `${ROUTES.createBlob.path}/${String(body['id'])}`);
      expect(now).toMatchObject({ processing_state: 'completed', derived_ids: [expect.any(String)] });
    });
  });
});
