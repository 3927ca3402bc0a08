import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompiledBookV1 } from '#schemas/generated/types.ts';
import { startTestServer, type Caller, type Reply, type TestServer } from '../test-support/test-server.ts';
import { listen, type TestSocket } from '../test-support/test-socket.ts';

let server: TestServer;
let author: Caller;
let stranger: Caller;
let socket: TestSocket;

beforeAll(async () => {
  server = await startTestServer({ maxFileBytes: 50_000 });
  [author, stranger] = [await server.signUp(), await server.signUp()];
  socket = await listen(server, author.session.access_token, { patterns: ['blob.derived', 'processor.failed'] });
});
afterAll(async () => {
  await socket.close();
  await server.close();
});

const blobs = '/api/v1/blobs';
const post = async (schema_id: string, data: object, more: object = {}): Promise<string> =>
  String((await author.send('POST', blobs, { processor_id: 'user-input', schema_id, data, ...more })).body['id']);
const draft = (content: string, more: object = {}): Promise<string> => post('text-input-v2', { content }, more);
const compile = (blob_id: string, config: object): Promise<Reply> => author.send('POST', '/api/v1/jobs', { processor_id: 'book-compiler', blob_id, config });

interface Compiled {
  id: string;
  manifest: CompiledBookV1;
}

async function compiled(blob_id: string, config: object): Promise<Compiled> {
  const { status, text, body } = await compile(blob_id, config);
  expect(status, text).toBe(202);
  if (body['state'] !== 'done') await socket.next('blob.derived');
  const job = await author.send('GET', `/api/v1/jobs/${String(body['id'])}`);
  expect(job.body['state'], job.text).toBe('done');
  const id = String(job.body['output_id']);
  const blob = await author.send('GET', `${blobs}/${id}`);
  return { id, manifest: blob.body['data'] as unknown as CompiledBookV1 };
}

async function makeBook(title = 'The Keeper', chapters: { id: string; draft_blob_id: string; edition?: 'draft' | 'expansion' }[] = []): Promise<string> {
  return post('book-v1', { title, author: 'A. Writer', chapters: chapters.map((chapter) => ({ title: chapter.id, edition: 'draft', ...chapter })) });
}

