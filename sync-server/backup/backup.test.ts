/** A server is backed up while it runs, damaged, and put back. */
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROUTES } from '#schemas/http.ts';
import type { SyncPullPage } from '#schemas/generated/types.ts';
import { readSettings } from '../settings.ts';
import { runMain } from '../test-support/child-server.ts';
import { startServer, type RunningServer } from '../server.ts';
import { createCaller, createStranger, type Caller } from '../test-support/test-server.ts';
import { backUp } from './back-up.ts';
import { describeFile, formatManifest } from './manifest.ts';
import { restore } from './restore.ts';

let folder: string;
let dataDir: string;
let backup: string;
let running: RunningServer | undefined;
let sources: { dataDir: string; databaseFile: string; natsDir: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recto-backup-'));
  dataDir = join(folder, 'data');
  backup = join(folder, 'backup');
  sources = { dataDir, databaseFile: join(dataDir, 'recto.db'), natsDir: join(dataDir, 'nats') };
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const PASSWORD = 'kelp lantern orchard';
const EMAIL = 'author@example.org';
const url = (): string => running?.url ?? '';

async function start(): Promise<void> {
  running = await startServer({ ...readSettings({ RECTO_DATA_DIR: dataDir, RECTO_PORT: '0' }) });
}

async function stop(): Promise<void> {
  await running?.close();
  running = undefined;
}

async function sign(route: 'register' | 'login'): Promise<Caller> {
  const reply = await createStranger(url).send('POST', ROUTES[route].path, { email: EMAIL, password: PASSWORD });
  expect(reply.status, reply.text).toBe(route === 'register' ? 201 : 200);
  return createCaller(url, reply.body as never);
}

const write = (author: Caller, id: string) => author.send('POST', ROUTES.createBlob.path, { id, processor_id: 'user-input', schema_id: 'text-input-v2', data: { content: `The words of ${id}.` } });
const pull = async (author: Caller): Promise<SyncPullPage> => (await author.send('GET', ROUTES.pull.path)).body as unknown as SyncPullPage;
const idsOf = ({ documents }: SyncPullPage): string[] => documents.map(({ id }) => id);

/** A server with a blob, and a file that a blob has. */
async function fill(): Promise<Caller> {
  await start();
  const author = await sign('register');
  await write(author, 'first');
  const book = { title: 'The Harbour', author: 'A. Writer', chapters: [{ id: 'c1', title: 'One', draft_blob_id: 'first', edition: 'draft' }] };
  await author.send('POST', ROUTES.createBlob.path, { id: 'book', processor_id: 'user-input', schema_id: 'book-v1', data: book });
  const { status, text } = await author.send('POST', ROUTES.createJob.path, { processor_id: 'book-compiler', blob_id: 'book', config: { format: 'html' } });
  expect(status, text).toBeLessThan(300);
  await expect.poll(async () => (await author.send('GET', ROUTES.listJobs.path)).body['jobs']).toMatchObject([{ state: 'done' }]);
  return author;
}

it('has one moment of a server that goes on, its files and its keys; put back, the server has a new epoch, what was there is aside, and sessions go on', async () => {
  const author = await fill();
  const before = await pull(author);
  const writing = Promise.all(Array.from({ length: 30 }, (_, index) => write(author, `meanwhile-${index}`)));
  const manifest = backUp(sources, backup, Date.now());
  await writing;
  expect(manifest.files.map(({ path }) => path.replace(/[0-9a-f]{64}/, '…').replace(/\/..\//, '/'))).toEqual(['recto.db', 'signing.key', 'ai.key', 'attachments/…']);
  await write(author, 'later');
  expect(() => restore(sources, backup, Date.now())).toThrow(expect.objectContaining({ code: 'storage_locked' }));
  await stop();

  const { aside } = restore(sources, backup, Date.now());
  expect(aside).not.toBeNull();
  const old = new SqliteFile(aside!, { readonly: true });
  expect(old.prepare(`SELECT count(*) FROM blobs WHERE id = 'later'`).pluck().get()).toBe(1);
  old.close();
  await start();
  const after = await pull(author);
  expect(after.checkpoint?.epoch).not.toBe(before.checkpoint?.epoch);
  expect(idsOf(after)).toEqual(expect.arrayContaining(idsOf(before)));
  expect(idsOf(after)).not.toContain('later');
  const compiled = after.documents.find(({ schema_id: schema }) => schema === 'compiled-book-v1')!;
  expect((await author.send('GET', `/api/v1/blobs/${compiled.id}/file`)).text).toContain('The words of first.');
  await sign('login');
});

it('is refused, named, and nothing is touched, where a byte of any of its files has changed, or one is missing', async () => {
  await fill();
  await stop();
  backUp(sources, backup, Date.now());
  const paths = [...(readdirSync(backup, { recursive: true, withFileTypes: true }))].filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(paths).toHaveLength(5);
  const held = readFileSync(sources.databaseFile);
  for (const path of paths) {
    const whole = readFileSync(path);
    for (const damage of [() => flip(path, whole), () => appendFileSync(path, ' '), () => truncateSync(path, whole.length - 1), () => rmSync(path)]) {
      damage();
      expect(() => restore(sources, backup, Date.now()), path).toThrow(expect.objectContaining({ code: expect.stringMatching(/^(storage_damaged|file_unreadable)$/), message: expect.stringContaining(path.slice(backup.length + 1)) }));
      writeFileSync(path, whole);
    }
  }
  expect(readFileSync(sources.databaseFile).equals(held)).toBe(true);
  expect(readdirSync(dataDir).filter((name) => /restor/.test(name))).toEqual([]);
  restore(sources, backup, Date.now());
  await start();
  await sign('login');
});

function flip(path: string, whole: Buffer): void {
  const copy = Buffer.from(whole);
  copy[copy.length >> 1]! ^= 1;
  writeFileSync(path, copy);
}

it('is not made of a database that is damaged, nor into a folder that holds something', async () => {
  await fill();
  await stop();
  writeFileSync(join(folder, 'something'), '');
  expect(() => backUp(sources, folder, Date.now())).toThrow(expect.objectContaining({ code: 'configuration' }));
  const whole = readFileSync(sources.databaseFile);
  const at = whole.indexOf('The words of first');
  whole[at] = 'K'.charCodeAt(0);
  writeFileSync(sources.databaseFile, whole);
  expect(() => backUp(sources, backup, Date.now())).toThrow(expect.objectContaining({ code: 'storage_damaged', message: expect.stringContaining('blob “first”') }));
  expect([existsSync(backup), existsSync(`${backup}.part`)]).toEqual([false, false]);
});

it('whose restoring was interrupted keeps the server from starting, until it is restored again', async () => {
  await fill();
  await stop();
  backUp(sources, backup, Date.now());
  restore(sources, backup, Date.now());
  // As a power cut between the first and the last move leaves it.
  mkdirSync(join(dataDir, 'restoring'));
  renameSync(sources.databaseFile, `${sources.databaseFile}.restoring`);
  await expect(start()).rejects.toMatchObject({ code: 'storage_damaged', message: expect.stringContaining('Restore it again') });
  restore(sources, backup, Date.now());
  await start();
  await sign('login');
});

it('is put back on another machine: with its folders on other disks, and files that became readable for all on their way', async () => {
  await fill();
  await stop();
  const keys = join(sources.natsDir, 'keys');
  mkdirSync(keys, { recursive: true });
  writeFileSync(join(keys, 'server.creds'), 'secret');
  backUp(sources, backup, Date.now());
  for (const name of readdirSync(backup)) if (!/attach|nats/.test(name)) chmodSync(join(backup, name), 0o666);
  // A disk of its own on Linux; elsewhere a folder.
  const other = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'recto-other-'));
  try {
    const there = { dataDir: join(folder, 'there'), databaseFile: join(other, 'db', 'recto.db'), natsDir: join(other, 'nats') };
    restore(there, backup, Date.now());
    restore(there, backup, Date.now());
    expect(readFileSync(join(there.natsDir, 'keys', 'server.creds'), 'utf8')).toBe('secret');
    for (const path of [there.databaseFile, join(there.dataDir, 'signing.key'), join(there.dataDir, 'ai.key')]) expect(statSync(path).mode & 0o077, path).toBe(0);
    const server = await startServer({ ...readSettings({ RECTO_DATA_DIR: there.dataDir, RECTO_DATABASE_URL: `sqlite:${there.databaseFile}`, RECTO_PORT: '0' }) });
    await server.close();
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
});

it('whose manifest names a file that is none of a backup’s is refused', async () => {
  await fill();
  await stop();
  const manifest = backUp(sources, backup, Date.now());
  writeFileSync(join(backup, '..', 'crontab'), 'x');
  writeFileSync(join(backup, 'manifest.json'), formatManifest({ ...manifest, files: [...manifest.files, describeFile(backup, '../crontab')] }));
  expect(() => restore(sources, backup, Date.now())).toThrow(expect.objectContaining({ code: 'storage_damaged', message: expect.stringContaining('../crontab') }));
});

it('is made and put back on the command line', async () => {
  const env = { RECTO_DATA_DIR: dataDir };
  await fill();
  expect(await runMain(['backup', backup], env)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('1 accounts, 3 blobs') });
  expect(await runMain(['restore', backup], env)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Another server is running on [^\n]+\n$/) });
  await stop();
  expect(await runMain(['restore', backup], env)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('start the server') });
  expect(await runMain(['restore'], env)).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage') });
  await start();
  await sign('login');
});
