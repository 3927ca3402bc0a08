/** Three-way merge of plain JSON values, field by field. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = Record<string, unknown>;

/** JSON with its keys in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (isFields(item) ? Object.fromEntries(Object.entries(item).toSorted(([x], [y]) => (x < y ? -1 : 1))) : item)) ?? 'null';
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON values; an absent field and an undefined one are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  for (const key in a) if (!isSame(a[key], b[key])) return false;
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false;
  return true;
}

export interface MergedValue<T> {
  value: T;
  /** Values that both sides changed, each in its own way: one of them was chosen. */
  conflicts: number;
}

/** The side that changed it; where both did, the greater in the order of canonical JSON, which either side finds. */
export function mergeValue<T>(base: T, mine: T, theirs: T): MergedValue<T> {
  if (isSame(mine, theirs) || isSame(theirs, base)) return { value: mine, conflicts: 0 };
  if (isSame(mine, base)) return { value: theirs, conflicts: 0 };
  // A value beats none, as an edit beats a delete.
  if (mine === undefined || theirs === undefined) return { value: mine ?? theirs, conflicts: 0 };
  return { value: canonicalJson(mine) > canonicalJson(theirs) ? mine : theirs, conflicts: 1 };
}

/** Field by field, fields that this version does not know included; nested objects likewise. */
export function mergeFields(base: Fields, mine: Fields, theirs: Fields): MergedValue<Fields> {
  const value: Fields = {};
  let conflicts = 0;
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)].toSorted())) {
    const [b, m, t] = [base[key], mine[key], theirs[key]];
    const merged = isFields(m) && isFields(t) ? mergeFields(isFields(b) ? b : {}, m, t) : mergeValue(b, m, t);
    conflicts += merged.conflicts;
    if (merged.value !== undefined) value[key] = merged.value;
  }
  return { value, conflicts };
}
