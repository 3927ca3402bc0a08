import type { Generated } from 'kysely';
import type { JobState } from '#processors/orchestrator/ports.ts';

/** Times are RFC 3339 UTC, but for jobs (milliseconds since the epoch, as their port has them). Booleans are 0 and 1. */
export interface Tables {
  meta: { key: string; value: string };
  users: { id: string; email: string; password_hash: string; admin: number; created_at: string };
  user_sequences: { user_id: string; seq: number };
  devices: { id: string; user_id: string; device_name: string; created_at: string; last_seen_at: string; revoked_at: string | null };
  refresh_tokens: { hash: string; device_id: string; created_at: string; expires_at: string; used_at: string | null };
  blobs: BlobsTable;
  blob_versions: { user_id: string; blob_id: string; seq: number; version: number; updated_at: string; doc: string };
  outbox: {
    id: Generated<number>;
    type: string;
    user_id: string;
    blob_id: string;
    schema_id: string;
    processor_id: string;
    version: number;
    parent_id: string | null;
  };
  jobs: JobsTable;
}

interface BlobsTable {
  user_id: string;
  id: string;
  seq: number;
  version: number;
  deleted: number;
  schema_id: string;
  processor_id: string;
  parent_id: string | null;
  conversation_id: string | null;
  /** A JSON array. */
  tags: string;
  created_at: string;
  updated_at: string;
  /** Of `doc`, in UTF-16 units. */
  size: number;
  /** The whole blob as JSON, without what the server computes. */
  doc: string;
}

export interface JobsTable {
  id: string;
  user_id: string;
  processor_id: string;
  blob_id: string;
  blob_version: number;
  /** JSON */
  config: string;
  priority: number;
  state: JobState;
  attempts: number;
  not_before: number;
  lease_until: number;
  error_code: string | null;
  error_message: string | null;
  output_id: string | null;
  created_at: number;
  updated_at: number;
}
