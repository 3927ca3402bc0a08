/** Three-way merge of an ordered list whose items have ids: a book's chapters, its front and back matter, its presets. */
import { isSame, type MergedValue } from './merge-values.ts';

interface Item {
  id: string;
}

/** How an item that both sides have is merged; `base` is undefined where both added it. */
type MergeItem<T> = (base: T | undefined, mine: T, theirs: T) => MergedValue<T>;

type ById<T> = Map<string, T>;

/**
 * No item that either side added is lost; one that a side deleted and the other changed stays; moves of both sides
 * hold. The result is the same when `mine` and `theirs` change places, and its ids are unique.
 */
export function mergeList<T extends Item>(base: readonly T[], mine: readonly T[], theirs: readonly T[], mergeItem: MergeItem<T>): MergedValue<T[]> {
  const [were, own, other] = [uniqueById(base), uniqueById(mine), uniqueById(theirs)];
  const kept: ById<T> = new Map();
  let conflicts = 0;
  for (const id of new Set([...own.keys(), ...other.keys()])) {
    const merged = mergeOne(were.get(id), own.get(id), other.get(id), mergeItem);
    if (!merged) continue;
    kept.set(id, merged.value);
    conflicts += merged.conflicts;
  }
  const order = mergeOrder([...were.keys()], [...own.keys()], [...other.keys()]).filter((id) => kept.has(id));
  return { value: order.map((id) => kept.get(id)!), conflicts };
}

function uniqueById<T extends Item>(items: readonly T[]): ById<T> {
  const byId: ById<T> = new Map();
  for (const item of items) if (!byId.has(item.id)) byId.set(item.id, item);
  return byId;
}

function mergeOne<T extends Item>(base: T | undefined, mine: T | undefined, theirs: T | undefined, mergeItem: MergeItem<T>): MergedValue<T> | null {
  if (mine && theirs) return mergeItem(base, mine, theirs);
  const left = mine ?? theirs;
  // Deleted on one side: it stays only when the other changed it, or nobody had it before.
  return left && !(base && isSame(base, left)) ? { value: left, conflicts: 0 } : null;
}

/**
 * The order of all ids of both sides. What both have stands by its neighbours: an item that one side moved goes
 * where that side put it; where both moved it, one of the two places is taken, the same on either side. Then each
 * side's own items follow what they followed there.
 */
function mergeOrder(base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const inMine = new Set(mine);
  const inTheirs = new Set(theirs);
  const shared = (ids: readonly string[]): string[] => ids.filter((id) => inMine.has(id) && inTheirs.has(id));
  const [first, second] = [mine, theirs].toSorted((x, y) => (x.join('\n') < y.join('\n') ? -1 : 1));
  const known = new Set(base);
  const order = mergeMoves(shared(base), shared(first!), shared(second!));
  insertOwn(order, first!, known);
  insertOwn(order, second!, known);
  return order;
}

/** Three orders of the same ids (`base` may lack some): the moves of `second` are made on `first` unless `first` made them its way. */
function mergeMoves(base: readonly string[], first: readonly string[], second: readonly string[]): string[] {
  if (isSame(first, second) || isSame(second, base)) return [...first];
  if (isSame(first, base)) return [...second];
  const movedByFirst = findMoved(base, first);
  const movedBySecond = [...findMoved(base, second)].filter((id) => !movedByFirst.has(id));
  const order = first.filter((id) => !movedBySecond.includes(id));
  for (const id of second.filter((one) => movedBySecond.includes(one))) order.splice(placeAfter(order, second, id), 0, id);
  return order;
}

/** Ids that do not keep their order: those outside one longest common subsequence of both orders. */
function findMoved(base: readonly string[], order: readonly string[]): Set<string> {
  const place = new Map(base.map((id, i) => [id, i]));
  const common = order.filter((id) => place.has(id));
  const best: { length: number; before: number }[] = [];
  let last = -1;
  common.forEach((id, i) => {
    best[i] = { length: 1, before: -1 };
    for (let j = 0; j < i; j++) {
      if (place.get(common[j]!)! < place.get(id)! && best[j]!.length + 1 > best[i]!.length) best[i] = { length: best[j]!.length + 1, before: j };
    }
    if (last < 0 || best[i]!.length > best[last]!.length) last = i;
  });
  const moved = new Set(common);
  for (let i = last; i >= 0; i = best[i]!.before) moved.delete(common[i]!);
  return moved;
}

/** Puts the ids of `source` that `order` lacks behind what they follow in `source`; items new to both sides keep their own side's runs whole. */
function insertOwn(order: string[], source: readonly string[], known: ReadonlySet<string>): void {
  const present = new Set(order);
  for (const id of source) {
    if (present.has(id)) continue;
    let place = placeAfter(order, source, id);
    // Another side's new items that follow the same neighbour stand first.
    if (!known.has(id)) while (place < order.length && !known.has(order[place]!) && !source.includes(order[place]!)) place += 1;
    order.splice(place, 0, id);
    present.add(id);
  }
}

/** Where `id` goes in `order`: behind the nearest id before it in `source` that `order` has; first where there is none. */
function placeAfter(order: readonly string[], source: readonly string[], id: string): number {
  for (let i = source.indexOf(id) - 1; i >= 0; i--) {
    const place = order.indexOf(source[i]!);
    if (place >= 0) return place + 1;
  }
  return 0;
}

