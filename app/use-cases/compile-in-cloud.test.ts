import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { makePng, TINY_JPEG } from '#processors/book-compiler/test-support/made-pictures.ts';
import { readRealBook } from '#processors/book-compiler/test-support/real-books.ts';
import { MOST_PICTURE_BYTES } from '#processors/contract/pictures.ts';
import { createInProcessRunner } from '#processors/hosts/in-process.ts';
import { PROCESSORS } from '#processors/registry.ts';
import { ROUTES } from '#schemas/http.ts';
import { startTestServer, type TestServer } from '#sync-server/test-support/test-server.ts';
import { coreOf } from '../app-core.ts';
import { createApp } from '../create-app.ts';
import type { RectoApp } from '../recto-app.ts';
import { createHttpStudio } from '../sync/http-studio.ts';
import { createTestPlatform, readerOf } from '../test-support/test-platform.ts';
import { addPicture } from './add-picture.ts';
import { compileBook } from './compile-book.ts';
import { compileInCloud } from './compile-in-cloud.ts';
import { deleteBook } from './delete-book.ts';
import { editExpansion } from './edit-expansion.ts';
import { expandChapter } from './expand-chapter.ts';
import { importManuscript } from './import-manuscript.ts';
import { restoreBook } from './restore-book.ts';
import { signUp } from './sign-up.ts';
import { updateBook } from './update-book.ts';

let app: RectoApp | undefined;
let server: TestServer | undefined;
afterEach(async () => {
  await app?.close();
  await server?.close();
});

const keeper = { title: 'The Keeper', author: 'A. Writer', language: 'en-GB', chapters: [{ title: 'Dusk', markdown: 'The keeper climbed the stairs.' }] };
const quiet = (signal = new AbortController().signal) => ({ signal, onProgress: () => undefined });

/** A signed-in author with a book. `network`: what lies between the app and the server. */
async function startAuthor(book: { title: string; author: string; language?: string; chapters: readonly { title: string; markdown: string }[] } = keeper, network = fetch, settings = {}) {
  server = await startTestServer(settings);
  const secrets = new Map<string, string>();
  const studio = createHttpStudio({
    network: { fetch: (...args) => network(...args), WebSocket },
    secrets: { persistent: false, get: async (name) => secrets.get(name) ?? null, set: async (name, value) => void secrets.set(name, value), delete: async (name) => void secrets.delete(name) },
    deviceName: 'test', clock: { now: () => Date.now() },
  });
  const manuscript = { ...book, language: book.language ?? 'en', warnings: [], chapters: book.chapters.map(({ title, markdown }) => ({ title, content: markdown })) };
  const runner = createInProcessRunner({ processors: PROCESSORS, aiSettings: () => ({ provider: 'built-in' }) });
  app = await createApp(createTestPlatform({ runner, studio, readManuscript: readerOf(manuscript) }));
  await signUp(app, { server: server.url, email: 'author@example.org', password: 'correct horse battery' });
  const { bookId } = await importManuscript(app, { kind: 'file', name: 'book.md', bytes: new Uint8Array() }, quiet());
  return { app, server, bookId };
}

async function typeInto(app: RectoApp, bookId: string, text: string): Promise<void> {
  const book = await firstValueFrom(app.observeBook(bookId).pipe(filter((view) => view !== null)));
  const session = await app.openDraft(book.chapters[0]!.draftId);
  session.changed(() => text);
}

