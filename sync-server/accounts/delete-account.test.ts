/** The end of an account: what the server holds afterwards of whoever is gone. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import { startTestServer, type Caller, type TestServer } from '../test-support/test-server.ts';
import { listen } from '../test-support/test-socket.ts';

const PASSWORD = 'a long enough password';
const SECRET = 'Ozymandias';
let server: TestServer;
let author: Caller;

beforeAll(async () => {
  server = await startTestServer({ workers: ['book-compiler'] });
  author = await server.signUp('percy@example.org');
});
afterAll(() => server.close());

const remove = (caller: Caller, password: string) => caller.send('POST', ROUTES.deleteAccount.path, { password });

/** Something of the author's in every place that a server has for it. */
async function fill(): Promise<void> {
  const socket = await listen(server, author.session.access_token, { patterns: ['blob.derived'] });
  const draft = (await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: `${SECRET} walked.` } })).body;
  await author.send('PUT', ROUTES.replaceBlob.path.replace(':id', String(draft['id'])), { version: 1, data: { content: `${SECRET} ran.` } });
  const chapters = [{ id: 'c', title: SECRET, draft_blob_id: draft['id'], edition: 'draft' }];
  const book = (await author.send('POST', ROUTES.createBlob.path, { processor_id: 'user-input', schema_id: 'book-v1', data: { title: SECRET, author: SECRET, chapters } })).body;
  await author.send('POST', ROUTES.createJob.path, { processor_id: 'book-compiler', blob_id: book['id'], config: { format: 'html' } });
  await socket.next('blob.derived');
  await author.send('POST', ROUTES.createJob.path, { processor_id: 'pitch-builder', blob_id: book['id'] });
  await author.send('PUT', ROUTES.setAiAccount.path, { provider: 'anthropic', model: SECRET, key: SECRET });
  await author.send('PUT', ROUTES.setInstance.path.replace(':id', 'text-expansion'), { config: { instruction: SECRET } });
  await socket.close();
}

/** Every row of every table, as text. */
function readAll(): string {
  const database = new SqliteFile(join(server.dataDir, 'recto.db'), { readonly: true });
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all() as string[];
  const text = JSON.stringify(tables.map((table) => database.prepare(`SELECT * FROM ${table}`).all()));
  database.close();
  return text;
}

