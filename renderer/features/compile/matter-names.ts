import { MATTER_KINDS, type MatterKind } from '#app/domain/matter-kinds.ts';

export const MATTER_NAMES: Record<MatterKind, string> = {
  'half-title': 'Half-title',
  'title-page': 'Title page',
  copyright: 'Copyright',
  dedication: 'Dedication',
  epigraph: 'Epigraph',
  contents: 'Contents',
  foreword: 'Foreword',
  acknowledgements: 'Acknowledgements',
  'about-the-author': 'About the author',
  'also-by': 'Also by the author',
};

export const MATTER_CHOICES = MATTER_KINDS.map((value) => ({ value, label: MATTER_NAMES[value] }));

/** What a compile makes of what it knows of the book: there is nothing to write. */
export function hasText(kind: MatterKind): boolean {
  return kind !== 'half-title' && kind !== 'title-page' && kind !== 'contents';
}

/** What stands without a title in print. */
export function hasTitle(kind: MatterKind): boolean {
  return kind === 'contents' || kind === 'foreword' || kind === 'acknowledgements' || kind === 'about-the-author' || kind === 'also-by';
}

const FIELD_NAMES: Record<string, string> = { year: 'Year', publisher: 'Publisher', isbn: 'ISBN', edition: 'Edition' };

/** A field as people call it; one of the author's own by its name. */
export function nameField(field: string): string {
  return FIELD_NAMES[field] ?? field.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
}
