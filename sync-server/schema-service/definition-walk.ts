type Json = Record<string, unknown>;

/** A schema inside a definition, and where it stands (JSON Pointer, '' for the root). */
export interface SubSchema {
  path: string;
  schema: Json | boolean;
}

/** Keywords of draft-07 whose value is a schema, a list of them, or schemas by name. */
const ONE = ['additionalItems', 'additionalProperties', 'contains', 'else', 'if', 'items', 'not', 'propertyNames', 'then'] as const;
const LISTS = ['allOf', 'anyOf', 'items', 'oneOf'] as const;
const MAPS = ['$defs', 'definitions', 'dependencies', 'patternProperties', 'properties'] as const;
/** Those that look at the very value that their schema looks at, not at a part of it. */
const IN_PLACE: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'dependencies', 'else', 'if', 'not', 'oneOf', 'then']);

export function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One step of a JSON Pointer (RFC 6901). */
export function toPointer(name: string | number): string {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

const isSchema = (value: unknown): value is Json | boolean => typeof value === 'boolean' || isJsonObject(value);

/** The schemas right inside one, with the keyword that holds them. */
export function childrenOf(schema: Json | boolean, path: string): (SubSchema & { keyword: string })[] {
  if (typeof schema === 'boolean') return [];
  const children: (SubSchema & { keyword: string })[] = [];
  const add = (keyword: string, value: unknown, at: string): void => {
    if (isSchema(value)) children.push({ keyword, schema: value, path: path + at });
  };
  for (const keyword of ONE) add(keyword, schema[keyword], toPointer(keyword));
  for (const keyword of LISTS) {
    const list = schema[keyword];
    if (Array.isArray(list)) for (const [index, item] of list.entries()) add(keyword, item, toPointer(keyword) + toPointer(index));
  }
  for (const keyword of MAPS) {
    const map = schema[keyword];
    if (isJsonObject(map)) for (const [name, item] of Object.entries(map)) add(keyword, item, toPointer(keyword) + toPointer(name));
  }
  return children;
}

/** Every schema of a definition by its path; the definition's depth is bounded before. */
export function collectSchemas(definition: Json | boolean): Map<string, Json | boolean> {
  const found = new Map<string, Json | boolean>();
  const visit = ({ path, schema }: SubSchema): void => {
    found.set(path, schema);
    for (const child of childrenOf(schema, path)) visit(child);
  };
  visit({ path: '', schema: definition });
  return found;
}

/** The paths of the schemas that are applied to the same value as the one at `path`. */
export function appliedInPlace(schemas: ReadonlyMap<string, Json | boolean>, path: string): string[] {
  const schema = schemas.get(path);
  if (schema === undefined || typeof schema === 'boolean') return [];
  const paths = childrenOf(schema, path).filter(({ keyword }) => IN_PLACE.has(keyword)).map((child) => child.path);
  const target = readRef(schema);
  return target === null ? paths : [...paths, target];
}

/** The path that a `$ref` inside the definition names; null where there is none. */
export function readRef(schema: Json): string | null {
  const ref = schema['$ref'];
  if (typeof ref !== 'string' || !ref.startsWith('#')) return null;
  try {
    return decodeURIComponent(ref.slice(1));
  } catch {
    return ref.slice(1);
  }
}
