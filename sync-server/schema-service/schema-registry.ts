import { v7 as newId } from 'uuid';
import { toCanonicalJson } from '#processors/orchestrator/ids.ts';
import { findDataErrors, isSchemaId, normalizeSchemaId } from '#schemas/blob.ts';
import { RectoError, type FieldError } from '#schemas/errors.ts';
import type { Database } from '../db/database.ts';
import { createTurns } from '../db/in-turn.ts';
import { carriesDefinition } from './carries-definition.ts';
import { readSchemaRegistration, schemaInvalid, type SchemaRegistration } from './read-registration.ts';
import type { SchemaEntry } from './schema-catalogue.ts';
import { compareVersions, parseSchemaId, parseVersion, toBlobSchemaId } from './schema-ids.ts';
import { createSchemaStore, type StoredSchema } from './schema-store.ts';
import type { SchemaValidator } from './schema-validator.ts';

/** What is wrong with some data; a promise where the schema was learnt at run time, at once where it ships. */
export type FindDataErrors = (schemaId: string, data: unknown) => FieldError[] | Promise<FieldError[]>;

/** A schema that may be registered: checked, and not stored yet. */
export interface PreparedSchema {
  entry: SchemaEntry;
  /** Null: the same is known already. */
  row: StoredSchema | null;
}

/** The schemas that ship and those that were registered, as one catalogue. */
export interface SchemaRegistry {
  list(): SchemaEntry[];
  /** `poem-v1`: the newest active version of the major, else its newest; `poem-v1.2.0`: that version; or a row's own id. @throws RectoError not_found */
  get(id: string): SchemaEntry;
  has(id: string): boolean;
  /** False for a schema of which no version is active. @throws RectoError schema_unknown */
  takesNewBlobs(id: string): boolean;
  /** @throws RectoError schema_unknown, at once */
  findDataErrors: FindDataErrors;
  /** @throws RectoError schema_invalid, schema_incompatible */
  register(body: unknown, defaultId?: string): Promise<{ entry: SchemaEntry; created: boolean }>;
  /** `poem-v1` is all versions of the major. @throws RectoError not_found, forbidden (it ships) */
  setActive(id: string, active: boolean): Promise<SchemaEntry>;
  /** @throws RectoError not_found, forbidden (it ships), schema_in_use */
  remove(id: string): Promise<void>;
  /** For a processor's registration, which brings its schemas: checks and writes of both registries come in turn. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** @throws RectoError schema_invalid, schema_incompatible */
  prepare(registration: SchemaRegistration): Promise<PreparedSchema>;
  /** Inside the caller's transaction. */
  insert(prepared: readonly PreparedSchema[]): void;
  /** After that transaction. */
  reload(): void;
}

export interface SchemaRegistryOptions {
  database: Database;
  shipped: readonly SchemaEntry[];
  validator: SchemaValidator;
  now(): number;
  /** Processors that read or make this schema. */
  processorsUsing(blobSchemaId: string): readonly string[];
}

export function createSchemaRegistry(options: SchemaRegistryOptions): SchemaRegistry {
  const { database, shipped, validator } = options;
  const store = createSchemaStore(database);
  const inTurn = createTurns();
  let stored = store.readAll();

  const versionsOf = (name: string, major: number): StoredSchema[] =>
    stored.filter((schema) => schema.name === name && parseVersion(schema.version)?.[0] === major).toSorted((a, b) => compareVersions(a.version, b.version));
  const findAll = (id: string): (SchemaEntry | StoredSchema)[] => {
    const named = parseSchemaId(id);
    if (!named) return stored.filter(({ rowId }) => rowId === id);
    const ours = shipped.filter((entry) => entry.id === toBlobSchemaId(named) && (named.version === undefined || entry.version === named.version));
    if (ours.length > 0) return ours;
    return versionsOf(named.name, named.major).filter(({ version }) => named.version === undefined || version === named.version);
  };
  const find = (id: string): SchemaEntry | StoredSchema | undefined => {
    const found = findAll(id);
    return found.findLast(({ active }) => active) ?? found.at(-1);
  };
  const known = (id: string): SchemaEntry | StoredSchema => {
    const found = find(id);
    if (!found) throw new RectoError('schema_unknown', `There is no schema “${id}”.`);
    return found;
  };
  const own = (id: string): StoredSchema[] => {
    const found = findAll(id);
    if (found.length === 0) throw notFound(id);
    return found.map((schema) => {
      if (!('rowId' in schema)) throw new RectoError('forbidden', `“${schema.id}” ships with the server and stays as it is.`);
      return schema;
    });
  };
  const write = async (work: () => void): Promise<void> => {
    await database.transaction(work);
    stored = store.readAll();
  };

  const prepare = async (wish: SchemaRegistration): Promise<PreparedSchema> => {
    const [major = 0] = parseVersion(wish.version) ?? [];
    const ship = shipped.find(({ name }) => name === wish.name);
    if (ship) return { entry: await matchShipped(wish, toBlobSchemaId({ name: wish.name, major }), shipped), row: null };
    const versions = versionsOf(wish.name, major);
    const same = versions.find(({ version }) => version === wish.version);
    if (same) {
      if (isSameDefinition(same, wish)) return { entry: same, row: null };
      throw schemaInvalid([{ path: '/version', message: `${wish.version} is registered already with another definition: give yours a new version` }]);
    }
    const newest = versions.at(-1);
    if (newest && compareVersions(wish.version, newest.version) < 0) throw schemaInvalid([{ path: '/version', message: `must be newer than ${newest.version}, which is registered` }]);
    const wrong = await validator.findDefinitionErrors(wish.definition);
    if (wrong.length > 0) throw schemaInvalid(wrong.map((error) => ({ ...error, path: joinPath('/definition', error.path) })));
    const row: StoredSchema = {
      ...wish,
      rowId: newId(), id: toBlobSchemaId({ name: wish.name, major }), version_id: `${wish.name}-v${wish.version}`, shipped: false, createdAt: new Date(options.now()).toISOString(),
    };
    await checkExamples(validator, row, versions);
    return { entry: row, row };
  };

  return {
    list: () => [...shipped, ...stored.toSorted((a, b) => (a.name === b.name ? compareVersions(a.version, b.version) : a.name < b.name ? -1 : 1)).map(toEntry)],
    get: (id) => {
      const found = find(id);
      if (!found) throw notFound(id);
      return toEntry(found);
    },
    has: (id) => find(id) !== undefined,
    takesNewBlobs: (id) => isSchemaId(id) || known(id).active,
    findDataErrors: (id, data) => {
      if (isSchemaId(normalizeSchemaId(id))) return findDataErrors(id, data);
      const schema = known(id);
      return 'rowId' in schema ? validator.findDataErrors(schema.rowId, schema.definition, data) : findDataErrors(schema.id, data);
    },
    register: (body, defaultId) =>
      inTurn(async () => {
        const { entry, row } = await prepare(readSchemaRegistration(body, { id: defaultId }));
        if (row) await write(() => store.insert(row));
        return { entry: toEntry(entry), created: row !== null };
      }),
    setActive: (id, active) =>
      inTurn(async () => {
        const rows = own(id);
        await write(() => rows.forEach(({ rowId }) => store.setActive(rowId, active)));
        return toEntry(find(id) ?? rows[0]!);
      }),
    remove: (id) =>
      inTurn(async () => {
        const rows = own(id);
        await write(() => {
          for (const { id: blobSchemaId, rowId } of rows) {
            refuseWhenUsed(blobSchemaId, options.processorsUsing(blobSchemaId), store.isUsedByBlobs(blobSchemaId));
            store.remove(rowId);
          }
        });
      }),
    inTurn,
    prepare,
    insert: (prepared) => {
      for (const { row } of prepared) if (row) store.insert(row);
    },
    reload: () => {
      stored = store.readAll();
    },
  };
}

