import type { Database as Sqlite } from 'better-sqlite3';
import { RectoError } from '#schemas/errors.ts';
import { addRowDigest } from './row-digest.ts';
import { indexWholeRows } from './whole-rows.ts';

/** Each runs once, in order, in a transaction; `user_version` holds how many have run. A released one never changes. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE users (
    id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, admin INTEGER NOT NULL, created_at TEXT NOT NULL
  );
  CREATE TABLE user_sequences (user_id TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE devices (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), device_name TEXT NOT NULL,
    created_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, revoked_at TEXT
  );
  CREATE INDEX devices_by_user ON devices (user_id);
  CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY, device_id TEXT NOT NULL REFERENCES devices (id),
    created_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
  ) WITHOUT ROWID;
  CREATE INDEX refresh_tokens_by_device ON refresh_tokens (device_id);

  -- The id is the user's own: two users may hold blobs of one id (an author who brings a library to two accounts),
  -- and no answer tells whether another user has an id. doc stands last, so that lists read no overflow pages.
  CREATE TABLE blobs (
    user_id TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL,
    schema_id TEXT NOT NULL, processor_id TEXT NOT NULL, parent_id TEXT, conversation_id TEXT, tags TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, size INTEGER NOT NULL, doc TEXT NOT NULL
  );
  CREATE UNIQUE INDEX blobs_by_id ON blobs (user_id, id);
  CREATE UNIQUE INDEX blobs_by_seq ON blobs (user_id, seq);
  CREATE INDEX blobs_by_parent ON blobs (user_id, parent_id) WHERE parent_id IS NOT NULL;
  CREATE INDEX blobs_by_conversation ON blobs (user_id, conversation_id) WHERE conversation_id IS NOT NULL;

  CREATE TABLE blob_versions (
    user_id TEXT NOT NULL, blob_id TEXT NOT NULL, seq INTEGER NOT NULL, version INTEGER NOT NULL, updated_at TEXT NOT NULL, doc TEXT NOT NULL
  );
  CREATE UNIQUE INDEX blob_versions_by_blob ON blob_versions (user_id, blob_id, seq);

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, user_id TEXT NOT NULL, blob_id TEXT NOT NULL,
    schema_id TEXT NOT NULL, processor_id TEXT NOT NULL, version INTEGER NOT NULL, parent_id TEXT
  );

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, processor_id TEXT NOT NULL, blob_id TEXT NOT NULL, blob_version INTEGER NOT NULL,
    config TEXT NOT NULL, priority INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL,
    lease_until INTEGER NOT NULL, error_code TEXT, error_message TEXT, output_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  );
  CREATE INDEX jobs_waiting ON jobs (state, priority DESC, created_at) WHERE state IN ('queued', 'running');
  CREATE INDEX jobs_by_blob ON jobs (user_id, blob_id, created_at);
  CREATE INDEX jobs_by_state ON jobs (user_id, state, created_at);
  `,
  `
  -- Registered beside those that ship. Blobs name a schema by name and major version.
  CREATE TABLE schemas (
    id TEXT PRIMARY KEY, processor_id TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, major INTEGER NOT NULL, type TEXT NOT NULL,
    definition TEXT NOT NULL, examples TEXT NOT NULL, active INTEGER NOT NULL, created_at TEXT NOT NULL
  );
  CREATE UNIQUE INDEX schemas_by_version ON schemas (name, version);
  CREATE TABLE processors (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, input_schema_ids TEXT NOT NULL, output_schema_id TEXT NOT NULL,
    workflow_id TEXT, workflow TEXT, priority INTEGER NOT NULL, max_concurrency INTEGER NOT NULL, event_patterns TEXT NOT NULL,
    config_schema TEXT NOT NULL, active INTEGER NOT NULL, created_at TEXT NOT NULL
  );
  -- run_at: 'cloud' or 'device'.
  CREATE TABLE processor_instances (
    id TEXT PRIMARY KEY, processor_id TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id), active INTEGER NOT NULL, run_at TEXT NOT NULL,
    config TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  );
  CREATE UNIQUE INDEX processor_instances_by_user ON processor_instances (user_id, processor_id);
  CREATE TABLE service_tokens (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, processor_id TEXT NOT NULL, created_at TEXT NOT NULL, last_used_at TEXT, revoked_at TEXT
  );

  -- ready: a queued job whose time has come. Each question of the queue has an index of its own, so that none is slower where
  -- a hundred thousand jobs wait: whose jobs are next, what becomes due, whose lease ends, what a newer draft supersedes, what is old.
  ALTER TABLE jobs ADD COLUMN ready INTEGER NOT NULL DEFAULT 1;
  DROP INDEX jobs_waiting;
  CREATE INDEX jobs_ready ON jobs (processor_id, user_id, priority DESC, created_at, id) WHERE state = 'queued' AND ready = 1;
  CREATE INDEX jobs_delayed ON jobs (not_before, processor_id) WHERE state = 'queued' AND ready = 0;
  CREATE INDEX jobs_running ON jobs (lease_until, user_id, processor_id) WHERE state = 'running';
  CREATE INDEX jobs_queued_by_blob ON jobs (user_id, blob_id, processor_id, blob_version) WHERE state = 'queued';
  CREATE INDEX jobs_dead ON jobs (processor_id, updated_at) WHERE state = 'dead';
  CREATE INDEX jobs_over ON jobs (updated_at) WHERE state IN ('done', 'superseded', 'cancelled');

  -- What went wrong at each attempt of a job that did not end well at once.
  CREATE TABLE job_failures (
    job_id TEXT NOT NULL, attempt INTEGER NOT NULL, error_code TEXT NOT NULL, error_message TEXT NOT NULL, failed_at INTEGER NOT NULL
  );
  CREATE INDEX job_failures_by_job ON job_failures (job_id, attempt);
  -- What providers answered for jobs that have not ended.
  CREATE TABLE job_answers (job_id TEXT NOT NULL, key TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (job_id, key)) WITHOUT ROWID;
  -- What answers of providers took; cost is null where no price was set.
  CREATE TABLE usage (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT NOT NULL, job_id TEXT NOT NULL, processor_id TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost REAL, used_at INTEGER NOT NULL
  );
  CREATE INDEX usage_by_user ON usage (user_id, used_at);
  CREATE INDEX usage_by_job ON usage (job_id);
  -- A user's own provider: its settings in the clear, its key sealed with the server's.
  CREATE TABLE ai_accounts (user_id TEXT PRIMARY KEY REFERENCES users (id), settings TEXT NOT NULL, sealed_key TEXT, updated_at TEXT NOT NULL);

  -- Files of derived blobs; their bytes are in the data folder, named by their SHA-256.
  CREATE TABLE attachments (
    user_id TEXT NOT NULL, blob_id TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
    created_at TEXT NOT NULL, PRIMARY KEY (user_id, blob_id)
  ) WITHOUT ROWID;
  CREATE INDEX attachments_by_content ON attachments (sha256);
  `,
  `
  -- Links that work once: an invitation to an email, or a new password for a user. The token itself is stored nowhere.
  CREATE TABLE one_time_links (
    hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, email TEXT, user_id TEXT REFERENCES users (id), created_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
  ) WITHOUT ROWID;
  -- When the session of a device ends whatever it does: a year after it began.
  ALTER TABLE devices ADD COLUMN expires_at TEXT;
  UPDATE devices SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+365 days');
  -- The token that a token was given for: one that comes again while what it was swapped for has never been used lost its answer on the way.
  ALTER TABLE refresh_tokens ADD COLUMN replaces TEXT;
  CREATE INDEX refresh_tokens_by_replaced ON refresh_tokens (replaces) WHERE replaces IS NOT NULL;
  -- Null: the server's own.
  ALTER TABLE users ADD COLUMN quota_bytes INTEGER;
  -- Tombstones up to this number of the user's sequence are gone: who was last here before it compares everything.
  ALTER TABLE user_sequences ADD COLUMN horizon INTEGER NOT NULL DEFAULT 0;
  -- How far a user's sequence was at a time of the server's own (milliseconds): the age of tombstones, which devices' clocks can't tell.
  CREATE TABLE sequence_marks (user_id TEXT NOT NULL, seq INTEGER NOT NULL, marked_at INTEGER NOT NULL, PRIMARY KEY (user_id, seq)) WITHOUT ROWID;
  CREATE INDEX tombstones_by_seq ON blobs (user_id, seq) WHERE deleted = 1;
  -- By it whoever reads a row knows that it is the one that was written (row-digest.ts).
  ALTER TABLE blobs ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
  UPDATE blobs SET digest = row_digest(user_id, id, seq, version, updated_at, doc);
  ALTER TABLE blob_versions ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
  UPDATE blob_versions SET digest = row_digest(user_id, blob_id, seq, version, updated_at, doc);
  -- By the server's clock: a device's may be wrong by years.
  ALTER TABLE blob_versions ADD COLUMN replaced_at TEXT NOT NULL DEFAULT '';
  UPDATE blob_versions SET replaced_at = updated_at;
  -- With the time, so that thinning reads no text.
  DROP INDEX blob_versions_by_blob;
  CREATE UNIQUE INDEX blob_versions_by_blob ON blob_versions (user_id, blob_id, seq, replaced_at);
  -- Of the user's blobs that are not deleted: what a quota is held against.
  ALTER TABLE user_sequences ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
  UPDATE user_sequences SET size = (SELECT coalesce(sum(size), 0) FROM blobs WHERE blobs.user_id = user_sequences.user_id AND deleted = 0);
  -- Of those that are deleted, and of past versions (in bytes): what a quota bounds, too.
  ALTER TABLE user_sequences ADD COLUMN deleted_size INTEGER NOT NULL DEFAULT 0;
  UPDATE user_sequences SET deleted_size = (SELECT coalesce(sum(size), 0) FROM blobs WHERE blobs.user_id = user_sequences.user_id AND deleted = 1);
  ALTER TABLE user_sequences ADD COLUMN history_size INTEGER NOT NULL DEFAULT 0;
  UPDATE user_sequences SET history_size = (SELECT coalesce(sum(octet_length(doc)), 0) FROM blob_versions WHERE blob_versions.user_id = user_sequences.user_id);
  `,
];

/** What `user_version` is in a file of this version. */
export const CURRENT_VERSION = MIGRATIONS.length;

/**
 * Brings the file to this version's tables.
 * @returns false when the file was written by a newer version, and nothing was changed
 * @throws RectoError storage_damaged, and nothing was changed
 */
export function migrate(sqlite: Sqlite): boolean {
  const done = Number(sqlite.pragma('user_version', { simple: true }));
  if (done > MIGRATIONS.length) return false;
  addRowDigest(sqlite);
  if (done === MIGRATIONS.length) return true;
  // Rows that are damaged now would be given the digests of whole ones.
  if (done > 0) requireIntegrity(sqlite);
  sqlite.transaction(() => {
    for (const sql of MIGRATIONS.slice(done)) sqlite.exec(sql);
    indexWholeRows(sqlite);
    sqlite.pragma(`user_version = ${MIGRATIONS.length}`);
  }).immediate();
  return true;
}

function requireIntegrity(sqlite: Sqlite): void {
  const result = String(sqlite.pragma('integrity_check(1)', { simple: true }));
  if (result === 'ok') return;
  throw new RectoError('storage_damaged', `The database ${sqlite.name} is damaged (${result}), and was not brought to this version’s form. Put the newest backup back.`);
}
