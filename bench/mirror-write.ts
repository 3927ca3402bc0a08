/**
 * Writing 10,000 blobs of 5 kB into the author's file, as a window's writes arrive: batch by batch through the mirror's
 * thread, each on the disk before the next. Beside it better-sqlite3 alone, in this process: one table with the same
 * key, the same pragmas, the same batches, no checksum, no order. They take turns.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openMirror } from '../main/mirror/open-mirror.ts';
import type { MirrorRow } from '../schemas/ipc.ts';
import { median, type Figure } from './figures.ts';
import { makeDrafts } from './sync-client.ts';

const COUNT = 10_000;
const TEXT_LENGTH = 4_650;
/** What an import's writes come to; typing's batches hold a row or two, and there the disk's sync is all the time. */
const BATCH = 250;
const ROUNDS = 5;
const LIMIT = 0.5;
const root = join(import.meta.dirname, '..');

export async function run(): Promise<Figure[]> {
  const rows = makeRows();
  const plain: number[] = [];
  const mirror: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await inFolder((folder) => writePlain(folder, rows)));
    mirror.push(await inFolder((folder) => writeMirror(folder, rows)));
  }
  const ratio = median(plain.map((ms, i) => ms / mirror[i]!));
  const seconds = (times: number[]): string => (median(times) / 1000).toFixed(2);
  return [{
    name: 'mirror write of 10,000 blobs of 5 kB, rate beside better-sqlite3 alone',
    figure: `${ratio.toFixed(2)} (${seconds(mirror)} s : ${seconds(plain)} s)`,
    limit: `≥ ${LIMIT.toFixed(2)}`,
    ok: ratio >= LIMIT,
  }];
}

function makeRows(): MirrorRow[] {
  const chapters = Array.from({ length: 12 }, (_chapter, i) => readFileSync(join(root, `manuscripts/war-and-peace/${String(i + 1).padStart(3, '0')}.md`), 'utf8'));
  return makeDrafts(chapters.join('\n'), COUNT, TEXT_LENGTH, 'local').map((draft, i) => {
    const lwt = 1_790_000_000_000 + i / 100;
    return { id: draft.id, lwt, rev: '1-abcdefghij', deleted: false, body: JSON.stringify({ ...draft, _meta: { lwt }, _rev: '1-abcdefghij', _deleted: false, _attachments: {} }) };
  });
}

async function writePlain(folder: string, rows: readonly MirrorRow[]): Promise<number> {
  const database = new Sqlite(join(folder, 'plain.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE rows (id TEXT PRIMARY KEY, lwt REAL NOT NULL, rev TEXT NOT NULL, deleted INTEGER NOT NULL, body TEXT NOT NULL)');
  const insert = database.prepare('INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)');
  const write = database.transaction((batch: readonly MirrorRow[]) => {
    for (const { id, lwt, rev, deleted, body } of batch) insert.run(id, lwt, rev, deleted ? 1 : 0, body);
  });
  const started = performance.now();
  for (let i = 0; i < rows.length; i += BATCH) write(rows.slice(i, i + BATCH));
  const ms = performance.now() - started;
  database.close();
  return ms;
}

async function writeMirror(folder: string, rows: readonly MirrorRow[]): Promise<number> {
  const troubles: string[] = [];
  const mirror = await openMirror({
    file: join(folder, 'library.recto'), threadFile: join(root, 'main/mirror/mirror-thread.ts'), backupFolder: join(folder, 'Backups'), onNotice: ({ message }) => troubles.push(message),
  });
  const { store } = await mirror.open({ database: 'recto-local', collection: 'blobs', schemaVersion: 0 });
  const started = performance.now();
  for (let i = 0; i < rows.length; i += BATCH) await mirror.write(store, rows.slice(i, i + BATCH));
  const ms = performance.now() - started;
  const opened = await mirror.open({ database: 'recto-local', collection: 'blobs', schemaVersion: 0 });
  await mirror.close();
  if (opened.rows !== rows.length || troubles.length > 0) throw new Error(`${opened.rows} rows were written. ${troubles.join(' ')}`);
  return ms;
}

async function inFolder(work: (folder: string) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'recto-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
