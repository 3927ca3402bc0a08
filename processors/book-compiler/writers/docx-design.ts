/** What tells one look of a Word document from another: its styles, what stands on each page, what a sign becomes. */
import { usesLetterPaper } from '../language.ts';
import type { Block } from '../model.ts';

export interface DocxStyle {
  id: string;
  name: string;
  basedOn?: string;
  next?: string;
  /** Paragraph properties, in the schema's order. */
  paragraph?: string;
  run?: string;
  /** Shown among the quick styles. */
  quick?: boolean;
}

/** Ids of what Recto writes by itself. */
export const NUMBER_STYLE = 'RectoNumber';
export const CONTACT_STYLE = 'RectoContact';
export const END_STYLE = 'RectoEnd';

const GENERATED: ReadonlySet<string> = new Set([NUMBER_STYLE, CONTACT_STYLE, END_STYLE]);

/** Whether a paragraph of this style is no word of the book's: an import of the document leaves it out. */
export function isGeneratedStyle(id: string | null | undefined): boolean {
  return typeof id === 'string' && GENERATED.has(id);
}

export interface DocxDesign {
  font: string;
  /** Paragraph properties that all others start from, in the schema's order, without the direction. */
  normal: { before: string; after: string };
  paragraphs: readonly DocxStyle[];
  /** Run properties of a link. */
  link: string;
  /** Run properties of what is stressed. */
  emphasis: string;
  /** Paragraph properties of a title that a number's line stands above, in the schema's order. */
  underNumber: string;
  sceneBreak: string;
  /** Each page's: its number in the middle of the foot, the running head of a standard manuscript, or nothing. */
  page: 'number' | 'running-head' | 'none';
  /** A title or another line, as this look has its signs. */
  setLine(text: string): string;
  /** The same of a section's text, changed where it stands. */
  setBlocks(blocks: readonly Block[]): void;
}

/** Twentieths of a point. */
export interface Paper {
  width: number;
  height: number;
}

/** On every side: an inch. */
export const MARGIN = 1440;

export function paperOf(language: string): Paper {
  return usesLetterPaper(language) ? { width: 12240, height: 15840 } : { width: 11906, height: 16838 };
}
