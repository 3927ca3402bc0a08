/** Three-way merge of a book: its fields one by one, its chapters by id and order. */
import type { BookV1, Chapter } from '#schemas/generated/types.ts';
import { isSame, mergeFields, type Fields } from './merge-values.ts';
import { mergeProse } from './merge-prose.ts';

export interface MergedBook {
  book: BookV1;
  /** Values that both sides changed, each in its own way. */
  conflicts: number;
}

/**
 * No chapter that either side added is lost; one that a side deleted and the other changed stays; moves of both
 * sides hold. The result is the same when `mine` and `theirs` change places, and its chapter ids are unique.
 */
export function mergeBook(base: BookV1, mine: BookV1, theirs: BookV1): MergedBook {
  const fields = mergeFields(withoutLists(base), withoutLists(mine), withoutLists(theirs));
  const notes = mergeProse(base.style_notes ?? '', mine.style_notes ?? '', theirs.style_notes ?? '');
  const chapters = mergeChapters(uniqueById(base.chapters), uniqueById(mine.chapters), uniqueById(theirs.chapters));
  const book = { ...fields.value, chapters: chapters.chapters } as unknown as BookV1;
  if (mine.style_notes !== undefined || theirs.style_notes !== undefined) book.style_notes = notes.text;
  return { book, conflicts: fields.conflicts + notes.conflicts + chapters.conflicts };
}

function withoutLists({ chapters: _chapters, style_notes: _notes, ...fields }: BookV1): Fields {
  return fields;
}

type ById = Map<string, Chapter>;

function uniqueById(chapters: readonly Chapter[]): ById {
  const byId: ById = new Map();
  for (const chapter of chapters) if (!byId.has(chapter.id)) byId.set(chapter.id, chapter);
  return byId;
}

function mergeChapters(base: ById, mine: ById, theirs: ById): { chapters: Chapter[]; conflicts: number } {
  const kept: ById = new Map();
  let conflicts = 0;
  for (const id of new Set([...mine.keys(), ...theirs.keys()])) {
    const merged = mergeChapter(base.get(id), mine.get(id), theirs.get(id));
    if (!merged) continue;
    kept.set(id, merged.chapter);
    conflicts += merged.conflicts;
  }
  const order = mergeOrder([...base.keys()], [...mine.keys()], [...theirs.keys()]).filter((id) => kept.has(id));
  return { chapters: order.map((id) => kept.get(id)!), conflicts };
}

function mergeChapter(base: Chapter | undefined, mine: Chapter | undefined, theirs: Chapter | undefined): { chapter: Chapter; conflicts: number } | null {
  if (mine && theirs) {
    const merged = mergeFields(base ?? {}, mine, theirs);
    return { chapter: merged.value as Chapter, conflicts: merged.conflicts };
  }
  const left = mine ?? theirs;
  // Deleted on one side: it stays only when the other changed it, or nobody had it before.
  return left && !(base && isSame(base, left)) ? { chapter: left, conflicts: 0 } : null;
}

/**
 * The order of all ids of both sides. What both have stands by its neighbours: a chapter that one side moved goes
 * where that side put it; where both moved it, one of the two places is taken, the same on either side. Then each
 * side's own chapters follow what they followed there.
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

/** Puts the ids of `source` that `order` lacks behind what they follow in `source`; chapters new to both sides keep their own side's runs whole. */
function insertOwn(order: string[], source: readonly string[], known: ReadonlySet<string>): void {
  const present = new Set(order);
  for (const id of source) {
    if (present.has(id)) continue;
    let place = placeAfter(order, source, id);
    // Another side's new chapters that follow the same neighbour stand first.
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