const rows = (user: string): string[] => {
  const database = new SqliteFile(join(server.dataDir, 'recto.db'), { readonly: true });
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(sqlite_schema.name) AS columns WHERE columns.name = 'user_id')`).pluck().all() as string[];
  const found = tables.filter((table) => Number(database.prepare(`SELECT count(*) FROM ${table} WHERE user_id = ?`).pluck().get(user)) > 0);
  database.close();
  return found;
};

it('an account that ends while its devices write, compile, sign in and out leaves nothing either, and nothing fails', async () => {
  for (let round = 0; round < 3; round += 1) {
    const email = `busy${round}@example.org`;
    const busy = await server.signUp(email);
    const writeDraft = (index: number) => busy.send('POST', ROUTES.createBlob.path, { id: `d${index}`, processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: `${SECRET} wrote ${index}.` } });
    await Promise.all([0, 1, 2].map(writeDraft));
    let isOver = false;
    const statuses = new Set<number>();
    const keepOn = async (act: (index: number) => Promise<{ status: number }>): Promise<void> => {
      for (let index = 3; !isOver; index += 1) statuses.add((await act(index)).status);
    };
    const acts = [
      writeDraft,
      (index: number) => busy.send('POST', ROUTES.createJob.path, { processor_id: 'book-compiler', blob_id: `d${index % 3}`, config: { format: 'html' } }),
      () => server.anonymous.send('POST', ROUTES.login.path, { email, password: PASSWORD }),
      (index: number) => busy.send('PUT', ROUTES.setInstance.path.replace(':id', 'text-expansion'), { config: { instruction: `${index}` } }),
      () => busy.send('PUT', ROUTES.setAiAccount.path, { provider: 'anthropic', model: SECRET, key: SECRET }),
      () => busy.send('POST', ROUTES.analyzeStyle.path, { text: 'The sea.' }),
    ].map(keepOn);
    const reply = await remove(busy, PASSWORD);
    isOver = true;
    await Promise.all(acts);
    expect(reply.status, reply.text).toBe(200);
    expect([...statuses].filter((status) => status === 500)).toEqual([]);
    expect(rows(busy.session.user_id)).toEqual([]);
  }
});

it('what an author wrote over, and what thinned out, is in no page of the disk either when the account has ended; nor where two end at once', async () => {
  const pages = (): string => globSync('recto.db*', { cwd: server.dataDir }).map((name) => readFileSync(join(server.dataDir, name), 'latin1')).join('');
  const authors = await Promise.all(['over1@example.org', 'over2@example.org'].map((email) => server.signUp(email)));
  for (const writer of authors) {
    for (let version = 0; version < 12; version += 1) {
      const content = `Overwritten ${version} of mine. `.repeat(2000 - 150 * version);
      if (version === 0) await writer.send('POST', ROUTES.createBlob.path, { id: 'w', processor_id: 'user-input', schema_id: 'text-input-v2', data: { content } });
      else await writer.send('PUT', '/api/v1/blobs/w', { version, data: { content } });
    }
  }
  expect(pages()).toContain('Overwritten 3 of mine');
  const replies = await Promise.all(authors.map((writer) => remove(writer, PASSWORD)));
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  expect(pages().match(/Overwritten \d+ of mine/g)?.length ?? 0).toBe(0);
});

describe('the end of an account', () => {
  it('needs its password', async () => {
    expect((await remove(author, 'not this one')).body).toMatchObject({ status: 403, code: 'forbidden', errors: [{ path: '/password' }] });
    expect((await author.send('GET', ROUTES.readState.path)).status).toBe(200);
  });

  it('leaves nothing of it in any table, file or page of the disk, says when, and ends its sockets', async () => {
    const other = await server.signUp('mary@example.org');
    await other.send('POST', ROUTES.createBlob.path, { id: 'hers', processor_id: 'user-input', schema_id: 'note-v1', data: { content: 'The last man.' } });
    await fill();
    const files = (): string[] => globSync('attachments/*/*', { cwd: server.dataDir });
    const bytes = (): string => globSync('recto.db*', { cwd: server.dataDir }).map((name) => readFileSync(join(server.dataDir, name), 'latin1')).join('');
    const before = readAll();
    for (const trace of [SECRET, author.session.user_id, 'percy@example.org']) expect(before).toContain(trace);
    expect(files()).toHaveLength(1);

    const socket = await listen(server, author.session.access_token);
    const started = Date.now();
    const reply = await remove(author, PASSWORD);
    expect(reply.status, reply.text).toBe(200);
    expect(Date.parse(String(reply.body['deleted_at']))).toBeGreaterThanOrEqual(started);
    expect(await socket.closed).toBe(4403);

    const [rows, pages] = [readAll(), bytes()];
    // Not the texts: a difference of two would fill the screen.
    expect([SECRET, author.session.user_id, 'percy@example.org'].filter((trace) => rows.includes(trace))).toEqual([]);
    expect([SECRET, 'percy@example.org'].filter((trace) => pages.includes(trace))).toEqual([]);
    expect(files()).toEqual([]);
    expect((await other.send('GET', '/api/v1/blobs/hers')).body).toMatchObject({ data: { content: 'The last man.' } });
  });

  it('lets nobody in again, by token, refresh or password; the email is free', async () => {
    expect((await author.send('GET', ROUTES.readState.path)).status).toBe(401);
    expect((await server.anonymous.send('POST', ROUTES.refresh.path, { refresh_token: author.session.refresh_token })).status).toBe(401);
    expect((await server.anonymous.send('POST', ROUTES.login.path, { email: 'percy@example.org', password: PASSWORD })).status).toBe(401);
    const again = await server.signUp('percy@example.org');
    expect((await again.send('GET', ROUTES.listBlobs.path)).body).toMatchObject({ blobs: [] });
  });
});
