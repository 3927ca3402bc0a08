import type { ProcessorManifest } from '#processors/contract/processor.ts';
import { parseWorkflow } from '#processors/workflow/parse-workflow.ts';
import type { Workflow } from '#processors/workflow/workflow.ts';
import { normalizeSchemaId } from '#schemas/blob.ts';
import { RectoError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import { readSchemaRegistration } from '../schema-service/read-registration.ts';
import type { PreparedSchema, SchemaRegistry } from '../schema-service/schema-registry.ts';
import type { SchemaValidator } from '../schema-service/schema-validator.ts';
import { findRegistrationErrors, isRunnable, resolveWorkflow } from './check-registration.ts';
import { findCycle } from './find-cycle.ts';
import { createProcessorRows, type StoredProcessor } from './processor-rows.ts';
import { joinPath, processorInvalid, readProcessorRegistration, type ProcessorRegistration } from './read-registration.ts';

export interface ProcessorEntry {
  manifest: ProcessorManifest;
  /** It comes with Recto. One that ships may be registered over: what was registered then stands before it. */
  shipped: boolean;
  /** Switched off, it makes no jobs. */
  active: boolean;
  /** As it was registered: YAML. */
  workflow: string | null;
  /** What the server runs where no code ships. */
  program: Workflow | null;
  /** RFC 3339; null: it was not registered. */
  createdAt: string | null;
}

/** The processors that ship and those that were registered, as they stand at this moment. */
export interface ProcessorRegistry {
  list(): readonly ProcessorEntry[];
  /** @throws RectoError processor_unknown */
  get(id: string): ProcessorEntry;
  /** Of those that are switched on. */
  manifests(): readonly ProcessorManifest[];
  isActive(id: string): boolean;
  /** Whether a server has what it takes to run it: code that ships, or a workflow. False for one that is not known, or that only workers elsewhere can run. */
  hasProgram(id: string): boolean;
  /** The workflow that the server runs for a blob of this schema; null where it is code that ships, or a worker elsewhere. */
  programOf(id: string, schemaId: string): Workflow | null;
  /** @throws RectoError processor_invalid, processor_cycle, schema_invalid, schema_incompatible */
  register(body: unknown): Promise<{ entry: ProcessorEntry; created: boolean }>;
  /** @throws RectoError processor_unknown, processor_cycle, forbidden (it ships, and was not registered over) */
  setActive(id: string, active: boolean): Promise<ProcessorEntry>;
  /** One that was registered over comes back as it ships. @throws RectoError processor_unknown, forbidden, processor_in_use, processor_cycle */
  remove(id: string): Promise<void>;
  /** Called after each change. */
  subscribe(listener: () => void): void;
}

export interface ProcessorRegistryOptions {
  database: Database;
  shipped: readonly ProcessorManifest[];
  schemas: SchemaRegistry;
  validator: SchemaValidator;
  now(): number;
}

export function createProcessorRegistry({ database, shipped, schemas, validator, now }: ProcessorRegistryOptions): ProcessorRegistry {
  const rows = createProcessorRows(database);
  const listeners: (() => void)[] = [];
  /** Read once: parsing takes its time, and programs are asked for at every job. */
  const programs = new Map<string, Workflow | null>();
  const toProgram = (yaml: string): Workflow | null => {
    const known = programs.get(yaml);
    if (known !== undefined) return known;
    const workflow = parseWorkflow(yaml);
    const program = isRunnable(workflow) ? workflow : null;
    programs.set(yaml, program);
    return program;
  };
  let stored: StoredProcessor[] = [];
  let entries: readonly ProcessorEntry[] = [];
  let byId: ReadonlyMap<string, ProcessorEntry> = new Map();
  /** Asked for at every event and every job. */
  let active: readonly ProcessorManifest[] = [];
  const readAll = (): void => {
    stored = rows.readAll();
    entries = toEntries(shipped, stored, toProgram);
    byId = new Map(entries.map((entry) => [entry.manifest.id, entry]));
    active = entries.filter((entry) => entry.active).map(({ manifest }) => manifest);
    for (const yaml of programs.keys()) if (!stored.some(({ workflow }) => workflow === yaml)) programs.delete(yaml);
  };
  readAll();

  const find = (id: string): ProcessorEntry => {
    const entry = byId.get(id);
    if (!entry) throw new RectoError('processor_unknown', `There is no processor “${id}”.`);
    return entry;
  };
  const own = (id: string): ProcessorEntry => {
    const entry = find(id);
    if (entry.createdAt === null) throw new RectoError('forbidden', `“${id}” ships with Recto: RECTO_WORKERS says which of those the server runs.`);
    return entry;
  };
  const write = async (work: () => void): Promise<void> => {
    await database.transaction(work);
    readAll();
    for (const tell of listeners) tell();
  };
  const timestamp = (): string => new Date(now()).toISOString();

  const register = async (body: unknown): Promise<{ entry: ProcessorEntry; created: boolean }> => {
    const wish = readProcessorRegistration(body);
    const prepared = await prepareSchemas(wish, schemas);
    const hasSchema = (id: string): boolean => schemas.has(id) || prepared.some(({ entry }) => entry.id === normalizeSchemaId(id));
    const errors = findRegistrationErrors(wish, hasSchema, shipped.find(({ id }) => id === wish.id));
    if (wish.config_schema) errors.push(...(await validator.findDefinitionErrors(wish.config_schema)).map((error) => ({ ...error, path: joinPath('/config_schema', error.path) })));
    if (errors.length > 0) throw processorInvalid(errors);
    const workflow = resolveWorkflow(wish);
    if (wish.active) refuseCycle(mergeOverShipped(toManifest(wish), wish.config_schema !== null, shipped), active);
    const created = !stored.some(({ manifest }) => manifest.id === wish.id);
    await write(() => {
      schemas.insert(prepared);
      rows.put(wish, workflow, timestamp());
    });
    schemas.reload();
    return { entry: find(wish.id), created };
  };

  return {
    list: () => entries,
    get: find,
    manifests: () => active,
    isActive: (id) => byId.get(id)?.active === true,
    hasProgram: (id) => {
      const entry = byId.get(id);
      return entry !== undefined && (entry.shipped || entry.program !== null);
    },
    programOf: (id, schemaId) => {
      const row = stored.find(({ manifest }) => manifest.id === id);
      const reads = row?.manifest.input_schema_ids.includes(normalizeSchemaId(schemaId));
      return row && reads ? (byId.get(id)?.program ?? null) : null;
    },
    register: (body) => schemas.inTurn(() => register(body)),
    setActive: (id, isOn) =>
      schemas.inTurn(async () => {
        const { manifest } = own(id);
        if (isOn) refuseCycle(manifest, active);
        await write(() => rows.setActive(id, isOn));
        return find(id);
      }),
    remove: (id) =>
      schemas.inTurn(async () => {
        own(id);
        const below = shipped.find((manifest) => manifest.id === id);
        if (below) refuseCycle(below, active);
        await write(() => {
          if (rows.hasJobs(id)) throw new RectoError('processor_in_use', `Jobs of “${id}” wait or run: cancel them or let them end, then remove it. Deactivated, it makes no new ones.`);
          rows.remove(id, timestamp());
        });
      }),
    subscribe: (listener) => void listeners.push(listener),
  };
}

/** The schemas that came with it, checked and named as the registration names them. */
async function prepareSchemas(wish: ProcessorRegistration, schemas: SchemaRegistry): Promise<PreparedSchema[]> {
  const prepared: PreparedSchema[] = [];
  const prepare = async (field: 'input_schema' | 'output_schema', id: string | undefined, type: 'input' | 'output'): Promise<void> => {
    if (wish[field] === undefined) return;
    try {
      const made = await schemas.prepare(readSchemaRegistration(wish[field], { id, processorId: wish.id, type }));
      if (made.entry.id !== id) throw processorInvalid([{ path: '/', message: `is “${made.entry.id}”, and the processor names “${String(id)}”` }]);
      prepared.push(made);
    } catch (thrown) {
      const { code, errors = [], message } = RectoError.from(thrown, 'schema_invalid');
      throw new RectoError(code, message, { cause: thrown, errors: errors.map((error) => ({ ...error, path: joinPath(`/${field}`, error.path) })) });
    }
  };
  await prepare('input_schema', wish.input_schema_ids[0], 'input');
  await prepare('output_schema', wish.output_schema_id, 'output');
  return prepared;
}

function toManifest({ id, name, description, input_schema_ids, output_schema_id, workflow_id, priority, max_concurrency, event_patterns, config_schema }: ProcessorRegistration): ProcessorManifest {
  return {
    id, name, description, input_schema_ids, output_schema_id, priority, max_concurrency, event_patterns,
    ...(workflow_id !== null && { workflow_id }),
    config_schema: config_schema ?? { type: 'object' },
  };
}

/** Over one that ships, what was registered stands first; what only that one reads, and its config, stay. */
function mergeOverShipped(manifest: ProcessorManifest, hasConfigSchema: boolean, shipped: readonly ProcessorManifest[]): ProcessorManifest {
  const below = shipped.find(({ id }) => id === manifest.id);
  if (!below) return manifest;
  return {
    ...manifest,
    input_schema_ids: [...new Set([...manifest.input_schema_ids, ...below.input_schema_ids])],
    config_schema: hasConfigSchema ? manifest.config_schema : below.config_schema,
  };
}

function toEntries(shipped: readonly ProcessorManifest[], stored: readonly StoredProcessor[], toProgram: (yaml: string) => Workflow | null): ProcessorEntry[] {
  const over = new Set(stored.map(({ manifest }) => manifest.id));
  const registered = stored.map(({ manifest, hasConfigSchema, active, workflow, createdAt }): ProcessorEntry => ({
    manifest: mergeOverShipped(manifest, hasConfigSchema, shipped),
    shipped: shipped.some(({ id }) => id === manifest.id),
    active, workflow, createdAt,
    program: workflow === null ? null : toProgram(workflow),
  }));
  const plain = shipped.filter(({ id }) => !over.has(id)).map((manifest): ProcessorEntry => ({ manifest, shipped: true, active: true, workflow: null, program: null, createdAt: null }));
  const order = (entry: ProcessorEntry): number => (shipped.findIndex(({ id }) => id === entry.manifest.id) + shipped.length + 1) % (shipped.length + 1);
  return [...plain, ...registered].toSorted((a, b) => order(a) - order(b));
}

/** @throws RectoError processor_cycle */
function refuseCycle(manifest: ProcessorManifest, manifests: readonly ProcessorManifest[]): void {
  const cycle = findCycle(manifest, manifests);
  if (!cycle) return;
  const way = cycle.join(' → ');
  throw new RectoError('processor_cycle', `These processors would feed each other without end: ${way}. Nothing was changed.`, {
    errors: [{ path: '/event_patterns', message: `takes up what comes of its own output: ${way}`, cycle }],
  });
}