const fetchFile = (id: string, caller = author, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}${blobs}/${id}/file`, { headers: { authorization: `Bearer ${caller.session.access_token}`, ...headers } });
const files = (): string[] => readdirSync(join(server.dataDir, 'attachments'), { recursive: true }).map(String).filter((name) => /[0-9a-f]{64}$/.test(name));

describe('the file of a compiled book', () => {
  it('is the one that its blob describes, under its name, and never a page of this origin', async () => {
    const book = await makeBook('Über “Sturm” & Möwen', [{ id: 'c1', draft_blob_id: await draft('The gulls <script>screamed</script>.') }]);
    const { id, manifest } = await compiled(book, { format: 'html' });
    const reply = await fetchFile(id);
    const bytes = Buffer.from(await reply.arrayBuffer());
    expect(reply.status).toBe(200);
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([manifest.size_bytes, manifest.sha256]);
    const { headers } = reply;
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(headers.get('content-length')).toBe(String(manifest.size_bytes));
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename=".*"; filename\*=UTF-8''%C3%9Cber/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('etag')).toBe(`"${manifest.sha256}"`);
    expect((await fetchFile(id, author, { 'if-none-match': `"${manifest.sha256}"` })).status).toBe(304);
    expect(manifest.chapters[0]).toMatchObject({ blob_version: 1, hash: createHash('sha256').update('The gulls <script>screamed</script>.').digest('hex'), words: expect.any(Number) });
  });

  it('is its user’s alone; who isn’t signed in and who has no such file are told nothing', async () => {
    const { id } = await compiled(await makeBook('Mine', [{ id: 'c1', draft_blob_id: await draft('Mine alone.') }]), { format: 'text' });
    expect((await fetchFile(id, stranger)).status).toBe(404);
    expect((await server.anonymous.send('GET', `${blobs}/${id}/file`)).status).toBe(401);
    expect((await fetchFile(await draft('no file here'))).status).toBe(404);
    // The same id, as a blob of the stranger's own: its row is not the author's.
    await stranger.send('POST', '/api/v1/sync/blobs/push', [{ assumed_master_state: null, new_document_state: (await author.send('GET', `${blobs}/${id}`)).body }]);
    expect((await fetchFile(id, stranger)).status).toBe(404);
  });

  it('goes with its blob, and counts for as long as it is there', async () => {
    const book = await makeBook('Short Life', [{ id: 'c1', draft_blob_id: await draft('Gone tomorrow.') }]);
    const sizeOf = async (): Promise<number> => Number((await author.send('GET', '/api/v1/state')).body['total_size_bytes']);
    const before = await sizeOf();
    const { id, manifest } = await compiled(book, { format: 'epub' });
    expect(await sizeOf()).toBeGreaterThan(before + manifest.size_bytes);
    expect(files().some((name) => name.endsWith(manifest.sha256))).toBe(true);
    await author.send('DELETE', `${blobs}/${id}`);
    expect((await fetchFile(id)).status).toBe(404);
    await expect.poll(() => files().some((name) => name.endsWith(manifest.sha256))).toBe(false);
    const again = await compiled(book, { format: 'epub' });
    expect(again.id).not.toBe(id);
    expect((await fetchFile(again.id)).status).toBe(200);
  });

  it('over the limit is not kept: the job ends with that', async () => {
    const noise = Array.from({ length: 20_000 }, (_, index) => `w${index}`).join(' ');
    const before = files();
    const { body } = await compile(await makeBook('Too Long', [{ id: 'c1', draft_blob_id: await draft(noise) }]), { format: 'text' });
    const { data } = await socket.next('processor.failed');
    expect(data).toMatchObject({ job_id: body['id'], code: 'too_large' });
    expect((await author.send('GET', `/api/v1/jobs/${String(body['id'])}`)).body).toMatchObject({ state: 'dead', attempts: 1 });
    expect(files()).toEqual(before);
  });

  it('that is damaged on the disk is not sent whole', async () => {
    const { id, manifest } = await compiled(await makeBook('Damaged', [{ id: 'c1', draft_blob_id: await draft('All is well.') }]), { format: 'text' });
    const path = join(server.dataDir, 'attachments', manifest.sha256.slice(0, 2), manifest.sha256);
    const bytes = readFileSync(path);
    bytes[3] = bytes[3]! ^ 1;
    for (const damaged of [bytes, bytes.subarray(1)]) {
      writeFileSync(path, damaged);
      const reply = await fetchFile(id);
      expect([reply.status, reply.headers.get('etag'), ((await reply.json()) as { code: string }).code]).toEqual([500, null, 'storage_damaged']);
    }
  });

  it('that a crash left without its row goes at the next start', async () => {
    const other = await startTestServer();
    const orphan = join(other.dataDir, 'attachments', 'ab', 'ab'.repeat(32));
    mkdirSync(join(orphan, '..'), { recursive: true });
    writeFileSync(orphan, 'what a crash left');
    await other.restart();
    expect(existsSync(orphan)).toBe(false);
    await other.close();
  });
});

describe('a compile that names no sources', () => {
  it('takes each chapter’s edition, its newest expansion, and the words of this moment', async () => {
    const [one, two, three] = [await draft('A draft.', { conversation_id: 'n1' }), await draft('Another draft.', { conversation_id: 'n2' }), await draft('Never expanded.', { conversation_id: 'n3' })];
    const expand = (parent_id: string, conversation_id: string, expanded: string, more = {}): Promise<string> =>
      post('expanded-text-v1', { original: 'x', expanded, expansion_ratio: 2, metadata: {}, ...more }, { parent_id, conversation_id });
    const first = await expand(two, 'n2', 'The first go.');
    await expand(two, 'n2', 'The second go.', { metadata: { based_on: first } });
    const book = await makeBook('Editions', [{ id: 'n1', draft_blob_id: one }, { id: 'n2', draft_blob_id: two, edition: 'expansion' }, { id: 'n3', draft_blob_id: three, edition: 'expansion' }]);
    const before = await compiled(book, { format: 'text' });
    const text = await (await fetchFile(before.id)).text();
    expect(text).toContain('A draft.');
    expect(text).toContain('The second go.');
    expect(text).not.toContain('The first go.');
    expect(text).toContain('Never expanded.');
    expect(before.manifest.chapters.map(({ edition }) => edition)).toEqual(['draft', 'expansion', 'draft']);
    expect((await compiled(book, { format: 'text' })).id).toBe(before.id);
    await author.send('PUT', `${blobs}/${one}`, { version: 1, schema_id: 'text-input-v2', data: { content: 'A draft, changed.' } });
    const after = await compiled(book, { format: 'text' });
    expect(after.id).not.toBe(before.id);
    expect(await (await fetchFile(after.id)).text()).toContain('A draft, changed.');
  });
});

it('a book is compiled at each of its changes where its author wants that, and not before', async () => {
  const chapter = { id: 'e1', draft_blob_id: await draft('The first words.', { conversation_id: 'e1' }) };
  const book = await makeBook('Each Change', [chapter]);
  const change = async (version: number, title: string): Promise<void> => {
    const { status, text } = await author.send('PUT', `${blobs}/${book}`, { version, schema_id: 'book-v1', data: { title, author: 'A. Writer', chapters: [{ title: 'One', edition: 'draft', ...chapter }] } });
    expect(status, text).toBe(200);
  };
  await change(1, 'Before');
  expect((await author.send('GET', `${blobs}/${book}`)).body['processing_state']).toBe('completed');
  const set = await author.send('PUT', '/api/v1/processors/book-compiler/instances', { config: { format: 'text', at_each_change: true } });
  expect(set.status, set.text).toBe(200);
  await change(2, 'After');
  const { data } = await socket.next('blob.derived');
  expect(data).toMatchObject({ parent_id: book, processor_id: 'book-compiler' });
  expect(await (await fetchFile(data.derived_id)).text()).toMatch(/^After\n[^]*The first words\./);
  const { body } = await author.send('GET', `${blobs}?parent_id=${book}`);
  expect(body['blobs'] as object[]).toHaveLength(1);
});
