/** What a book compiles to, and which of a layout's options each format reads. */
import type { CompileFormat } from '#processors/contract/manuscript.ts';
import type { CompiledBookV1, CompileLayout } from '#schemas/generated/types.ts';

export const FORMATS = [
  { value: 'epub', label: 'EPUB' },
  { value: 'docx', label: 'DOCX (Word)' },
  { value: 'html', label: 'HTML' },
  { value: 'markdown', label: 'Markdown' },
  { value: 'text', label: 'Plain text' },
] as const satisfies readonly { value: CompileFormat; label: string }[];

/** Also those that no writer is there for. */
type Format = CompiledBookV1['format'];

type Style = NonNullable<CompileLayout['style']>;

const STYLE_LABELS: Record<Style, string> = {
  reading: 'A book’s page',
  'manuscript-modern': 'Standard manuscript, modern',
  'manuscript-classic': 'Standard manuscript, classic',
  editors: 'Styles alone, for editors',
  print: 'A printed book',
};

/** The first is the format's own. */
const STYLES: Record<Format, readonly Style[]> = {
  epub: [],
  docx: ['reading', 'manuscript-modern', 'manuscript-classic', 'editors'],
  html: [],
  markdown: [],
  text: [],
  pdf: ['print', 'manuscript-modern', 'manuscript-classic'],
  odt: [],
};

export function stylesOf(format: CompileFormat): { value: Style; label: string }[] {
  return STYLES[format].map((value) => ({ value, label: STYLE_LABELS[value] }));
}

type Option = Exclude<keyof CompileLayout, 'fields'>;

const EVERY: readonly Option[] = ['chapter_heading', 'number_style', 'typography'];

const OPTIONS: Record<Format, readonly Option[]> = {
  epub: [...EVERY, 'scene_break'],
  docx: [...EVERY, 'scene_break', 'style'],
  html: [...EVERY, 'scene_break'],
  markdown: EVERY,
  text: [...EVERY, 'scene_break'],
  pdf: [...EVERY, 'scene_break', 'style', 'trim', 'font', 'font_size', 'line_height', 'drop_caps', 'recto_starts'],
  odt: EVERY,
};

export function hasOption(format: CompileFormat, option: Option): boolean {
  return OPTIONS[format].includes(option);
}

/** The layout without what the format does not read. */
export function layoutFor(format: CompileFormat, layout: CompileLayout): CompileLayout {
  const isRead = ([name, value]: [string, unknown]): boolean => {
    if (name === 'style') return STYLES[format].includes(value as Style);
    return name === 'fields' || hasOption(format, name as Option);
  };
  return Object.fromEntries(Object.entries(layout).filter(isRead));
}
