/** Which options of a layout each format reads: what a screen offers and a command takes. */
import type { CompileLayout } from '#schemas/generated/types.ts';
import type { CompileFormat } from './manuscript.ts';

export type LayoutStyle = NonNullable<CompileLayout['style']>;

/** Fields are for front and back matter, in every format. */
export type LayoutOption = Exclude<keyof CompileLayout, 'fields'>;

/** The first is the format's own. */
export const STYLES: Readonly<Record<CompileFormat, readonly LayoutStyle[]>> = {
  epub: [],
  docx: ['reading', 'manuscript-modern', 'manuscript-classic', 'editors'],
  html: [],
  markdown: [],
  'markdown-folder': [],
  text: [],
  pdf: ['print', 'manuscript-modern', 'manuscript-classic'],
};

const EVERY: readonly LayoutOption[] = ['chapter_heading', 'number_style', 'typography'];

const OPTIONS: Readonly<Record<CompileFormat, readonly LayoutOption[]>> = {
  epub: [...EVERY, 'scene_break'],
  docx: [...EVERY, 'scene_break', 'style'],
  html: [...EVERY, 'scene_break'],
  markdown: EVERY,
  'markdown-folder': ['typography'],
  text: [...EVERY, 'scene_break'],
  pdf: [...EVERY, 'scene_break', 'style', 'trim', 'font', 'font_size', 'line_height', 'drop_caps', 'recto_starts'],
};

export const COMPILE_FORMATS = Object.keys(OPTIONS) as CompileFormat[];

export function hasOption(format: CompileFormat, option: LayoutOption): boolean {
  return OPTIONS[format].includes(option);
}
