import type { CompileFormat } from '#processors/contract/manuscript.ts';
import type { CompileLayout, CompilePreset } from '#schemas/generated/types.ts';

/** A preset of a format that has a writer. */
export type KnownPreset = Pick<CompilePreset, 'id' | 'name' | 'edition' | 'chapter_ids' | 'layout'> & { format: CompileFormat };

const standard = (id: string, name: string, format: CompileFormat, layout: CompileLayout = {}): KnownPreset => ({ id: `standard-${id}`, name, format, edition: 'as-set', layout });

/** Ways to compile that every book has. Their names name no format: lists of formats stand beside them. */
export const STANDARD_PRESETS: readonly [KnownPreset, ...KnownPreset[]] = [
  standard('e-book', 'E-book for shops and readers', 'epub'),
  standard('print', 'A printed book', 'pdf'),
  standard('manuscript-modern', 'Manuscript for agents and publishers', 'docx', { style: 'manuscript-modern' }),
  standard('manuscript-classic', 'Manuscript as typed on a typewriter', 'docx', { style: 'manuscript-classic' }),
  standard('editors', 'For an editor: styles, no layout', 'docx', { style: 'editors' }),
  standard('reading', 'To read and to mark up', 'docx', { style: 'reading' }),
  standard('web', 'A page for the web', 'html'),
  standard('plain', 'Words alone', 'text'),
  standard('source', 'As it is written', 'markdown'),
];

export function isStandardPreset(id: string): boolean {
  return STANDARD_PRESETS.some((preset) => preset.id === id);
}
