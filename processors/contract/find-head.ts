/** What the rule of the head looks at; a row of stats has it. */
export interface ExpansionLink {
  id: string;
  parent_id?: string;
  based_on?: string;
  created_at: string;
}

/**
 * The expansion that a chapter shows: the one that no other names as its parent or as what it is based on; the
 * newest, where there are several (two devices, a run that started over). It is computed, never stored.
 * @param expansions all of one chapter that are not deleted
 */
export function findHead<T extends ExpansionLink>(expansions: readonly T[]): T | null {
  return findOpenHeads(expansions)[0] ?? null;
}

/** All that no other names, the newest first. */
export function findOpenHeads<T extends ExpansionLink>(expansions: readonly T[]): T[] {
  const named = new Set(expansions.flatMap((row) => [row.parent_id, row.based_on].filter((id) => id !== undefined && id !== row.id)));
  const open = expansions.filter((row) => !named.has(row.id));
  // A ring of names can only come from outside; then the newest of all is as good as any.
  const candidates = open.length > 0 ? open : expansions;
  return candidates.toSorted((a, b) => (isNewer(a, b) ? -1 : 1));
}

function isNewer(a: ExpansionLink, b: ExpansionLink): boolean {
  return a.created_at > b.created_at || (a.created_at === b.created_at && a.id > b.id);
}