function notFound(id: string): RectoError {
  return new RectoError('not_found', `There is no schema “${id}”.`);
}

function joinPath(prefix: string, path: string): string {
  return path === '/' || path === '' ? prefix : prefix + path;
}

/** Without the row's own fields. */
function toEntry(schema: SchemaEntry | StoredSchema): SchemaEntry {
  if (!('rowId' in schema)) return schema;
  const { rowId: _row, createdAt: _created, ...entry } = schema;
  return entry;
}

function isSameDefinition(left: SchemaRegistration, right: SchemaRegistration): boolean {
  return toCanonicalJson([left.definition, left.examples]) === toCanonicalJson([right.definition, right.examples]);
}

/** A name that ships belongs to Recto: its schema may be registered again as it is, or as the seed has it, and changes nothing. */
async function matchShipped(wish: SchemaRegistration, id: string, shipped: readonly SchemaEntry[]): Promise<SchemaEntry> {
  const entry = shipped.find((candidate) => candidate.id === id);
  if (!entry) throw schemaInvalid([{ path: '/name', message: `“${wish.name}” ships with the server, which brings its versions: choose another name` }]);
  if (!carriesDefinition(entry.definition, wish.definition)) {
    throw schemaInvalid([{ path: '/definition', message: `“${id}” ships with the server and says something else: choose another name` }]);
  }
  const errors = wish.examples.flatMap((example, index) => findDataErrors(id, example).map((error) => ({ ...error, path: joinPath(`/examples/${index}`, error.path) })));
  if (errors.length > 0) throw schemaInvalid(errors);
  return entry;
}

/** Its own examples fit it, and those of each version before it in its major still do. */
async function checkExamples(validator: SchemaValidator, schema: StoredSchema, before: readonly StoredSchema[]): Promise<void> {
  const findErrors = async (examples: readonly unknown[]): Promise<FieldError[]> => {
    const errors: FieldError[] = [];
    for (const [index, example] of examples.entries()) {
      const wrong = await validator.findDataErrors(schema.rowId, schema.definition, example);
      errors.push(...wrong.map((error) => ({ ...error, path: joinPath(`/examples/${index}`, error.path) })));
    }
    return errors;
  };
  const own = await findErrors(schema.examples);
  if (own.length > 0) throw schemaInvalid(own);
  for (const older of before.toReversed()) {
    const errors = (await findErrors(older.examples)).map((error) => ({ ...error, version: older.version }));
    const [first] = errors;
    if (!first) continue;
    throw new RectoError(
      'schema_incompatible',
      `${schema.name} ${schema.version} refuses an example of ${older.version}: ${first.path} ${first.message}. Allow it, or register it as ${(parseVersion(schema.version)?.[0] ?? 0) + 1}.0.0.`,
      { errors },
    );
  }
}

function refuseWhenUsed(id: string, processors: readonly string[], byBlobs: boolean): void {
  if (processors.length > 0) throw new RectoError('schema_in_use', `“${id}” is read or made by ${processors.join(', ')}: remove that first, or deactivate the schema.`);
  if (byBlobs) throw new RectoError('schema_in_use', `There are blobs of “${id}”: deactivate the schema instead, and it takes no new ones.`);
}
