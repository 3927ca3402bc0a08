import { isJsonObject } from './definition-walk.ts';

/** They say something to people, and nothing of the data. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['$comment', '$id', '$schema', 'default', 'description', 'examples', 'title', 'tsType']);
/** Where a schema may have members more and still be the same schema, grown. */
const MAPS: ReadonlySet<string> = new Set(['$defs', 'definitions', 'properties']);

/**
 * Whether `grown` says all that `definition` says, and beside it at most describes properties that `definition` leaves open: a
 * later version of the same schema. The schemas that ship so carry the seed's.
 */
export function carriesDefinition(grown: unknown, definition: unknown): boolean {
  if (!isJsonObject(grown) || !isJsonObject(definition)) return holdsSameValues(grown, definition);
  const keys = (schema: Record<string, unknown>): string[] => Object.keys(schema).filter((key) => !ANNOTATIONS.has(key));
  const own = keys(definition);
  if (keys(grown).some((key) => !MAPS.has(key) && !Object.hasOwn(definition, key))) return false;
  return own.every((key) => Object.hasOwn(grown, key) && (MAPS.has(key) ? carriesMembers(grown[key], definition[key]) : carriesDefinition(grown[key], definition[key])));
}

function carriesMembers(grown: unknown, members: unknown): boolean {
  if (!isJsonObject(grown) || !isJsonObject(members)) return false;
  return Object.entries(members).every(([name, member]) => Object.hasOwn(grown, name) && carriesDefinition(grown[name], member));
}

/** Lists (of required names, of an enum's values) hold the same in any order. */
function holdsSameValues(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  const texts = (list: unknown[]): string => list.map((item) => JSON.stringify(item)).toSorted().join();
  return texts(left) === texts(right);
}
