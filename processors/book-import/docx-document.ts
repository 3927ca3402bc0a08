/** A Word document as mammoth reads it (its lib/documents.js), as far as the import uses it. */

export interface DocxDocument {
  children: DocxElement[];
  notes?: { resolve(reference: { noteType: string; noteId: string }): { body: DocxElement[] } | null };
  comments?: { commentId: string; body: DocxElement[]; authorName?: string | null }[];
}

export interface DocxParagraph {
  type: 'paragraph';
  children: DocxElement[];
  styleId: string | null;
  styleName: string | null;
  numbering: { level: string | number; isOrdered: boolean } | null;
  alignment: string | null;
  /** Twentieths of a point, as text. */
  indent: { start: string | null; end: string | null };
}

export interface DocxRun {
  type: 'run';
  children: DocxElement[];
  styleName: string | null;
  isBold: boolean;
  isItalic: boolean;
  isUnderline: boolean;
}

export interface DocxImage {
  type: 'image';
  altText?: string | null;
  /** Of the file in the document. */
  readAsArrayBuffer(): Promise<ArrayBuffer>;
  /** For Markdown, once the file was taken in; null: it was left out, and that is told. */
  address?: string | null;
}

export type DocxElement =
  | DocxParagraph
  | DocxRun
  | { type: 'text'; value: string }
  | { type: 'tab' }
  | { type: 'break'; breakType: 'line' | 'page' | 'column' }
  | { type: 'hyperlink'; children: DocxElement[]; href?: string }
  | { type: 'noteReference'; noteType: string; noteId: string }
  | DocxImage
  | { type: 'checkbox'; checked: boolean }
  | { type: 'table' | 'tableRow' | 'tableCell'; children: DocxElement[] }
  | { type: 'commentReference'; commentId: string }
  | { type: 'bookmarkStart' };
