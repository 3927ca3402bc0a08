import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TypesetJob } from '../contract/typesetter.ts';
import { createNodeTypesetter } from './node/typesetter.ts';
import { TYPESETTER_FILES } from './typesetter-files.ts';
import { createWebTypesetter } from './web-typesetter.ts';

const { resolve } = createRequire(import.meta.url);
const FONT = TYPESETTER_FILES.find((file) => file.includes('CourierPrime_400Regular.ttf'))!;
const job: TypesetJob = { source: '#set document(date: none)\n#set text(font: "Courier Prime", fallback: false)\nThe keeper climbed the stairs.', fonts: [FONT] };

let online = true;
const asked: string[] = [];
const server = createServer((request, response) => {
  const file = decodeURIComponent(request.url!.slice(1));
  if (!online) return void request.socket.destroy();
  asked.push(file);
  if (!TYPESETTER_FILES.includes(file)) return void response.writeHead(404).end();
  void readFile(resolve(file)).then((bytes) => response.setHeader('content-type', file.endsWith('.ttf') ? 'font/ttf' : 'application/wasm').end(bytes));
});
const urls: Record<string, string> = {};
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  for (const file of TYPESETTER_FILES) urls[file] = `http://127.0.0.1:${port}/${encodeURIComponent(file)}`;
});
afterAll(() => new Promise((done) => server.close(done)));

it('says what to do where it was never fetched and there is no network, and works when that is back', async () => {
  const typesetter = createWebTypesetter(urls);
  online = false;
  await expect(typesetter.toPdf(job)).rejects.toMatchObject({ code: 'network', message: expect.stringMatching(/No file was made.*when you are online/) });
  online = true;
  const { bytes } = await typesetter.toPdf(job);
  expect(Buffer.from(bytes).equals((await createNodeTypesetter().toPdf(job)).bytes)).toBe(true);
  expect(asked).toHaveLength(2);
});

it('says so where a newer app has taken the place of this one’s files', async () => {
  const typesetter = createWebTypesetter({ ...urls, [FONT]: `${urls[FONT]}-of-another-version` });
  await expect(typesetter.toPdf(job)).rejects.toMatchObject({ code: 'network' });
});

it('sets thousands of pages, as many as a long book has', async () => {
  const { bytes } = await createNodeTypesetter({ engine: 'wasm' }).toPdf({ ...job, source: `#set document(date: none)\n#set text(font: "Courier Prime", fallback: false)\n${'Page\n#pagebreak()\n'.repeat(3_000)}` });
  // One more stands behind the last break.
  expect(/\/Count (\d+)/.exec(Buffer.from(bytes).toString('latin1'))?.[1]).toBe('3001');
});
