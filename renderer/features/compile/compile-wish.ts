/** What an author asks of a compile, as the dialog holds it: a preset's choices, changed or not. */
import { isSame } from '#app/domain/merge-values.ts';
import { isStandardPreset, STANDARD_PRESETS, type KnownPreset } from '#app/domain/standard-presets.ts';
import type { BookView } from '#app/recto-app.ts';
import type { CompileRequest } from '#app/use-cases/compile-book.ts';
import type { CompilePreset } from '#schemas/generated/types.ts';
import { FORMATS, layoutFor } from './compile-formats.ts';

/** `id`: of the preset that it began with. */
export type CompileWish = KnownPreset;

/** Those that ship, and the book's own that this version can compile. */
export function presetsOf(book: BookView): KnownPreset[] {
  return [...STANDARD_PRESETS, ...book.presets.filter(isKnown)];
}

export function isKnown(preset: CompilePreset): preset is KnownPreset {
  return FORMATS.some(({ value }) => value === preset.format);
}

/** How far the wish is from the preset that it began with; null: not at all. */
export function describeChange(wish: CompileWish, book: BookView): string | null {
  const kept = presetsOf(book).find(({ id }) => id === wish.id);
  if (kept && isSame(choicesOf(kept), choicesOf(wish))) return null;
  if (isStandardPreset(wish.id) || !kept) return 'Changed. Keep it as a preset of this book to have it again.';
  return 'Changed since it was kept.';
}

function choicesOf({ id: _id, name: _name, edition = 'as-set', ...choices }: CompileWish): object {
  return { edition, ...choices };
}

/** @param year stands for {year} unless the preset says another */
export function toRequest(book: BookView, { format, edition = 'as-set', layout, chapter_ids }: CompileWish, year: string): CompileRequest {
  const there = new Set(book.chapters.map(({ id }) => id));
  return {
    bookId: book.id,
    format,
    edition,
    layout: { ...layoutFor(format, layout), fields: { year, ...withoutEmpty(layout.fields ?? {}) } },
    // Chapters that were deleted since are not asked for.
    ...(chapter_ids && { chapterIds: chapter_ids.filter((id) => there.has(id)) }),
  };
}

function withoutEmpty(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

const KNOWN_FIELDS = ['year', 'publisher', 'isbn', 'edition'];
const OF_THE_BOOK = new Set(['title', 'subtitle', 'author']);

/** The fields that front and back matter can ask for, and those that it does ask for. */
export function fieldsOf(book: BookView): string[] {
  const asked = book.matter.flatMap(({ title = '', text }) => [...`${title} ${text}`.matchAll(/\{([a-z_]{1,40})\}/g)].map(([, name]) => name!));
  return [...new Set([...KNOWN_FIELDS, ...asked])].filter((name) => !OF_THE_BOOK.has(name));
}
