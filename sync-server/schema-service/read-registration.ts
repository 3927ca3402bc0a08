import { RectoError, type FieldError } from '#schemas/errors.ts';
import { checkDepth } from '../state-service/blob-content.ts';
import { isJsonObject } from './definition-walk.ts';
import type { SchemaType } from './schema-catalogue.ts';
import { parseSchemaId, parseVersion } from './schema-ids.ts';

/** What a registration asks for, with everything in its place. */
export interface SchemaRegistration {
  processor_id: string;
  name: string;
  version: string;
  type: SchemaType;
  definition: Record<string, unknown>;
  examples: unknown[];
  active: boolean;
}

const TYPES: readonly unknown[] = ['input', 'output', 'intermediate'] satisfies SchemaType[];
const FIELDS: ReadonlySet<string> = new Set(['id', 'processor_id', 'name', 'version', 'type', 'definition', 'examples', 'active', 'created_at']);
const MAX_EXAMPLES = 50;

/**
 * The seed's Schema: name and version, or an id such as `schema-poem-v1` or `poem-v1.2.0`; its JSON Schema as `definition`, examples
 * beside or inside it. A body without `definition` is itself the JSON Schema, named by `defaults.id` or its own `$id`.
 * @throws RectoError schema_invalid with each path; schema_violation for a body that is nested too deeply
 */
export function readSchemaRegistration(body: unknown, defaults: { id?: string | undefined; processorId?: string; type?: SchemaType } = {}): SchemaRegistration {
  const errors: FieldError[] = [];
  const report = (path: string, message: string): void => void errors.push({ path, message });
  checkDepth(body);
  if (!isJsonObject(body)) throw schemaInvalid([{ path: '/', message: 'must be an object' }]);
  const isBare = !('definition' in body);
  const fields: Record<string, unknown> = isBare ? { id: defaults.id ?? body['$id'], definition: body } : body;
  if (!isBare) for (const name of Object.keys(body)) if (!FIELDS.has(name)) report(`/${name}`, 'is not part of a schema’s registration');
  const { definition, type = defaults.type ?? 'input', processor_id = defaults.processorId ?? 'user-input', active = true } = fields;
  if (!isJsonObject(definition)) report('/definition', 'must be a JSON Schema: an object');
  if (!TYPES.includes(type)) report('/type', 'must be input, output or intermediate');
  if (typeof processor_id !== 'string' || !/^[a-z][a-z0-9-]{0,62}$/.test(processor_id)) report('/processor_id', 'must be the id of a processor');
  if (typeof active !== 'boolean') report('/active', 'must be true or false');
  const examples = fields['examples'] ?? (isJsonObject(definition) ? definition['examples'] : undefined) ?? [];
  if (!Array.isArray(examples) || examples.length > MAX_EXAMPLES) report('/examples', `must be a list of at most ${MAX_EXAMPLES}`);
  const { name, version } = readName({ ...fields, id: fields['id'] ?? defaults.id }, report);
  if (errors.length > 0) throw schemaInvalid(errors);
  const { examples: _inside, ...bare } = definition as Record<string, unknown>;
  return { processor_id: processor_id as string, name, version, type: type as SchemaType, definition: bare, examples: examples as unknown[], active: active as boolean };
}

function readName({ id, name, version }: Record<string, unknown>, report: (path: string, message: string) => void): { name: string; version: string } {
  const fromId = typeof id === 'string' ? parseSchemaId(id) : null;
  if (id !== undefined && !fromId && !isUuid(id)) report('/id', 'must be such as “poem-v1” or “poem-v1.2.0”');
  const wanted = name ?? fromId?.name;
  if (typeof wanted !== 'string' || parseSchemaId(`${wanted}-v1`)?.name !== wanted) report('/name', 'must be words of small letters and digits, joined by hyphens');
  const number = version ?? fromId?.version ?? (fromId && `${fromId.major}.0.0`);
  const parts = typeof number === 'string' ? parseVersion(number) : null;
  if (!parts) report('/version', 'must be three numbers, such as “1.2.0”');
  else if (fromId && (fromId.major !== parts[0] || (typeof wanted === 'string' && fromId.name !== wanted))) report('/id', 'names another schema than name and version do');
  // Of another type, they were reported.
  return { name: typeof wanted === 'string' ? wanted : '', version: typeof number === 'string' ? number : '' };
}

/** The seed's Schema has one as its id; ours is made by the server. */
function isUuid(id: unknown): boolean {
  return typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}

export function schemaInvalid(errors: FieldError[]): RectoError {
  const [first] = errors;
  return new RectoError('schema_invalid', `The schema can’t be registered: ${first?.path ?? '/'} ${first?.message ?? 'is wrong'}. Nothing was changed.`, { errors });
}
