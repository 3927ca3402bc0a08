import { v7 as newId } from 'uuid';
import { RectoError } from '#schemas/errors.ts';
import type { ProcessorInstance, ProcessorInstanceBody } from '#schemas/generated/types.ts';
import type { Database } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ConfigChecker } from './config-checker.ts';
import type { ProcessorRegistry } from './processor-registry.ts';

type Row = Tables['processor_instances'];

/** Each user's configuration of each processor. */
export interface Instances {
  /** As it was set, or as it is for everyone who has set nothing: on, in the cloud. @throws RectoError processor_unknown */
  read(userId: string, processorId: string): Promise<ProcessorInstance>;
  /** Of every processor, the set ones and the others. */
  list(userId: string): Promise<ProcessorInstance[]>;
  /** What the body leaves out stays. @throws RectoError processor_unknown, schema_violation with each path under /config */
  set(userId: string, processorId: string, body: ProcessorInstanceBody): Promise<ProcessorInstance>;
  /** For jobs that events make: null where it is off, where the user's device does them, and where it is not set yet as the processor needs it. */
  configForEvents(userId: string, processorId: string): Promise<Record<string, unknown> | null>;
}

export function createInstances({ database, registry, configs, now }: { database: Database; registry: ProcessorRegistry; configs: ConfigChecker; now(): number }): Instances {
  const find = database.sqlite.prepare<[string, string], Row>('SELECT * FROM processor_instances WHERE user_id = ? AND processor_id = ?');
  const findAll = database.sqlite.prepare<[string], Row>('SELECT * FROM processor_instances WHERE user_id = ?');
  const put = database.sqlite.prepare(`
    INSERT INTO processor_instances (id, processor_id, user_id, active, run_at, config, created_at, updated_at)
    VALUES (@id, @processor_id, @user_id, @active, @run_at, @config, @created_at, @updated_at)
    ON CONFLICT (user_id, processor_id) DO UPDATE SET active = @active, run_at = @run_at, config = @config, updated_at = @updated_at`);
  const read = async (userId: string, processorId: string): Promise<ProcessorInstance> => {
    registry.get(processorId);
    return toInstance(await database.exclusive(() => find.get(userId, processorId)), userId, processorId);
  };
  return {
    read,
    list: async (userId) => {
      const rows = new Map((await database.exclusive(() => findAll.all(userId))).map((row) => [row.processor_id, row]));
      return registry.list().map(({ manifest }) => toInstance(rows.get(manifest.id), userId, manifest.id));
    },
    set: async (userId, processorId, { active, run_at, config }) => {
      registry.get(processorId);
      if (config) await configs.check(processorId, config);
      const at = new Date(now()).toISOString();
      return await database.transaction(() => {
        const old = toInstance(find.get(userId, processorId), userId, processorId);
        const next = { ...old, active: active ?? old.active, run_at: run_at ?? old.run_at, config: config ?? old.config };
        put.run({ ...next, id: newId(), active: next.active ? 1 : 0, config: JSON.stringify(next.config), created_at: at, updated_at: at });
        return toInstance(find.get(userId, processorId), userId, processorId);
      });
    },
    configForEvents: async (userId, processorId) => {
      const instance = await read(userId, processorId).catch((error: unknown) => {
        // It was removed in the same moment.
        if (error instanceof RectoError && error.code === 'processor_unknown') return null;
        throw error;
      });
      if (!instance?.active || instance.run_at !== 'cloud') return null;
      return (await configs.fits(processorId, instance.config)) ? instance.config : null;
    },
  };
}

function toInstance(row: Row | undefined, userId: string, processorId: string): ProcessorInstance {
  if (!row) return { processor_id: processorId, user_id: userId, active: true, run_at: 'cloud', config: {} };
  const { id, run_at, created_at, updated_at } = row;
  return { id, processor_id: processorId, user_id: userId, active: row.active === 1, run_at, config: JSON.parse(row.config) as Record<string, unknown>, created_at, updated_at };
}