describe('a book that is compiled on the server', () => {
  it.each([['frankenstein', 'docx'], ['war-and-peace', 'epub']] as const)('is byte for byte the one that is compiled here: %s as %s', async (name, format) => {
    const author = await startAuthor(readRealBook(name));
    const steps = new Set<string>();
    const there = await compileInCloud(author.app, { bookId: author.bookId, format }, { ...quiet(), onProgress: ({ message = '' }) => void steps.add(message) });
    const here = await compileBook(author.app, { bookId: author.bookId, format }, quiet());
    expect(Buffer.compare(there.bytes, here.bytes)).toBe(0);
    expect({ ...there, bytes: null }).toEqual({ ...here, bytes: null });
    expect([...steps]).toEqual(expect.arrayContaining(['Sending what is new', 'Fetching the file']));
  }, 180_000);

  it('has the words that were typed a moment ago, and the same words are not compiled twice', async () => {
    const author = await startAuthor();
    const compile = async (): Promise<string> => new TextDecoder().decode((await compileInCloud(author.app, { bookId: author.bookId, format: 'text' }, quiet())).bytes);
    expect(await compile()).toContain('climbed the stairs');
    await typeInto(author.app, author.bookId, 'The keeper went to sea.');
    expect(await compile()).toContain('went to sea');
    await compile();
    expect(readdirSync(join(author.server.dataDir, 'attachments'), { recursive: true }).filter((path) => /[0-9a-f]{64}$/.test(String(path)))).toHaveLength(2);
  });

  it('says whose words they are, as the one that is compiled here: what was grown, and what its author made of that', async () => {
    const author = await startAuthor();
    const [chapter] = (await firstValueFrom(author.app.observeBook(author.bookId).pipe(filter((view) => view !== null)))).chapters;
    const place = { bookId: author.bookId, chapterId: chapter!.id };
    const jobId = await expandChapter(author.app, place);
    await firstValueFrom(author.app.jobs$.pipe(filter((jobs) => jobs.some(({ id, state }) => id === jobId && state === 'done'))));
    const { text } = await firstValueFrom(author.app.observeExpansion(author.bookId, chapter!.id).pipe(filter((view) => view !== null)));
    await editExpansion(author.app, { ...place, text: `${text} And then he slept.\n\nI was there, and saw it all.` });
    const request = { bookId: author.bookId, format: 'text', edition: 'expansion' } as const;
    const [there, here] = [await compileInCloud(author.app, request, quiet()), await compileBook(author.app, request, quiet())];
    expect(there.manifest).toEqual(here.manifest);
    expect(there.manifest.chapters[0]).toMatchObject({ chosen: 'edited-expansion', origin: { models: ['built-in'] } });
    expect(there.manifest.origin!.author).toBeGreaterThanOrEqual(7);
    expect(there.manifest.origin!.model_edited).toBeGreaterThanOrEqual(4);
  });

  it('has its pictures, the largest that there are, put in a moment ago, and its cover', async () => {
    const author = await startAuthor();
    const large = new Uint8Array(MOST_PICTURE_BYTES).map((_byte, at) => (at * 7919) % 251);
    large.set(makePng(60, 40));
    const [map, cover] = [await addPicture(author.app, author.bookId, { bytes: large, name: 'map.png' }), await addPicture(author.app, author.bookId, { bytes: TINY_JPEG })];
    await updateBook(author.app, author.bookId, { coverImage: cover.id });
    await typeInto(author.app, author.bookId, `The keeper climbed.\n\n![The map](${map.address}) ![gone](image:gone)`);
    const there = await compileInCloud(author.app, { bookId: author.bookId, format: 'epub' }, quiet());
    const parts = unzipSync(there.bytes);
    expect([parts['EPUB/pictures/picture-0001.png']?.length, parts['EPUB/cover.jpg']]).toEqual([MOST_PICTURE_BYTES, TINY_JPEG]);
    expect(there.manifest.replaced).toEqual(['A picture stands as its description, “gone”: its file is missing']);
    expect((await compileBook(author.app, { bookId: author.bookId, format: 'epub' }, quiet())).manifest.sha256).toBe(there.manifest.sha256);
  });

  it('is made anew where the server’s copy is damaged', async () => {
    const author = await startAuthor();
    const compile = () => compileInCloud(author.app, { bookId: author.bookId, format: 'epub' }, quiet());
    const { manifest, bytes } = await compile();
    const path = join(author.server.dataDir, 'attachments', manifest.sha256.slice(0, 2), manifest.sha256);
    writeFileSync(path, 'not a book');
    expect(Buffer.compare((await compile()).bytes, bytes)).toBe(0);
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
  });

  it('goes from the server with its book, and is made anew when the book is back', async () => {
    const author = await startAuthor();
    const [core, options] = [coreOf(author.app), { bookId: author.bookId, format: 'epub' } as const];
    const { bytes } = await compileInCloud(author.app, options, quiet());
    const files = () => readdirSync(join(author.server.dataDir, 'attachments'), { recursive: true }).filter((path) => /[0-9a-f]{64}$/.test(String(path)));
    expect(files()).toHaveLength(1);
    const { blobs } = await core.library();
    await expect.poll(async () => (await blobs.find('parent_id', author.bookId)).length).toBe(1);
    await deleteBook(author.app, author.bookId);
    await expect.poll(files).toEqual([]);
    await restoreBook(author.app, author.bookId);
    expect(Buffer.compare((await compileInCloud(author.app, options, quiet())).bytes, bytes)).toBe(0);
  });

  it('is not taken where another file comes, and is fetched again where it breaks off', async () => {
    const state = { fetched: 0, spoil: (bytes: Uint8Array): Uint8Array => bytes };
    const author = await startAuthor(keeper, async (...args) => {
      const response = await fetch(...args);
      if (!String(args[0]).endsWith('/file')) return response;
      state.fetched += 1;
      return new Response(state.spoil(new Uint8Array(await response.arrayBuffer())) as Uint8Array<ArrayBuffer>);
    });
    const compile = () => compileInCloud(author.app, { bookId: author.bookId, format: 'text' }, quiet());
    state.spoil = (bytes) => bytes.with(0, bytes[0]! ^ 1);
    await expect(compile()).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining('not kept') });
    expect(state.fetched).toBe(1);
    state.spoil = (bytes) => (state.fetched < 3 ? bytes.subarray(5) : bytes);
    await expect(compile()).resolves.toMatchObject({ name: 'The Keeper.txt' });
    expect(state.fetched).toBe(3);
  });

  it('over the server’s limit says so', async () => {
    const long = Array.from({ length: 100_000 }, (_, index) => `w${index}`).join(' ');
    const author = await startAuthor({ ...keeper, chapters: [{ title: 'Long', markdown: long }] }, fetch, { maxFileBytes: 500_000 });
    await expect(compileInCloud(author.app, { bookId: author.bookId, format: 'text' }, quiet())).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('your own computer') });
  });

  it('larger than the app can hold is refused before a byte of it is fetched', async () => {
    let fetched = 0;
    const author = await startAuthor(keeper, async (input, init) => {
      const response = await fetch(input, init);
      const path = new URL(String(input)).pathname;
      if (path.endsWith('/file')) fetched += 1;
      if (init?.method !== 'GET' || !/^\/api\/v1\/blobs\/[^/]+$/.test(path)) return response;
      const blob = (await response.json()) as { schema_id: string; data: object };
      return Response.json(blob.schema_id === 'compiled-book-v1' ? { ...blob, data: { ...blob.data, size_bytes: 300 * 1024 * 1024 } } : blob);
    });
    await expect(compileInCloud(author.app, { bookId: author.bookId, format: 'text' }, quiet())).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('Export it on this device') });
    expect(fetched).toBe(0);
  });

  it('is stopped on the server too when its author stops it', async () => {
    const stop = new AbortController();
    const author = await startAuthor(readRealBook('war-and-peace'));
    const work = compileInCloud(author.app, { bookId: author.bookId, format: 'docx' }, { signal: stop.signal, onProgress: ({ total }) => total > 0 && stop.abort() });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    const { body } = await author.server.anonymous.send('POST', ROUTES.login.path, { email: 'author@example.org', password: 'correct horse battery', device_name: 'look' });
    const jobs = async (): Promise<string[]> => {
      const reply = await fetch(`${author.server.url}${ROUTES.listJobs.path}`, { headers: { authorization: `Bearer ${String(body['access_token'])}` } });
      return ((await reply.json()) as { jobs: { state: string }[] }).jobs.map(({ state }) => state);
    };
    await expect.poll(jobs).toEqual(['cancelled']);
  });

  it('needs an account, and a server that compiles', async () => {
    app = await createApp(createTestPlatform({ readManuscript: readerOf({ ...keeper, warnings: [], chapters: [{ title: 'Dusk', content: 'x' }] }) }));
    const { bookId } = await importManuscript(app, { kind: 'file', name: 'book.md', bytes: new Uint8Array() }, quiet());
    await expect(compileInCloud(app, { bookId, format: 'epub' }, quiet())).rejects.toMatchObject({ code: 'unauthenticated' });
    await app.close();
    const author = await startAuthor(keeper, fetch, { workers: 'none' });
    await expect(compileInCloud(author.app, { bookId: author.bookId, format: 'epub' }, quiet())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
