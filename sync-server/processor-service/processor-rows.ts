import type { ProcessorManifest } from '#processors/contract/processor.ts';
import { normalizeSchemaId } from '#schemas/blob.ts';
import type { Database } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ProcessorRegistration } from './read-registration.ts';

type Row = Tables['processors'];

/** A registration as it is stored. */
export interface StoredProcessor {
  manifest: ProcessorManifest;
  /** It says nothing of its config: over a processor that ships, that one's schema stands. */
  hasConfigSchema: boolean;
  /** YAML; null: workers elsewhere know what to do. */
  workflow: string | null;
  active: boolean;
  createdAt: string;
}

/** All is synchronous: what writes runs in the caller's transaction. */
export interface ProcessorRows {
  readAll(): StoredProcessor[];
  put(registration: ProcessorRegistration, workflow: string | null, now: string): void;
  setActive(id: string, active: boolean): void;
  /** With what users set for it, and the tokens of its workers. */
  remove(id: string, now: string): void;
  /** Whether a job of it waits or runs. */
  hasJobs(id: string): boolean;
}

export function createProcessorRows({ sqlite }: Database): ProcessorRows {
  const put = sqlite.prepare(`
    INSERT INTO processors (id, name, description, input_schema_ids, output_schema_id, workflow_id, workflow, priority, max_concurrency, event_patterns, config_schema, active, created_at)
    VALUES (@id, @name, @description, @input_schema_ids, @output_schema_id, @workflow_id, @workflow, @priority, @max_concurrency, @event_patterns, @config_schema, @active, @created_at)
    ON CONFLICT (id) DO UPDATE SET name = @name, description = @description, input_schema_ids = @input_schema_ids, output_schema_id = @output_schema_id, workflow_id = @workflow_id,
      workflow = @workflow, priority = @priority, max_concurrency = @max_concurrency, event_patterns = @event_patterns, config_schema = @config_schema, active = @active`);
  return {
    readAll: () => sqlite.prepare<[], Row>('SELECT * FROM processors ORDER BY id').all().map(toStored),
    put: (registration, workflow, now) => void put.run(toRow(registration, workflow, now)),
    setActive: (id, active) => void sqlite.prepare('UPDATE processors SET active = ? WHERE id = ?').run(active ? 1 : 0, id),
    remove: (id, now) => {
      sqlite.prepare('DELETE FROM processors WHERE id = ?').run(id);
      sqlite.prepare('DELETE FROM processor_instances WHERE processor_id = ?').run(id);
      sqlite.prepare('UPDATE service_tokens SET revoked_at = ? WHERE processor_id = ? AND revoked_at IS NULL').run(now, id);
    },
    hasJobs: (id) => sqlite.prepare(`SELECT 1 FROM jobs WHERE state IN ('queued', 'running') AND processor_id = ? LIMIT 1`).get(id) !== undefined,
  };
}

function toRow(registration: ProcessorRegistration, workflow: string | null, now: string): Row {
  const { id, name, description, output_schema_id, workflow_id, priority, max_concurrency } = registration;
  return {
    id, name, description, output_schema_id, workflow_id, workflow, priority, max_concurrency,
    input_schema_ids: JSON.stringify(registration.input_schema_ids),
    event_patterns: JSON.stringify(registration.event_patterns),
    config_schema: JSON.stringify(registration.config_schema),
    active: registration.active ? 1 : 0,
    created_at: now,
  };
}

function toStored(row: Row): StoredProcessor {
  const configSchema = JSON.parse(row.config_schema) as Record<string, unknown> | null;
  return {
    manifest: {
      id: row.id,
      name: row.name,
      description: row.description,
      input_schema_ids: JSON.parse(row.input_schema_ids) as string[],
      output_schema_id: normalizeSchemaId(row.output_schema_id),
      ...(row.workflow_id !== null && { workflow_id: row.workflow_id }),
      priority: row.priority,
      max_concurrency: row.max_concurrency,
      event_patterns: JSON.parse(row.event_patterns) as string[],
      config_schema: configSchema ?? { type: 'object' },
    },
    hasConfigSchema: configSchema !== null,
    workflow: row.workflow,
    active: row.active === 1,
    createdAt: row.created_at,
  };
}
