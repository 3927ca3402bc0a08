import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import type { Blob } from '#schemas/blob.ts';
import { isAsWritten, type Writer } from './writers.ts';

/**
 * Looks at what a kill left, on a copy: it is the server that is to mend its file, not this. Each writer waits.
 * @throws Error for what was acknowledged and is not there, what is there twice, and a file that is damaged
 */
export function checkDatabase(dataDir: string, writers: readonly Writer[]): void {
  const copy = mkdtempSync(join(tmpdir(), 'recto-kill-copy-'));
  // Without the shared memory: after a crash of the machine it would not be there.
  for (const name of ['recto.db', 'recto.db-wal']) if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(copy, name));
  const database = new SqliteFile(join(copy, 'recto.db'));
  try {
    expectNothing('integrity_check', (database.pragma('integrity_check') as { integrity_check: string }[]).filter((row) => row.integrity_check !== 'ok'));
    expectNothing('foreign keys', database.pragma('foreign_key_check') as unknown[]);
    expectNothing('ids twice', database.prepare('SELECT user_id, id FROM blobs GROUP BY user_id, id HAVING count(*) > 1').all());
    expectNothing('numbers past the sequence', database.prepare('SELECT b.id, b.seq FROM blobs b JOIN user_sequences s ON s.user_id = b.user_id WHERE b.seq > s.seq').all());
    expectNothing('versions twice', database.prepare('SELECT blob_id, version FROM (SELECT user_id, blob_id, version FROM blob_versions UNION ALL SELECT user_id, id, version FROM blobs) GROUP BY user_id, blob_id, version HAVING count(*) > 1').all());
    const files = database.prepare('SELECT DISTINCT sha256 FROM attachments').pluck().all() as string[];
    expectNothing('files that are named and are not whole', files.filter((sha256) => !isWhole(join(dataDir, 'attachments', sha256.slice(0, 2), sha256), sha256)));
    for (const writer of writers) checkWriter(database, writer);
  } finally {
    database.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

function isWhole(path: string, sha256: string): boolean {
  return existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === sha256;
}

function checkWriter(database: SqliteFile.Database, { userId, acknowledged, pending, words }: Writer): void {
  const find = database.prepare<[string, string], string>('SELECT doc FROM blobs WHERE user_id = ? AND id = ?').pluck();
  const read = (id: string): Blob | null => {
    const doc = find.get(userId, id);
    return doc === undefined ? null : (JSON.parse(doc) as Blob);
  };
  for (const [id, written] of acknowledged) {
    const stored = read(id);
    const next = pending.get(id);
    if (stored && (isAsWritten(stored, written) || (next && isAsWritten(stored, next)))) continue;
    throw new Error(`${id} was acknowledged at version ${written.version}, and is ${stored ? `at version ${stored.version} with other words` : 'not there'}.`);
  }
  const shared = words.length === 0 ? [] : String(read('shared')?.data['content']).split(' ');
  expectNothing('acknowledged words that are lost', words.filter((word) => !shared.includes(word)));
  expectNothing('words twice', shared.filter((word, index) => shared.indexOf(word) !== index));
}

export function expectNothing(what: string, found: readonly unknown[]): void {
  if (found.length > 0) throw new Error(`${what}: ${JSON.stringify(found).slice(0, 1000)}`);
}
