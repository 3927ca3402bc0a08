import type { CompileFormat } from '../../contract/manuscript.ts';
import type { WriterKind } from './writer.ts';

/** Loads a format's writer: a compile needs one, and no start-up should pay for all. */
export async function loadWriter(format: CompileFormat): Promise<WriterKind> {
  switch (format) {
    case 'markdown':
      return (await import('./markdown.ts')).markdownWriter;
    case 'markdown-folder':
      return (await import('./markdown-folder.ts')).markdownFolderWriter;
    case 'html':
      return (await import('./html.ts')).htmlWriter;
    case 'text':
      return (await import('./text.ts')).textWriter;
    case 'epub':
      return (await import('./epub.ts')).epubWriter;
    case 'docx':
      return (await import('./docx.ts')).docxWriter;
    case 'pdf':
      return (await import('./pdf.ts')).pdfWriter;
  }
}
