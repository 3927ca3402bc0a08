import type { Database } from '../db/database.ts';
import type { Attachments } from './attachments.ts';
import type { BlobStore } from './blob-store.ts';

export interface DeleteUserParts {
  database: Database;
  attachments: Pick<Attachments, 'discard'>;
  store: Pick<BlobStore, 'close'>;
}

/** Rows that one transaction deletes: others wait for milliseconds, however large the account was. */
const BATCH = 500;
/** In place of the email of a user who is being deleted: no email has a space. */
const DELETING = 'deleted ';

/** Tables whose rows belong to a row of another, and by which of its columns. */
const BY_PARENT: Readonly<Record<string, string>> = {
  refresh_tokens: 'device_id IN (SELECT id FROM devices WHERE user_id = ?)',
  job_failures: 'job_id IN (SELECT id FROM jobs WHERE user_id = ?)',
  job_answers: 'job_id IN (SELECT id FROM jobs WHERE user_id = ?)',
};

/**
 * Deletes a user with all that is theirs, in every table that names them: blobs and their versions, jobs and what they took, files, keys,
 * sessions, links. What is deleted is overwritten on the disk. From the first moment nobody can sign in; where the server ends before the
 * rest is gone, `finishDeletions` goes on at its next start.
 */
export async function deleteUser({ database, attachments, store }: DeleteUserParts, userId: string): Promise<void> {
  const { sqlite } = database;
  // A push or a job that is under way would leave a blob of nobody.
  store.close(userId);
  const hashes = sqlite.prepare<[string], string>('SELECT DISTINCT sha256 FROM attachments WHERE user_id = ?').pluck().all(userId);
  await database.transaction(() => {
    sqlite.prepare('DELETE FROM one_time_links WHERE email = (SELECT email FROM users WHERE id = ?)').run(userId);
    sqlite.prepare(`UPDATE users SET email = '${DELETING}' || id, password_hash = '' WHERE id = ?`).run(userId);
    sqlite.prepare('UPDATE devices SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL').run(new Date().toISOString(), userId);
  });
  const tables = readTables(database);
  const deleteRows = (): void => {
    for (const [table, condition] of Object.entries(BY_PARENT)) sqlite.prepare(`DELETE FROM ${table} WHERE ${condition}`).run(userId);
    for (const { name } of tables) sqlite.prepare(`DELETE FROM ${name} WHERE user_id = ?`).run(userId);
  };
  for (const table of tables.filter(({ hasRowid }) => hasRowid)) await deleteInBatches(database, table.name, userId);
  await database.transaction(deleteRows);
  await wipeFreePages(database);
  await database.transaction(() => {
    // Again, for what came in meanwhile.
    deleteRows();
    sqlite.prepare('DELETE FROM users WHERE id = ?').run(userId);
  });
  await attachments.discard(hashes);
  // The text stands in the log of writes until that is begun anew.
  await database.exclusive(() => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
}

const PAGES_AT_ONCE = 256;

/**
 * Overwrites the pages that no row uses: in them stands what was deleted, now and whenever its author wrote something over. What was deleted
 * in pages that other rows use is overwritten at once (database.ts). VACUUM would hold everybody up.
 */
async function wipeFreePages({ sqlite, transaction }: Database): Promise<void> {
  const pageBytes = Number(sqlite.pragma('page_size', { simple: true }));
  const fillSome = (): boolean => {
    // Each time: another account may end at the same moment, and drop it.
    sqlite.exec('CREATE TABLE IF NOT EXISTS wiped (zeros BLOB NOT NULL)');
    const free = Number(sqlite.pragma('freelist_count', { simple: true }));
    if (free > 0) sqlite.prepare('INSERT INTO wiped VALUES (zeroblob(?))').run(Math.min(free, PAGES_AT_ONCE) * (pageBytes - 4));
    return free > PAGES_AT_ONCE;
  };
  while (await transaction(fillSome));
  await transaction(() => sqlite.exec('DROP TABLE IF EXISTS wiped'));
}

/** At the start: deletes those whose deletion was begun. */
export async function finishDeletions(parts: DeleteUserParts): Promise<void> {
  const begun = await parts.database.query.selectFrom('users').select('id').where('email', 'like', `${DELETING}%`).execute();
  for (const { id } of begun) await deleteUser(parts, id);
}

/** All tables with a column `user_id`, so that none is forgotten that comes later. */
function readTables({ sqlite }: Database): { name: string; hasRowid: boolean }[] {
  const tables = sqlite.prepare<[], { name: string; sql: string }>(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(sqlite_schema.name) AS columns WHERE columns.name = 'user_id')`,
  ).all();
  // Devices and jobs go after the rows that belong to them.
  return tables.map(({ name, sql }) => ({ name, hasRowid: !/WITHOUT ROWID/i.test(sql) && name !== 'devices' && name !== 'jobs' }));
}

async function deleteInBatches({ sqlite, transaction }: Database, table: string, userId: string): Promise<void> {
  const remove = sqlite.prepare(`DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE user_id = ? LIMIT ${BATCH})`);
  while ((await transaction(() => remove.run(userId))).changes === BATCH);
}
