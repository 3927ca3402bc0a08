import type { CompileLayout } from '#schemas/generated/types.ts';
import { paperOf, type DocxDesign } from './docx-design.ts';
import { editorsDesign } from './docx-editors.ts';
import { manuscriptDesign } from './docx-manuscript.ts';
import { readingDesign } from './docx-reading.ts';

export function designOf(layout: CompileLayout, language: string): DocxDesign {
  switch (layout.style) {
    case 'manuscript-modern':
    case 'manuscript-classic':
      return manuscriptDesign(layout, paperOf(language));
    case 'editors':
      return editorsDesign;
    // A printer's page is a PDF's.
    case 'print':
    case 'reading':
    case undefined:
      return readingDesign;
  }
}
