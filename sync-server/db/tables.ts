import type { Generated } from 'kysely';
import type { JobState } from '#processors/orchestrator/ports.ts';

/** Times are RFC 3339 UTC, but for jobs (milliseconds since the epoch, as their port has them). Booleans are 0 and 1. */
export interface Tables {
  meta: { key: string; value: string };
  users: { id: string; email: string; password_hash: string; admin: number; created_at: string; quota_bytes: number | null };
  /** Tombstones up to `horizon` are gone. `size`: of the user's blobs that are not deleted, in UTF-16 units of their `doc`. */
  user_sequences: { user_id: string; seq: number; horizon: Generated<number>; size: Generated<number>; deleted_size: Generated<number>; history_size: Generated<number> };
  /** `marked_at`: milliseconds since the epoch. */
  sequence_marks: { user_id: string; seq: number; marked_at: number };
  devices: { id: string; user_id: string; device_name: string; created_at: string; last_seen_at: string; revoked_at: string | null; expires_at: string | null };
  one_time_links: {
    /** SHA-256 of the token. */
    hash: string;
    purpose: 'invitation' | 'password-reset';
    email: string | null;
    user_id: string | null;
    created_at: string;
    expires_at: string;
    used_at: string | null;
  };
  /** `replaces`: the hash of the token that it was given for. */
  refresh_tokens: { hash: string; device_id: string; created_at: string; expires_at: string; used_at: string | null; replaces: string | null };
  blobs: BlobsTable;
  blob_versions: { user_id: string; blob_id: string; seq: number; version: number; updated_at: string; doc: string; digest: number; replaced_at: string };
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
  schemas: {
    /** UUIDv7; blobs name `<name>-v<major>`. */
    id: string;
    processor_id: string;
    name: string;
    /** semver */
    version: string;
    major: number;
    type: string;
    /** JSON */
    definition: string;
    /** A JSON array. */
    examples: string;
    active: number;
    created_at: string;
  };
  processors: {
    id: string;
    name: string;
    description: string;
    /** A JSON array. */
    input_schema_ids: string;
    output_schema_id: string;
    workflow_id: string | null;
    /** YAML; null: only a remote worker can run it. */
    workflow: string | null;
    priority: number;
    max_concurrency: number;
    /** A JSON array. */
    event_patterns: string;
    /** JSON */
    config_schema: string;
    active: number;
    created_at: string;
  };
  processor_instances: {
    id: string;
    processor_id: string;
    user_id: string;
    active: number;
    run_at: 'cloud' | 'device';
    /** JSON */
    config: string;
    created_at: string;
    updated_at: string;
  };
  service_tokens: { id: string; hash: string; processor_id: string; created_at: string; last_used_at: string | null; revoked_at: string | null };
  job_failures: { job_id: string; attempt: number; error_code: string; error_message: string; failed_at: number };
  job_answers: { job_id: string; key: string; answer: string };
  usage: {
    id: Generated<number>;
    user_id: string;
    job_id: string;
    processor_id: string;
    provider: string;
    model: string;
    input_tokens: number;
    output_tokens: number;
    cost: number | null;
    used_at: number;
  };
  ai_accounts: { user_id: string; settings: string; sealed_key: string | null; updated_at: string };
  attachments: { user_id: string; blob_id: string; sha256: string; size: number; name: string; media_type: string; created_at: string };
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
  /** See row-digest.ts. */
  digest: number;
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
  /** 0: queued, and put off until `not_before`. */
  ready: number;
  attempts: number;
  not_before: number;
  lease_until: number;
  error_code: string | null;
  error_message: string | null;
  output_id: string | null;
  created_at: number;
  updated_at: number;
}
