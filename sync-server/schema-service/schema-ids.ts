import { normalizeSchemaId } from '#schemas/blob.ts';

/** What an id names: `text-input-v1` the newest of a major version, `text-input-v1.2.0` one version. */
export interface SchemaName {
  name: string;
  major: number;
  /** Absent: the newest of the major. */
  version?: string;
}

/** Six digits hold any version that people write, and keep ids far below the hundred characters that a blob allows. */
const ID = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)-v(\d{1,6})((?:\.\d{1,6}){2})?$/;
const VERSION = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/;

/** The id may carry the seed's prefix `schema-`. Null: it is no id of a schema. */
export function parseSchemaId(id: string): SchemaName | null {
  const [, name, major, rest] = ID.exec(normalizeSchemaId(id)) ?? [];
  if (name === undefined || major === undefined || name.length > 80) return null;
  return { name, major: Number(major), ...(rest !== undefined && { version: `${major}${rest}` }) };
}

/** As blobs and events name a schema: by its major version, without dots, which part the tokens of an event's subject. */
export function toBlobSchemaId({ name, major }: SchemaName): string {
  return `${name}-v${major}`;
}

/** A semver without pre-release or build, as three numbers; null for any other text. */
export function parseVersion(version: string): [major: number, minor: number, patch: number] | null {
  const [, ...parts] = VERSION.exec(version) ?? [];
  return parts.length === 3 ? (parts.map(Number) as [number, number, number]) : null;
}

/** For a sort, the oldest first. */
export function compareVersions(left: string, right: string): number {
  const a = parseVersion(left) ?? [0, 0, 0];
  const b = parseVersion(right) ?? [0, 0, 0];
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
