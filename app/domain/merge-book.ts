/** Three-way merge of a book: its fields one by one, its chapters, front and back matter and presets by id and order. */
import type { BookV1, Chapter, CompilePreset, MatterItem } from '#schemas/generated/types.ts';
import { mergeList } from './merge-list.ts';
import { mergeFields, mergeValue, type Fields, type MergedValue } from './merge-values.ts';
import { mergeProse } from './merge-prose.ts';

export interface MergedBook {
  book: BookV1;
  /** Values that both sides changed, each in its own way. */
  conflicts: number;
}

/** Fields that are texts, with the most characters that book-v1 takes: what both sides wrote there is merged word by word. */
type Prose = Readonly<Record<string, number>>;

/** The same when `mine` and `theirs` change places; nothing that either side added is lost (mergeList). */
export function mergeBook(base: BookV1, mine: BookV1, theirs: BookV1): MergedBook {
  const { value, conflicts } = mergeWithProse({ style_notes: 20_000, contact: 2_000 }, withoutLists(base), withoutLists(mine), withoutLists(theirs));
  const chapters = mergeList(base.chapters, mine.chapters, theirs.chapters, mergeItemWith<Chapter>({ synopsis: 20_000 }));
  const matter = mergeList(listOf(base.matter), listOf(mine.matter), listOf(theirs.matter), mergeItemWith<MatterItem>({ text: 100_000 }));
  const presets = mergeList(listOf(base.presets), listOf(mine.presets), listOf(theirs.presets), mergeItemWith<CompilePreset>({}));
  const book = { ...value, chapters: chapters.value } as unknown as BookV1;
  if (matter.value.length > 0 || (mine.matter && theirs.matter)) book.matter = matter.value;
  if (presets.value.length > 0 || (mine.presets && theirs.presets)) book.presets = presets.value;
  return { book, conflicts: conflicts + chapters.conflicts + matter.conflicts + presets.conflicts };
}

function withoutLists({ chapters: _chapters, matter: _matter, presets: _presets, ...fields }: BookV1): Fields {
  return fields;
}

function listOf<T>(list: T[] | undefined): T[] {
  return Array.isArray(list) ? list : [];
}

function mergeItemWith<T extends object>(prose: Prose): (base: T | undefined, mine: T, theirs: T) => MergedValue<T> {
  return (base, mine, theirs) => mergeWithProse(prose, (base ?? {}) as Fields, mine as Fields, theirs as Fields) as MergedValue<T>;
}

function mergeWithProse(prose: Prose, base: Fields, mine: Fields, theirs: Fields): MergedValue<Fields> {
  const merged = mergeFields(base, mine, theirs);
  const { value } = merged;
  let conflicts = merged.conflicts;
  for (const [field, longest] of Object.entries(prose)) {
    const [b, m, t] = [base[field], mine[field], theirs[field]];
    if (typeof m !== 'string' || typeof t !== 'string') continue;
    const text = mergeProse(typeof b === 'string' ? b : '', m, t);
    // Both together may be more than the schema takes: then it stays one of the two, and counts as any other field's.
    if (text.text.length > longest) continue;
    value[field] = text.text;
    conflicts += text.conflicts - mergeValue(b, m, t).conflicts;
  }
  return { value, conflicts };
}
