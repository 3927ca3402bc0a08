/** What a book compiles to, and what a format's styles are called. */
import { hasOption, STYLES, type LayoutOption, type LayoutStyle } from '#processors/contract/layout-options.ts';
import type { CompileFormat } from '#processors/contract/manuscript.ts';
import type { CompileLayout } from '#schemas/generated/types.ts';

export const FORMATS = [
  { value: 'epub', label: 'EPUB' },
  { value: 'docx', label: 'DOCX (Word)' },
  { value: 'pdf', label: 'PDF' },
  { value: 'html', label: 'HTML' },
  { value: 'markdown', label: 'Markdown' },
  { value: 'markdown-folder', label: 'Markdown in a folder, with pictures (zip)' },
  { value: 'text', label: 'Plain text' },
] as const satisfies readonly { value: CompileFormat; label: string }[];

const STYLE_LABELS: Record<LayoutStyle, string> = {
  reading: 'A book’s page',
  'manuscript-modern': 'Standard manuscript, modern',
  'manuscript-classic': 'Standard manuscript, classic',
  editors: 'Styles alone, for editors',
  print: 'A printed book',
};

export function stylesOf(format: CompileFormat): { value: LayoutStyle; label: string }[] {
  return STYLES[format].map((value) => ({ value, label: STYLE_LABELS[value] }));
}

/** The layout without what the format does not read. */
export function layoutFor(format: CompileFormat, layout: CompileLayout): CompileLayout {
  const isRead = ([name, value]: [string, unknown]): boolean => {
    if (name === 'style') return STYLES[format].includes(value as LayoutStyle);
    return name === 'fields' || hasOption(format, name as LayoutOption);
  };
  return Object.fromEntries(Object.entries(layout).filter(isRead));
}
