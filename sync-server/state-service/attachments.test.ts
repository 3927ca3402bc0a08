import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase, type Database } from '../db/database.ts';
import { createAttachments, type Attachments } from './attachments.ts';

let dataDir: string;
let database: Database;
let attachments: Attachments;

const BOOK = Buffer.from('It was a dark and stormy night.');
const HASH = createHash('sha256').update(BOOK).digest('hex');
const placeOf = (sha256: string): string => join(dataDir, 'attachments', sha256.slice(0, 2), sha256);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'recto-attachments-'));
  database = openDatabase(join(dataDir, 'recto.db'));
  attachments = createAttachments({ database, folder: join(dataDir, 'attachments'), limit: 100_000 });
});
afterEach(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function name(blobId: string, sha256 = HASH): void {
  attachments.attach({ userId: 'u', blobId, createdAt: '2026-01-01T00:00:00.000Z' }, { sha256, sizeBytes: BOOK.length, name: 'night.txt', mediaType: 'text/plain' });
}

it('a file is named by its hash and comes back byte for byte; what nobody names goes when it is released', async () => {
  const content = await attachments.receive([BOOK.subarray(0, 7), BOOK.subarray(7)]);
  expect(content).toEqual({ sha256: HASH, sizeBytes: BOOK.length });
  expect(await buffer(await attachments.read(content))).toEqual(BOOK);
  await attachments.release(content);
  expect(existsSync(placeOf(HASH))).toBe(false);
});

it('the same content is there once, until the last who has it lets go', async () => {
  const [first, second] = await Promise.all([attachments.receive([BOOK]), attachments.receive([BOOK])]);
  await attachments.release(first);
  expect(existsSync(placeOf(HASH))).toBe(true);
  name('a');
  await attachments.release(second);
  await attachments.discard([HASH]);
  expect(readdirSync(join(dataDir, 'attachments', HASH.slice(0, 2)))).toEqual([HASH]);
  database.sqlite.exec('DELETE FROM attachments');
  await attachments.discard([HASH]);
  expect(existsSync(placeOf(HASH))).toBe(false);
});

it('a file over the limit is refused while it comes, and leaves nothing', async () => {
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array((sent += 10_000) && 10_000);
  }
  await expect(attachments.receive(endless())).rejects.toMatchObject({ code: 'too_large' });
  expect(sent).toBe(110_000);
  expect(readdirSync(join(dataDir, 'attachments', 'receiving'))).toEqual([]);
});

it('a sender that breaks off leaves nothing', async () => {
  async function* torn(): AsyncGenerator<Uint8Array> {
    yield BOOK;
    throw new Error('the worker is gone');
  }
  await expect(attachments.receive(torn())).rejects.toThrow('the worker is gone');
  expect(readdirSync(join(dataDir, 'attachments', 'receiving'))).toEqual([]);
});

it('a start removes what a crash left: files half received, and files that no row names', async () => {
  const kept = await attachments.receive([BOOK]);
  name('a');
  // A server that died between the file and the row, and one that died in the middle of the bytes.
  const orphan = await attachments.receive([Buffer.from('never named')]);
  writeFileSync(join(dataDir, 'attachments', 'receiving', 'half'), 'hal');
  const restarted = createAttachments({ database, folder: join(dataDir, 'attachments'), limit: 100_000 });
  await restarted.sweep();
  expect(existsSync(placeOf(orphan.sha256))).toBe(false);
  expect(existsSync(join(dataDir, 'attachments', 'receiving'))).toBe(false);
  expect(await buffer(await restarted.read(kept))).toEqual(BOOK);
});

it('a file that is damaged on the disk never arrives whole, and receiving it again mends it', async () => {
  const large = Buffer.alloc(90_000, 'recto');
  const content = await attachments.receive([large]);
  mkdirSync(join(placeOf(content.sha256), '..'), { recursive: true });
  const damaged = Buffer.from(large);
  damaged[10] = 0;
  writeFileSync(placeOf(content.sha256), damaged);
  await expect(buffer(await attachments.read(content))).rejects.toMatchObject({ code: 'storage_damaged' });
  writeFileSync(placeOf(content.sha256), large.subarray(1));
  await expect(attachments.read(content)).rejects.toMatchObject({ code: 'storage_damaged' });
  await attachments.receive([large]);
  expect(await buffer(await attachments.read(content))).toEqual(large);
});
